package io.sheaf.server.keyspace;

import io.sheaf.lsm.coding.Slice;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The value of a row of table "key". Numbers are big-endian.
 *
 * <pre>
 * value  := head expiry? body
 * head   := one byte: format 1 in the high four bits, type in the next three, 1 if expiry is there
 * expiry := milliseconds since 1970 (8)
 * body   := bytes                                                   type 0, a string
 *         | number(8) length(8) added(8) first(16) last(16) highestDeleted(16) groups(4)
 *                                                                   type 1, a stream
 * </pre>
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class KeyRowFormat {
  private static final int FORMAT = 1;
  private static final int STRING = 0;
  private static final int STREAM = 1;
  private static final int STREAM_BYTES = 3 * Long.BYTES + 3 * StreamId.BYTES + Integer.BYTES;

  private KeyRowFormat() {}

  static byte[] encode(KeyRow row) {
    boolean expires = row.expireAtMillis() != KeyRow.NEVER;
    return switch (row) {
      case StringRow string -> {
        byte[] bytes = begin(STRING, expires, row, string.value().length);
        int at = bytes.length - string.value().length;
        System.arraycopy(string.value(), 0, bytes, at, string.value().length);
        yield bytes;
      }
      case StreamRow stream -> {
        byte[] bytes = begin(STREAM, expires, row, STREAM_BYTES);
        ByteBuffer body = ByteBuffer.wrap(bytes).position(bytes.length - STREAM_BYTES);
        body.putLong(stream.number()).putLong(stream.length()).putLong(stream.added());
        stream.first().put(body);
        stream.last().put(body);
        stream.highestDeleted().put(body);
        body.putInt(stream.groups());
        yield bytes;
      }
    };
  }

  private static byte[] begin(int type, boolean expires, KeyRow row, int bodyBytes) {
    byte[] bytes = new byte[(expires ? 1 + Long.BYTES : 1) + bodyBytes];
    bytes[0] = (byte) (FORMAT << 4 | type << 1 | (expires ? 1 : 0));
    if (expires) {
      ByteBuffer.wrap(bytes).putLong(1, row.expireAtMillis());
    }
    return bytes;
  }

  /**
   * The row that {@code value} shows.
   *
   * @throws IllegalStateException when it was written by a newer release, or is damaged
   */
  static KeyRow decode(byte[] rowKey, byte[] value) {
    int head = value.length == 0 ? 0 : value[0];
    if (head >> 4 != FORMAT) {
      throw unknown(rowKey, "format " + (head >> 4));
    }
    ByteBuffer bytes = ByteBuffer.wrap(value).position(1);
    boolean expires = (head & 1) != 0;
    int bodyAt = expires ? 1 + Long.BYTES : 1;
    int type = head >> 1 & 7;
    if (value.length < bodyAt || (type == STREAM && value.length != bodyAt + STREAM_BYTES)) {
      throw unknown(rowKey, value.length + " bytes");
    }
    long expireAt = expires ? bytes.getLong() : KeyRow.NEVER;
    return switch (type) {
      case STRING -> new StringRow(expireAt, Arrays.copyOfRange(value, bodyAt, value.length));
      case STREAM ->
          new StreamRow(
              expireAt,
              bytes.getLong(),
              bytes.getLong(),
              bytes.getLong(),
              StreamId.get(bytes),
              StreamId.get(bytes),
              StreamId.get(bytes),
              bytes.getInt());
      default -> throw unknown(rowKey, "type " + type);
    };
  }

  private static IllegalStateException unknown(byte[] rowKey, String what) {
    return new IllegalStateException(
        "row "
            + Slice.of(rowKey)
            + " of table 'key' has "
            + what
            + ", which this release does not know: use the release that wrote it");
  }
}
