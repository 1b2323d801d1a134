package io.sheaf.im;

import java.time.DateTimeException;
import java.time.Instant;

/**
 * The id of a message, by which the messages of a conversation are ordered: an unsigned number that
 * begins with the time.
 *
 * <pre>
 *   63                                           22 21                     0
 *   +----------------------------------------------+-----------------------+
 *   | milliseconds since 1970, up to the year 2109 | whatever tells apart  |
 *   |                                              | ids of one time       |
 *   +----------------------------------------------+-----------------------+
 * </pre>
 *
 * <p><em>Thread safety:</em> stateless.
 */
public final class MessageId {
  /** The number of bits below the time. */
  public static final int SERIAL_BITS = 22;

  /** The lowest id. */
  public static final long LOWEST = 0;

  /** The highest id: all bits are set. */
  public static final long HIGHEST = -1;

  private static final long MAX_MILLIS = (1L << (Long.SIZE - SERIAL_BITS)) - 1;

  private MessageId() {}

  /**
   * The id of a time and a serial number.
   *
   * @param timeMillis milliseconds since 1970
   * @param serial at most {@value #SERIAL_BITS} bits
   * @throws IllegalArgumentException if one of them is out of its range
   */
  public static long of(long timeMillis, int serial) {
    if (timeMillis < 0 || timeMillis > MAX_MILLIS) {
      throw new IllegalArgumentException(
          "a message is from 1970 to 2109, not from " + timeMillis + " ms after 1970");
    }
    if (serial < 0 || serial >>> SERIAL_BITS != 0) {
      throw new IllegalArgumentException(
          "a serial number has at most " + SERIAL_BITS + " bits, not the value " + serial);
    }
    return timeMillis << SERIAL_BITS | serial;
  }

  /**
   * The lowest id of this time or of a later one.
   *
   * @throws IllegalArgumentException if the time is not from 1970 to 2109
   */
  public static long firstAt(Instant time) {
    try {
      return of(time.toEpochMilli(), 0);
    } catch (ArithmeticException | DateTimeException e) {
      throw new IllegalArgumentException("a message is from 1970 to 2109, not from " + time, e);
    }
  }

  /** The time in an id, in milliseconds since 1970. */
  public static long millisOf(long id) {
    return id >>> SERIAL_BITS;
  }

  /** What tells an id from others of its time. */
  public static int serialOf(long id) {
    return (int) (id & ((1 << SERIAL_BITS) - 1));
  }
}
