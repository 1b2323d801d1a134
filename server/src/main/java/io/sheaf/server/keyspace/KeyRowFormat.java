package io.sheaf.server.keyspace;

import io.sheaf.lsm.coding.Slice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The value of a row of the tables "key" and "key_value". Numbers are big-endian.
 *
 * <pre>
 * value  := head expiry? body
 * head   := one byte: format 1 in the high four bits, type in the next three, 1 if expiry is there
 * expiry := milliseconds since 1970 (8)
 * body   := bytes                                                   type 0, a string
 *         | number(8) length(8) added(8) first(16) last(16) highestDeleted(16) groups(4)
 *                                                                   type 1, a stream
 *         | nothing                     type 2, a string: its row in "key_value" has the value
 * </pre>
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class KeyRowFormat {
  private static final int FORMAT = 1;
  private static final int STRING = 0;
  private static final int STREAM = 1;
  private static final int LARGE_STRING = 2;
  private static final int STREAM_BYTES = 3 * Long.BYTES + 3 * StreamId.BYTES + Integer.BYTES;

  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private KeyRowFormat() {}

  /** Length of the value of {@code row}, in bytes. */
  static int bytes(KeyRow row) {
    return bodyAt(row.expireAtMillis())
        + switch (row) {
          case StringRow string -> string.value().length();
          case StreamRow _ -> STREAM_BYTES;
        };
  }

  private static int bodyAt(long expireAtMillis) {
    return expireAtMillis == KeyRow.NEVER ? 1 : 1 + Long.BYTES;
  }

  /** Writes the value of {@code row} to {@code target}, which has {@link #bytes} bytes. */
  static void encode(KeyRow row, Slice target) {
    MemorySegment to = target.segment();
    begin(row instanceof StringRow ? STRING : STREAM, row.expireAtMillis(), target);
    long at = target.offset() + bodyAt(row.expireAtMillis());
    switch (row) {
      case StringRow string -> string.value().copyTo(to, at);
      case StreamRow stream -> {
        at = put(to, at, stream.number(), stream.length());
        at = put(to, at, stream.added(), stream.first().millis());
        at = put(to, at, stream.first().sequence(), stream.last().millis());
        at = put(to, at, stream.last().sequence(), stream.highestDeleted().millis());
        to.set(LONG, at, stream.highestDeleted().sequence());
        to.set(INT, at + Long.BYTES, stream.groups());
      }
    }
  }

  /** Length of the row of a large string without its value, in bytes. */
  static int headBytes(KeyHead head) {
    return bodyAt(head.expireAtMillis());
  }

  /** Writes the row of a large string without its value. */
  static void encodeHead(KeyHead head, Slice target) {
    begin(LARGE_STRING, head.expireAtMillis(), target);
  }

  private static void begin(int type, long expireAtMillis, Slice target) {
    MemorySegment to = target.segment();
    boolean expires = expireAtMillis != KeyRow.NEVER;
    to.set(BYTE, target.offset(), (byte) (FORMAT << 4 | type << 1 | (expires ? 1 : 0)));
    if (expires) {
      to.set(LONG, target.offset() + 1, expireAtMillis);
    }
  }

  private static long put(MemorySegment to, long at, long first, long second) {
    to.set(LONG, at, first);
    to.set(LONG, at + Long.BYTES, second);
    return at + 2 * Long.BYTES;
  }

  /** Where the value of the string {@code row} lies in {@code encoded}. */
  static Slice value(StringRow row, Slice encoded) {
    return new Slice().set(encoded, bodyAt(row.expireAtMillis()), row.value().length());
  }

  /**
   * The row that {@code value} shows; a string points into it.
   *
   * @throws IllegalStateException when it was written by a newer release, or is damaged, or is that
   *     of a large string without its value
   */
  static KeyRow decode(byte[] rowKey, Slice value) {
    int type = type(rowKey, value);
    if (type == LARGE_STRING) {
      throw unknown(rowKey, "no value of its own");
    }
    long expireAt = expireAt(value);
    int at = bodyAt(expireAt);
    return type == STRING
        ? new StringRow(expireAt, new Slice().set(value, at, value.length() - at))
        : new StreamRow(
            expireAt,
            value.longAt(at),
            value.longAt(at + Long.BYTES),
            value.longAt(at + 2 * Long.BYTES),
            id(value, at + 3 * Long.BYTES),
            id(value, at + 3 * Long.BYTES + StreamId.BYTES),
            id(value, at + 3 * Long.BYTES + 2 * StreamId.BYTES),
            value.segment().get(INT, value.offset() + value.length() - Integer.BYTES));
  }

  /** The same without the value; see {@link #decode}. */
  static KeyHead decodeHead(byte[] rowKey, Slice value) {
    int type = type(rowKey, value);
    long expireAt = expireAt(value);
    return new KeyHead(
        expireAt,
        type == STREAM ? value.longAt(bodyAt(expireAt)) : KeyHead.NO_STREAM,
        type == LARGE_STRING);
  }

  /** The type, once it is checked that the value is as long as it must be. */
  private static int type(byte[] rowKey, Slice value) {
    int head = value.length() == 0 ? 0 : value.byteAt(0);
    if (head >> 4 != FORMAT) {
      throw unknown(rowKey, "format " + (head >> 4));
    }
    int bodyAt = (head & 1) != 0 ? 1 + Long.BYTES : 1;
    int type = head >> 1 & 7;
    int body = value.length() - bodyAt;
    boolean fits =
        switch (type) {
          case STRING -> body >= 0;
          case STREAM -> body == STREAM_BYTES;
          case LARGE_STRING -> body == 0;
          default -> throw unknown(rowKey, "type " + type);
        };
    if (!fits) {
      throw unknown(rowKey, value.length() + " bytes");
    }
    return type;
  }

  private static long expireAt(Slice value) {
    return (value.byteAt(0) & 1) != 0 ? value.longAt(1) : KeyRow.NEVER;
  }

  private static StreamId id(Slice value, int at) {
    long millis = value.longAt(at);
    long sequence = value.longAt(at + Long.BYTES);
    return (millis | sequence) == 0 ? StreamId.ZERO : new StreamId(millis, sequence);
  }

  private static IllegalStateException unknown(byte[] rowKey, String what) {
    return new IllegalStateException(
        "row "
            + Slice.of(rowKey)
            + " of table 'key' or 'key_value' has "
            + what
            + ", which this release does not know: use the release that wrote it");
  }
}
