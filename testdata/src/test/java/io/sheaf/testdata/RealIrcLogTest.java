package io.sheaf.testdata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Reads the real logs of #ubuntu, where they lie beside the project. */
final class RealIrcLogTest {
  private static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
  private static final Path LOGS =
      MODULE.resolve("../../shared/data/ubuntu-irc/logs.tar.gz").normalize();

  private long files;
  private long lines;
  private long messages;
  private long actions;
  private long others;
  private long daysTurned;

  @Test
  void readsAllTheRealLogs() throws IOException {
    assumeTrue(Files.exists(LOGS), () -> "skipped: no real logs at " + LOGS);
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(LOGS))) {
      TarEntries entries = new TarEntries(in);
      while (entries.next()) {
        readLog(entries.name(), entries.content());
      }
    }
    assertEquals(153, files);
    assertEquals(220_463, lines);
    assertEquals(lines, messages + others);
    assertEquals(196_598, messages);
    assertEquals(452, actions);
    assertEquals(25, daysTurned);
  }

  private void readLog(String name, byte[] bytes) throws IOException {
    IrcLog log = new IrcLog(new ByteArrayInputStream(bytes), name);
    LocalDateTime last = LocalDateTime.MIN;
    LocalDateTime first = LocalDateTime.MAX;
    IrcMessage message = log.next();
    while (message != null) {
      LocalDateTime time = message.day().atTime(message.minute() / 60, message.minute() % 60);
      assertFalse(time.isBefore(last), name + " goes back at line " + message.line());
      last = time;
      first = time.isBefore(first) ? time : first;
      actions += message.kind() == IrcMessage.Kind.ACTION ? 1 : 0;
      message = log.next();
    }
    assertTrue(last.isBefore(first.plusDays(2)), name + " spans more than two days");
    assertEquals(0, log.overlongLines(), name);
    files++;
    lines += log.lines();
    messages += log.messages();
    others += log.others();
    daysTurned += last.toLocalDate().equals(first.toLocalDate()) ? 0 : 1;
  }
}
