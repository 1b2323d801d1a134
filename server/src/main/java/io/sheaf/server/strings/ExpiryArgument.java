package io.sheaf.server.strings;

import io.sheaf.server.command.Call;
import io.sheaf.server.command.CommandException;

/** Reads the times in arguments: relative or absolute, seconds or milliseconds. */
final class ExpiryArgument {
  private ExpiryArgument() {}

  /** Whether an argument is EX, PX, EXAT or PXAT. */
  static boolean isOption(Call call, int index) {
    return call.is(index, "ex")
        || call.is(index, "px")
        || call.is(index, "exat")
        || call.is(index, "pxat");
  }

  /** The time that the option at {@code index} and the argument behind it say, absolute. */
  static long ofOption(Call call, int index) throws CommandException {
    boolean seconds = call.is(index, "ex") || call.is(index, "exat");
    boolean relative = call.is(index, "ex") || call.is(index, "px");
    long value = call.integer(index + 1);
    if (value <= 0) {
      throw invalid(call);
    }
    return absolute(call, value, seconds, relative);
  }

  /** The absolute time, in milliseconds, that {@code value} says. */
  static long absolute(Call call, long value, boolean seconds, boolean relative)
      throws CommandException {
    try {
      long millis = seconds ? Math.multiplyExact(value, 1_000L) : value;
      return relative ? Math.addExact(millis, call.rows().nowMillis()) : millis;
    } catch (ArithmeticException e) {
      throw invalid(call);
    }
  }

  private static CommandException invalid(Call call) {
    return new CommandException("ERR invalid expire time in '" + call.name() + "' command");
  }
}
