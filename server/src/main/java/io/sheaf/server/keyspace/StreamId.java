package io.sheaf.server.keyspace;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Id of an entry of a stream: 128 bits, in order as unsigned numbers.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param millis usually the time at which the entry was added, in milliseconds since 1970; unsigned
 * @param sequence counts the entries of a millisecond; unsigned
 */
public record StreamId(long millis, long sequence) implements Comparable<StreamId> {
  /** Length as stored, in bytes. */
  public static final int BYTES = 2 * Long.BYTES;

  /** 0-0, the id before all entries. */
  public static final StreamId ZERO = new StreamId(0, 0);

  /** The highest id. */
  public static final StreamId MAX = new StreamId(-1, -1);

  /** The id in the next 16 bytes of {@code bytes}. */
  public static StreamId get(ByteBuffer bytes) {
    long millis = bytes.getLong();
    return new StreamId(millis, bytes.getLong());
  }

  /** Puts the id into the next 16 bytes of {@code bytes}. */
  public void put(ByteBuffer bytes) {
    bytes.putLong(millis).putLong(sequence);
  }

  /** The next id; null behind {@link #MAX}. */
  public @Nullable StreamId next() {
    if (sequence != -1) {
      return new StreamId(millis, sequence + 1);
    }
    return millis == -1 ? null : new StreamId(millis + 1, 0);
  }

  /** The id before; null before {@link #ZERO}. */
  public @Nullable StreamId previous() {
    if (sequence != 0) {
      return new StreamId(millis, sequence - 1);
    }
    return millis == 0 ? null : new StreamId(millis - 1, -1);
  }

  /**
   * The id that {@code text} shows, "millis" or "millis-sequence".
   *
   * @param missing the sequence where none is given
   * @return null when it shows none
   */
  public static @Nullable StreamId parse(byte[] text, long missing) {
    int dash = -1;
    for (int i = 0; i < text.length && dash < 0; i++) {
      dash = text[i] == '-' ? i : -1;
    }
    String all = new String(text, StandardCharsets.ISO_8859_1);
    try {
      if (dash < 0) {
        return new StreamId(unsigned(all), missing);
      }
      return new StreamId(unsigned(all.substring(0, dash)), unsigned(all.substring(dash + 1)));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static long unsigned(String digits) {
    if (digits.startsWith("+")) {
      throw new NumberFormatException("a sign");
    }
    return Long.parseUnsignedLong(digits);
  }

  @Override
  public int compareTo(StreamId other) {
    int byMillis = Long.compareUnsigned(millis, other.millis);
    return byMillis != 0 ? byMillis : Long.compareUnsigned(sequence, other.sequence);
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence);
  }
}
