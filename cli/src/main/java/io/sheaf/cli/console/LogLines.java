package io.sheaf.cli.console;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Log lines for programs that read them: a JSON object a line, with time, level, logger, thread and
 * message; of a failure also what it is, and the stack in one field.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class LogLines extends Formatter {
  private static final int FIRST_PRINTABLE = 0x20;

  /** Lines of JSON. */
  public LogLines() {}

  /** Has all that is logged written so. */
  public static void install() {
    for (Handler handler : Logger.getLogger("").getHandlers()) {
      handler.setFormatter(new LogLines());
    }
  }

  @Override
  public String format(LogRecord entry) {
    StringBuilder line = new StringBuilder("{");
    field(line, "time", entry.getInstant().truncatedTo(ChronoUnit.MILLIS).toString());
    field(line, "level", level(entry.getLevel()));
    field(line, "logger", String.valueOf(entry.getLoggerName()));
    field(line, "thread", Long.toString(entry.getLongThreadID()));
    field(line, "message", formatMessage(entry));
    Throwable failure = entry.getThrown();
    if (failure != null) {
      StringWriter stack = new StringWriter();
      failure.printStackTrace(new PrintWriter(stack));
      field(line, "failure", failure.toString());
      field(line, "stack", stack.toString());
    }
    return line.append("}\n").toString();
  }

  private static String level(Level level) {
    if (level.intValue() >= Level.SEVERE.intValue()) {
      return "error";
    }
    if (level.intValue() >= Level.WARNING.intValue()) {
      return "warn";
    }
    return level.intValue() >= Level.INFO.intValue() ? "info" : "debug";
  }

  private static void field(StringBuilder line, String name, String value) {
    line.append(line.length() > 1 ? ",\"" : "\"").append(name).append("\":\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> line.append('\\').append(c);
        case '\n' -> line.append("\\n");
        case '\t' -> line.append("\\t");
        case '\r' -> line.append("\\r");
        default -> {
          if (c < FIRST_PRINTABLE) {
            line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            line.append(c);
          }
        }
      }
    }
    line.append('"');
  }
}
