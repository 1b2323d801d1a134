package io.sheaf.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

/** Log lines that a program reads. */
final class LogLinesTest {
  @Test
  void eachIsAnObjectOnOneLine() {
    LogRecord entry = new LogRecord(Level.WARNING, "a \"word\"\nand \\ more\u0001");
    entry.setInstant(Instant.parse("2026-01-02T03:04:05.678901Z"));
    entry.setLoggerName("io.sheaf");
    entry.setLongThreadID(7);
    assertEquals(
        "{\"time\":\"2026-01-02T03:04:05.678Z\",\"level\":\"warn\",\"logger\":\"io.sheaf\","
            + "\"thread\":\"7\",\"message\":\"a \\\"word\\\"\\nand \\\\ more\\u0001\"}\n",
        new LogLines().format(entry));
    entry.setThrown(new IllegalStateException("broken"));
    String line = new LogLines().format(entry);
    assertTrue(line.contains("\"failure\":\"java.lang.IllegalStateException: broken\""), line);
    assertEquals(line.length() - 1, line.indexOf('\n'));
  }
}
