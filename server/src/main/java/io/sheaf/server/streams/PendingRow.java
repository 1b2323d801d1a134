package io.sheaf.server.streams;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An entry that was delivered and not yet acknowledged.
 *
 * <pre>value := 1 delivered(8) deliveries(8) consumer</pre>
 *
 * @param deliveredMillis when it was last delivered, in milliseconds since 1970
 * @param deliveries how often it was
 * @param consumer to whom
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record PendingRow(long deliveredMillis, long deliveries, byte[] consumer) {
  private static final byte FORMAT = 1;
  private static final int HEAD_BYTES = 1 + 2 * Long.BYTES;

  byte[] encode() {
    return ByteBuffer.allocate(HEAD_BYTES + consumer.length)
        .put(FORMAT)
        .putLong(deliveredMillis)
        .putLong(deliveries)
        .put(consumer)
        .array();
  }

  static PendingRow decode(byte[] value) {
    ByteBuffer bytes = ByteBuffer.wrap(value);
    if (bytes.get() != FORMAT) {
      throw new IllegalStateException("a pending entry has a format of a newer release");
    }
    return new PendingRow(
        bytes.getLong(), bytes.getLong(), Arrays.copyOfRange(value, HEAD_BYTES, value.length));
  }
}
