package io.sheaf.im;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Slice;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class MessageValueTest {
  private static final Slice KEY = Slice.utf8("key");

  @Test
  void isAsItsGrammarSays() {
    byte[] value = MessageValue.encode(MessageKind.ACTION, Name.of("joe"), new byte[] {1, 2});
    assertEquals("0101036a6f650102", HexFormat.of().formatHex(value));
  }

  @Test
  void holdsAnyBytes() throws IOException {
    byte[] text = {(byte) 0xFF, 0, (byte) 0xC3};
    Name name = Name.of(new byte[300]);
    MessageValue.Content content = decode(MessageValue.encode(MessageKind.TEXT, name, text));
    assertEquals(MessageKind.TEXT, content.kind());
    assertEquals(name, content.other());
    assertArrayEquals(text, content.text());
    byte[] none = MessageValue.encode(MessageKind.TEXT, name, new byte[0]);
    assertEquals(0, decode(none).text().length);
  }

  @Test
  void refusesWhatIsNoMessage() {
    byte[] value = MessageValue.encode(MessageKind.TEXT, Name.of("joe"), new byte[0]);
    for (int length = 0; length < value.length; length++) {
      byte[] cut = Arrays.copyOf(value, length);
      assertThrows(IOException.class, () -> decode(cut));
    }
    refuses("02006a", "format 2");
    refuses("01070000", "code 7");
    refuses("010000", "1 to 4096 bytes");
  }

  private static void refuses(String hex, String why) {
    IOException error = assertThrows(IOException.class, () -> decode(HexFormat.of().parseHex(hex)));
    String message = String.valueOf(error.getMessage());
    assertTrue(message.contains("'key'") && message.contains(why), message);
  }

  private static MessageValue.Content decode(byte[] value) throws IOException {
    return MessageValue.decode(KEY, Slice.of(value));
  }
}
