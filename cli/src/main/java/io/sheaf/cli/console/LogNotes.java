package io.sheaf.cli.console;

import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * What a store logs while a command works on it, as lines for who reads the command's own: a
 * failure in one line, without the stack.
 *
 * <p><em>Thread safety:</em> safe for any number of threads.
 */
public final class LogNotes extends Formatter {
  /** Lines for people. */
  public LogNotes() {}

  /** Has all that is logged written so. */
  public static void install() {
    for (Handler handler : Logger.getLogger("").getHandlers()) {
      handler.setFormatter(new LogNotes());
    }
  }

  @Override
  public String format(LogRecord entry) {
    Throwable failure = entry.getThrown();
    String level = entry.getLevel().intValue() >= Level.SEVERE.intValue() ? "error" : "warning";
    return String.format(
        Locale.ROOT,
        "sheaf: %s: %s%s%n",
        level,
        formatMessage(entry),
        failure == null ? "" : ": " + FailureLine.of(failure));
  }
}
