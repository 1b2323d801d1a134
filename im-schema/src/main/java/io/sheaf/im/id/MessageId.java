package io.sheaf.im.id;

import java.time.DateTimeException;
import java.time.Instant;

/**
 * The id of a message: an unsigned number that begins with the time, and rises within a
 * conversation.
 *
 * <pre>
 *   63                                           22 21                     0
 *   +----------------------------------------------+-----------------------+
 *   | milliseconds since 1970, up to the year 2109 | serial number: tells  |
 *   |                                              | ids of one time apart |
 *   +----------------------------------------------+-----------------------+
 * </pre>
 *
 * <p>Where more is said in a millisecond than there are serial numbers, or the clock goes back, ids
 * go on from the last one: then the time in an id is later than that of its message.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param value the number, unsigned
 */
public record MessageId(long value) implements Comparable<MessageId> {
  /** The number of bits below the time. */
  public static final int SERIAL_BITS = 22;

  /** The lowest id, which no message has: it stands before all messages. */
  public static final MessageId NONE = new MessageId(0);

  /** The highest id, which no message has: it stands behind all messages. */
  public static final MessageId HIGHEST = new MessageId(-1);

  private static final long MAX_MILLIS = (1L << (Long.SIZE - SERIAL_BITS)) - 1;

  /**
   * The lowest id of this time.
   *
   * @param timeMillis milliseconds since 1970
   * @throws IllegalArgumentException if the time is not from 1970 to 2109
   */
  public static MessageId firstAt(long timeMillis) {
    if (timeMillis < 0 || timeMillis > MAX_MILLIS) {
      throw new IllegalArgumentException(
          "a message is from 1970 to 2109, not from " + timeMillis + " ms after 1970");
    }
    return new MessageId(timeMillis << SERIAL_BITS);
  }

  /**
   * The lowest id of this time.
   *
   * @throws IllegalArgumentException if the time is not from 1970 to 2109
   */
  public static MessageId firstAt(Instant time) {
    try {
      return firstAt(time.toEpochMilli());
    } catch (ArithmeticException | DateTimeException e) {
      throw new IllegalArgumentException("a message is from 1970 to 2109, not from " + time, e);
    }
  }

  /** The time in it, in milliseconds since 1970. */
  public long timeMillis() {
    return value >>> SERIAL_BITS;
  }

  /** The id before this one, which is not the lowest of all. */
  public MessageId previous() {
    return new MessageId(value - 1);
  }

  /** The id after this one. */
  public MessageId next() {
    return new MessageId(value + 1);
  }

  /** Whether this one is higher. */
  public boolean isAfter(MessageId other) {
    return compareTo(other) > 0;
  }

  /** The higher of both. */
  public MessageId max(MessageId other) {
    return isAfter(other) ? this : other;
  }

  @Override
  public int compareTo(MessageId other) {
    return Long.compareUnsigned(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(value);
  }
}
