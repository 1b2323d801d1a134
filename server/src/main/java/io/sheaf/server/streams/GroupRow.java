package io.sheaf.server.streams;

import io.sheaf.server.keyspace.StreamId;
import java.nio.ByteBuffer;

/**
 * A consumer group.
 *
 * <pre>value := 1 last(16) entriesRead(8) pending(8) consumers(4)</pre>
 *
 * @param last the highest id that was delivered
 * @param entriesRead how many entries were delivered, counted from the first ever; {@link
 *     #UNKNOWN}: that cannot be told
 * @param pending how many wait for an acknowledgement
 * @param consumers how many consumers there are
 */
record GroupRow(StreamId last, long entriesRead, long pending, int consumers) {
  static final long UNKNOWN = -1;

  private static final byte FORMAT = 1;

  byte[] encode() {
    ByteBuffer value =
        ByteBuffer.allocate(1 + StreamId.BYTES + 2 * Long.BYTES + Integer.BYTES).put(FORMAT);
    last.put(value);
    return value.putLong(entriesRead).putLong(pending).putInt(consumers).array();
  }

  static GroupRow decode(byte[] value) {
    ByteBuffer bytes = ByteBuffer.wrap(value);
    if (bytes.get() != FORMAT) {
      throw new IllegalStateException("a consumer group has a format of a newer release");
    }
    return new GroupRow(StreamId.get(bytes), bytes.getLong(), bytes.getLong(), bytes.getInt());
  }

  GroupRow withLast(StreamId last, long entriesRead) {
    return new GroupRow(last, entriesRead, pending, consumers);
  }

  GroupRow withPending(long pending) {
    return new GroupRow(last, entriesRead, pending, consumers);
  }

  GroupRow withConsumers(int consumers) {
    return new GroupRow(last, entriesRead, pending, consumers);
  }
}
