package io.sheaf.testdata;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IrcLogTest {
  private static final String NAME = "2008-04-27.train-a.raw.txt";

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "[04:46] <pawan> how to  download;2008-04-27 286 MESSAGE pawan|how to  download",
        "[00:00] <a> b ;2008-04-27 0 MESSAGE a|b ",
        "[23:59] <bur[n] er> <b> a > b;2008-04-27 1439 MESSAGE bur[n] er|<b> a > b",
        "[09:43] <drcode>;2008-04-27 583 MESSAGE drcode|",
        "[09:43] <drcode> ;2008-04-27 583 MESSAGE drcode|",
        "[13:56]  * genii sips a coffee;2008-04-27 836 ACTION genii|sips a coffee",
        "[13:56] * genii sips a coffee;2008-04-27 836 ACTION genii|sips a coffee",
        "[13:56]  * Hawk;2008-04-27 836 ACTION Hawk|",
      })
  void readsAMessage(String line, String expected) throws IOException {
    IrcLog log = log(line + "\n");
    assertEquals(expected, text(log.next()));
    assertNull(log.next());
    assertEquals(1, log.messages());
    assertEquals(0, log.others());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "=== x has joined #ubuntu",
        "[05:12] -spam:#ubuntu- happy",
        "[01:09] (soundray/#ubuntu) thomas: look",
        "[24:00] <a> b",
        "[12:60] <a> b",
        "[1:00] <a> b",
        "[12:00 <a> b",
        "[12:00]",
        "[12:00] ",
        "[12:00] <",
        "[12:00] <a",
        "[12:00] <> b",
        "[12:00] <a>b",
        "[12:00]  * ",
        "[12:00] *a b",
        "[12:00]   * a b",
        " [12:00] <a> b",
      })
  void countsWhatIsNoMessage(String line) throws IOException {
    IrcLog log = log(line + "\n[12:00] <a> b\n");
    IrcMessage message = log.next();
    assertNotNull(message);
    assertEquals(2, message.line());
    assertNull(log.next());
    assertEquals(2, log.lines());
    assertEquals(1, log.messages());
    assertEquals(1, log.others());
    assertEquals(0, log.overlongLines());
  }

  @Test
  void knowsTheDayAfterMidnight() throws IOException {
    IrcLog log = log("[23:59] <a> b\r\n=== a has left\r\n[00:01] <a> c\r\n[00:02] <a> d");
    assertEquals("2008-04-27 1439 MESSAGE a|b", text(log.next()));
    assertEquals("2008-04-28 1 MESSAGE a|c", text(log.next()));
    assertEquals("2008-04-28 2 MESSAGE a|d", text(log.next()));
    assertNull(log.next());
    assertEquals(4, log.lines());
  }

  @Test
  void keepsInvalidUtf8() throws IOException {
    byte[] bytes = "[04:46] <a> bcd\n".getBytes(StandardCharsets.ISO_8859_1);
    bytes[9] = (byte) 0xC3;
    bytes[13] = (byte) 0xFF;
    bytes[14] = 0;
    IrcMessage message = new IrcLog(new ByteArrayInputStream(bytes), NAME).next();
    assertNotNull(message);
    assertArrayEquals(new byte[] {(byte) 0xC3}, message.nick());
    assertArrayEquals(new byte[] {'b', (byte) 0xFF, 0}, message.text());
  }

  @Test
  void countsLinesThatAreTooLong() throws IOException {
    String head = "[04:46] <a> ";
    String longest = "x".repeat(IrcLog.MAX_LINE_BYTES - head.length());
    IrcLog log = log(head + longest + "y\n" + head + longest + "\n");
    IrcMessage message = log.next();
    assertNotNull(message);
    assertEquals(longest.length(), message.text().length);
    assertNull(log.next());
    assertEquals(1, log.overlongLines());
    assertEquals(1, log.others());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "log.txt", "2008-04-27", "2008-02-30.txt", "2008-4-27.txt", "x2008-04-27.txt"})
  void refusesANameWithoutADay(String name) {
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> new IrcLog(new ByteArrayInputStream(new byte[0]), name));
    String message = String.valueOf(refusal.getMessage());
    assertTrue(message.contains("'" + name + "'") && message.contains("yyyy-MM-dd"), message);
  }

  @Test
  void acceptsANameWithDirectories() throws IOException {
    byte[] bytes = "[04:46] <a> b".getBytes(StandardCharsets.US_ASCII);
    IrcLog log = new IrcLog(new ByteArrayInputStream(bytes), "logs.d/2004-12-25.txt");
    assertEquals("2004-12-25 286 MESSAGE a|b", text(log.next()));
  }

  @Test
  void readsAnyBytes() throws IOException {
    SplittableRandom random = new SplittableRandom(TestSeed.next());
    byte[] letters = "[12:34] <a*>= \r\n".getBytes(StandardCharsets.US_ASCII);
    for (int run = 0; run < 2_000; run++) {
      byte[] bytes = new byte[random.nextInt(200)];
      for (int i = 0; i < bytes.length; i++) {
        boolean keep = random.nextInt(8) > 0;
        bytes[i] = keep ? letters[i % letters.length] : (byte) random.nextInt(256);
      }
      IrcLog log = new IrcLog(new ByteArrayInputStream(bytes), NAME);
      long messages = 0;
      while (log.next() != null) {
        messages++;
      }
      assertEquals(messages, log.messages());
      assertEquals(log.lines(), log.messages() + log.others());
    }
  }

  private static IrcLog log(String lines) {
    byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
    return new IrcLog(new ByteArrayInputStream(bytes), NAME);
  }

  private static String text(@Nullable IrcMessage message) {
    assertNotNull(message);
    String nick = new String(message.nick(), StandardCharsets.UTF_8);
    String text = new String(message.text(), StandardCharsets.UTF_8);
    return message.day()
        + (" " + message.minute() + " " + message.kind() + " " + nick + "|" + text);
  }
}
