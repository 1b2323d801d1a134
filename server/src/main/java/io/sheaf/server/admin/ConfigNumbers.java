package io.sheaf.server.admin;

import io.sheaf.server.command.CommandException;
import java.util.Locale;

/**
 * Numbers as CONFIG SET takes them, refused in Redis's words.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class ConfigNumbers {
  private static final String[] UNITS = {"kb", "mb", "gb", "k", "m", "g", "b"};
  private static final long[] SIZES = {
    1 << 10, 1 << 20, 1 << 30, 1_000, 1_000_000, 1_000_000_000, 1
  };

  private ConfigNumbers() {}

  static long number(String option, String value, long lowest, long highest)
      throws CommandException {
    try {
      return within(option, Long.parseLong(value), lowest, highest);
    } catch (NumberFormatException e) {
      throw Settings.failed(option, "argument couldn't be parsed into an integer");
    }
  }

  /** A number of bytes, which may have a unit: k is 1,000 and kb 1,024. */
  static long bytes(String option, String value, long lowest, long highest)
      throws CommandException {
    try {
      long bytes = bytes(value.toLowerCase(Locale.ROOT));
      if (bytes >= 0) {
        return within(option, bytes, lowest, highest);
      }
    } catch (NumberFormatException | ArithmeticException e) {
      // told below
    }
    throw Settings.failed(option, "argument must be a memory value");
  }

  private static long bytes(String text) {
    for (int i = 0; i < UNITS.length; i++) {
      if (text.endsWith(UNITS[i])) {
        String number = text.substring(0, text.length() - UNITS[i].length());
        return Math.multiplyExact(Long.parseLong(number), SIZES[i]);
      }
    }
    return Long.parseLong(text);
  }

  private static long within(String option, long number, long lowest, long highest)
      throws CommandException {
    if (number < lowest || number > highest) {
      throw Settings.failed(
          option, "argument must be between " + lowest + " and " + highest + " inclusive");
    }
    return number;
  }
}
