package io.sheaf.server.streams;

import java.nio.ByteBuffer;

/**
 * A consumer of a group.
 *
 * <pre>value := 1 seen(8) active(8) pending(8)</pre>
 *
 * @param seenMillis when it last asked, in milliseconds since 1970
 * @param activeMillis when it last got something; -1: never
 * @param pending how many entries wait for its acknowledgement
 */
record ConsumerRow(long seenMillis, long activeMillis, long pending) {
  private static final byte FORMAT = 1;

  byte[] encode() {
    return ByteBuffer.allocate(1 + 3 * Long.BYTES)
        .put(FORMAT)
        .putLong(seenMillis)
        .putLong(activeMillis)
        .putLong(pending)
        .array();
  }

  static ConsumerRow decode(byte[] value) {
    ByteBuffer bytes = ByteBuffer.wrap(value);
    if (bytes.get() != FORMAT) {
      throw new IllegalStateException("a consumer has a format of a newer release");
    }
    return new ConsumerRow(bytes.getLong(), bytes.getLong(), bytes.getLong());
  }

  ConsumerRow seen(long nowMillis) {
    return new ConsumerRow(nowMillis, activeMillis, pending);
  }

  ConsumerRow active(long nowMillis) {
    return new ConsumerRow(nowMillis, nowMillis, pending);
  }

  ConsumerRow withPending(long pending) {
    return new ConsumerRow(seenMillis, activeMillis, pending);
  }
}
