package io.sheaf.server.command;

/**
 * Numbers in arguments, written as Redis takes them: decimal, no blanks, no leading zeros, no plus.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class Numbers {
  private static final int LONGEST = 20;

  private Numbers() {}

  /** The number that {@code text} shows. */
  public static long parse(byte[] text) throws CommandException {
    int at = text.length > 0 && text[0] == '-' ? 1 : 0;
    boolean negative = at == 1;
    int digits = text.length - at;
    boolean leadingZero = digits > 0 && text[at] == '0' && (digits > 1 || negative);
    if (digits == 0 || text.length > LONGEST || leadingZero) {
      throw CommandException.notInteger();
    }
    long value = 0; // negative, as there is one negative number more
    for (; at < text.length; at++) {
      int digit = text[at] - '0';
      if (digit < 0 || digit > 9 || value < (Long.MIN_VALUE + digit) / 10) {
        throw CommandException.notInteger();
      }
      value = 10 * value - digit;
    }
    if (!negative && value == Long.MIN_VALUE) {
      throw CommandException.notInteger();
    }
    return negative ? value : -value;
  }
}
