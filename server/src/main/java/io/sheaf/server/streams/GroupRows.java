package io.sheaf.server.streams;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.Table;
import io.sheaf.server.keyspace.Rows;
import io.sheaf.server.keyspace.StreamId;
import io.sheaf.server.keyspace.Transaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a consumer group in table "stream_group". Numbers are big-endian; a name is that of
 * {@link OrderedName}.
 *
 * <pre>
 * key := stream(8) "g" name                     → {@link GroupRow}
 *      | stream(8) "c" name consumer:name       → {@link ConsumerRow}
 *      | stream(8) "p" name id(16)              → {@link PendingRow}
 *      | stream(8) "o" name consumer:name id(16) → nothing: the same, by consumer
 * </pre>
 *
 * <p><b>Thread safety.</b> One thread at a time.
 */
final class GroupRows {
  private static final byte[] NOTHING = {};
  private static final int HEAD_BYTES = Long.BYTES + 1;

  private final Transaction rows;
  private final Table table;
  private final long stream;
  private final byte[] encodedName;

  GroupRows(Transaction rows, long stream, byte[] name) {
    this.rows = rows;
    this.table = rows.tables().groups();
    this.stream = stream;
    this.encodedName = OrderedName.encode(name);
  }

  /** The groups of a stream, in order of their names. */
  static Rows all(Transaction rows, long stream) throws IOException {
    byte[] from = ByteBuffer.allocate(Long.BYTES + 1).putLong(stream).put((byte) 'g').array();
    return rows.rows(rows.tables().groups(), from, successor(from), false, Long.MAX_VALUE);
  }

  /** The name in the key of a row of {@link #all}. */
  static byte[] name(Slice key) {
    return OrderedName.decode(key, HEAD_BYTES);
  }

  @Nullable GroupRow group() throws IOException {
    byte[] value = rows.row(table, key('g'));
    return value == null ? null : GroupRow.decode(value);
  }

  void put(GroupRow row) {
    rows.putRow(table, key('g'), row.encode());
  }

  /** Removes the group with all that belongs to it. */
  void delete() {
    rows.deleteRow(table, key('g'));
    for (char kind : new char[] {'c', 'p', 'o'}) {
      byte[] prefix = key(kind);
      rows.deleteRows(table, prefix, successor(prefix));
    }
  }

  @Nullable ConsumerRow consumer(byte[] consumer) throws IOException {
    byte[] value = rows.row(table, key('c', consumer, null));
    return value == null ? null : ConsumerRow.decode(value);
  }

  void put(byte[] consumer, ConsumerRow row) {
    rows.putRow(table, key('c', consumer, null), row.encode());
  }

  /** Removes a consumer with all that waits for it, which is {@code ids}. */
  void deleteAllOf(byte[] consumer, List<StreamId> ids) {
    ids.forEach(id -> rows.deleteRow(table, key('p', null, id)));
    byte[] prefix = key('o', consumer, null);
    rows.deleteRows(table, prefix, successor(prefix));
    rows.deleteRow(table, key('c', consumer, null));
  }

  /** The consumers, in order of their names. */
  Rows consumers() throws IOException {
    byte[] prefix = key('c');
    return rows.rows(table, prefix, successor(prefix), false, Long.MAX_VALUE);
  }

  /** The name in the key of a row of {@link #consumers}. */
  byte[] consumerName(Slice key) {
    return OrderedName.decode(key, HEAD_BYTES + encodedName.length);
  }

  @Nullable PendingRow pending(StreamId id) throws IOException {
    byte[] value = rows.row(table, key('p', null, id));
    return value == null ? null : PendingRow.decode(value);
  }

  void put(StreamId id, PendingRow row) {
    rows.putRow(table, key('p', null, id), row.encode());
    rows.putRow(table, key('o', row.consumer(), id), NOTHING);
  }

  void deletePending(StreamId id, byte[] consumer) {
    rows.deleteRow(table, key('p', null, id));
    rows.deleteRow(table, key('o', consumer, id));
  }

  /** What waits between two ids, both inclusive. */
  Rows pendingBetween(StreamId start, StreamId end, boolean reversed, long limit)
      throws IOException {
    return between('p', null, start, end, reversed, limit);
  }

  /** What waits for a consumer between two ids, both inclusive; rows without values. */
  Rows pendingOf(byte[] consumer, StreamId start, StreamId end, long limit) throws IOException {
    return between('o', consumer, start, end, false, limit);
  }

  /** The id at the end of a key. */
  static StreamId id(Slice key) {
    int at = key.length() - StreamId.BYTES;
    return new StreamId(key.longAt(at), key.longAt(at + Long.BYTES));
  }

  private Rows between(
      char kind,
      byte @Nullable [] consumer,
      StreamId start,
      StreamId end,
      boolean reversed,
      long limit)
      throws IOException {
    byte[] from = key(kind, consumer, start);
    byte[] last = key(kind, consumer, end);
    byte[] behind = Arrays.copyOf(last, last.length + 1);
    if (Arrays.compareUnsigned(from, behind) > 0) {
      behind = from;
    }
    return rows.rows(table, from, behind, reversed, limit);
  }

  private byte[] key(char kind, byte @Nullable [] consumer, @Nullable StreamId id) {
    byte[] encodedConsumer = consumer == null ? NOTHING : OrderedName.encode(consumer);
    byte[] key =
        new byte
            [HEAD_BYTES
                + encodedName.length
                + encodedConsumer.length
                + (id == null ? 0 : StreamId.BYTES)];
    ByteBuffer bytes =
        ByteBuffer.wrap(key).putLong(stream).put((byte) kind).put(encodedName).put(encodedConsumer);
    if (id != null) {
      id.put(bytes);
    }
    return key;
  }

  private byte[] key(char kind) {
    return key(kind, null, null);
  }

  private static byte[] successor(byte[] prefix) {
    byte[] next = prefix.clone();
    for (int i = next.length - 1; i >= 0; i--) {
      if (++next[i] != 0) {
        return Arrays.copyOf(next, i + 1);
      }
    }
    throw new IllegalStateException("no key is behind " + Slice.of(prefix));
  }
}
