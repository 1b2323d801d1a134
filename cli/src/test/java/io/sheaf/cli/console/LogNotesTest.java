package io.sheaf.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.lsm.io.CorruptionException;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

final class LogNotesTest {
  @Test
  void aFailureIsOneLine() {
    LogRecord entry = new LogRecord(Level.SEVERE, "the store in {0} is read-only");
    entry.setParameters(new Object[] {"messages"});
    entry.setThrown(new CorruptionException("000005.sst", 8, "this", "that"));
    assertEquals(
        "sheaf: error: the store in messages is read-only: 000005.sst is damaged at offset 8:"
            + " expected this, found that"
            + System.lineSeparator(),
        new LogNotes().format(entry));
  }
}
