package io.sheaf.cli.im;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.cli.im.MessagePrinter.Style;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Message;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MessagePrinterTest {
  private static final int TEXT = 0;
  private static final int ACTION = 1;
  private static final byte[] INVALID = {'a', (byte) 0xE9, '\u001b', 'b'};

  @Test
  void printsAsAPersonReads() {
    assertEquals("2008-04-27 04:46 <pawan> hé\n", text(message(TEXT, "hé")));
    assertEquals("2008-04-27 04:46 <pawan>\n", text(message(TEXT, "")));
    assertEquals("2008-04-27 04:46 * pawan waves\n", text(message(ACTION, "waves")));
    assertEquals("2008-04-27 04:46 * pawan\n", text(message(ACTION, "")));
  }

  @Test
  void showsWhatTerminalsWouldObeyOrGarble() {
    assertEquals(
        "2008-04-27 04:46 <a\\xe9\\x1bb> a\\xe9\\x1bb\n",
        text(message(UserId.of(INVALID), TEXT, INVALID)));
  }

  @Test
  void printsBytesAsTheyAre() {
    byte[] line = print(message(UserId.of(INVALID), TEXT, INVALID), Style.RAW);
    byte[] expected = "2008-04-27 04:46 <a??b> a??b\n".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(INVALID, 0, expected, 18, INVALID.length);
    System.arraycopy(INVALID, 0, expected, 24, INVALID.length);
    assertArrayEquals(expected, line);
  }

  @Test
  void printsObjects() {
    assertEquals(
        "{\"time\":\"2008-04-27 04:46\",\"timeMillis\":1209271560000,\"id\":\""
            + MessageId.firstAt(Instant.parse("2008-04-27T04:46:00Z"))
            + "\",\"sequence\":5,\"conversation\":\"#u\",\"sender\":\"pawan\","
            + "\"kind\":\"text\",\"status\":\"sent\","
            + "\"text\":\"a\uFFFD\\u001bb\",\"textHex\":\"61e91b62\"}\n",
        new String(
            print(message(UserId.of("pawan"), TEXT, INVALID), Style.JSON), StandardCharsets.UTF_8));
  }

  private static Message message(int type, String text) {
    return message(UserId.of("pawan"), type, text.getBytes(StandardCharsets.UTF_8));
  }

  private static Message message(UserId sender, int type, byte[] text) {
    long millis = Instant.parse("2008-04-27T04:46:00Z").toEpochMilli();
    return new Message(
        ConversationId.of("#u"),
        MessageId.firstAt(millis),
        5,
        sender,
        millis,
        type,
        List.of(),
        false,
        Message.Status.SENT,
        Body.of(text));
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
