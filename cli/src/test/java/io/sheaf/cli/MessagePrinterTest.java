package io.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.cli.MessagePrinter.Style;
import io.sheaf.im.Message;
import io.sheaf.im.MessageId;
import io.sheaf.im.MessageKind;
import io.sheaf.im.Name;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class MessagePrinterTest {
  private static final byte[] INVALID = {'a', (byte) 0xE9, '\u001b', 'b'};

  @Test
  void printsAsAPersonReads() {
    assertEquals("2008-04-27 04:46 <pawan> hé\n", text(message(MessageKind.TEXT, "hé")));
    assertEquals("2008-04-27 04:46 <pawan>\n", text(message(MessageKind.TEXT, "")));
    assertEquals("2008-04-27 04:46 * pawan waves\n", text(message(MessageKind.ACTION, "waves")));
    assertEquals("2008-04-27 04:46 * pawan\n", text(message(MessageKind.ACTION, "")));
  }

  @Test
  void showsWhatTerminalsWouldObeyOrGarble() {
    assertEquals(
        "2008-04-27 04:46 <a\\xe9\\x1bb> a\\xe9\\x1bb\n",
        text(message(Name.of(INVALID), MessageKind.TEXT, INVALID)));
  }

  @Test
  void printsBytesAsTheyAre() {
    byte[] line = print(message(Name.of(INVALID), MessageKind.TEXT, INVALID), Style.RAW);
    byte[] expected = "2008-04-27 04:46 <a??b> a??b\n".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(INVALID, 0, expected, 18, INVALID.length);
    System.arraycopy(INVALID, 0, expected, 24, INVALID.length);
    assertArrayEquals(expected, line);
  }

  @Test
  void printsObjects() {
    assertEquals(
        "{\"time\":\"2008-04-27 04:46\",\"id\":\""
            + MessageId.of(Instant.parse("2008-04-27T04:46:00Z").toEpochMilli(), 5)
            + "\",\"channel\":\"#u\",\"sender\":\"pawan\",\"kind\":\"text\","
            + "\"text\":\"a\uFFFD\\u001bb\",\"textHex\":\"61e91b62\"}\n",
        new String(
            print(message(Name.of("pawan"), MessageKind.TEXT, INVALID), Style.JSON),
            StandardCharsets.UTF_8));
  }

  private static Message message(MessageKind kind, String text) {
    return message(Name.of("pawan"), kind, text.getBytes(StandardCharsets.UTF_8));
  }

  private static Message message(Name sender, MessageKind kind, byte[] text) {
    long millis = Instant.parse("2008-04-27T04:46:00Z").toEpochMilli();
    return new Message(Name.of("#u"), sender, MessageId.of(millis, 5), kind, text);
  }

  private static String text(Message message) {
    return new String(print(message, Style.TEXT), StandardCharsets.UTF_8);
  }

  private static byte[] print(Message message, Style style) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new MessagePrinter(new PrintStream(out, false, StandardCharsets.UTF_8), style).print(message);
    return out.toByteArray();
  }
}
