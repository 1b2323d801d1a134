package io.sheaf.server.keyspace;

import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many keys there are, exact after a crash: rows of table "key_count", whose sum is the number.
 * A batch adds what it changes to one row that no other batch changes just then, whatever its keys,
 * so that counting costs a row a batch and not a row a key. One row alone may be negative.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class KeyCounts {
  private static final int ROWS = 1 << 10;
  private static final int KEY_BYTES = Short.BYTES;

  private final AtomicLongArray counts = new AtomicLongArray(ROWS);
  private final ReentrantLock[] locks = new ReentrantLock[ROWS];

  KeyCounts() {
    Arrays.setAll(locks, i -> new ReentrantLock());
  }

  /** Whether {@code rowKey} is one of its rows; there are others in the table. */
  static boolean isCount(byte[] rowKey) {
    return rowKey.length == KEY_BYTES;
  }

  /** Takes over a row that the store has. */
  void read(byte[] rowKey, long count) {
    counts.set(Short.toUnsignedInt(ByteBuffer.wrap(rowKey).getShort()) & ROWS - 1, count);
  }

  /** How many keys there are. */
  long sum() {
    long sum = 0;
    for (int row = 0; row < ROWS; row++) {
      sum += counts.get(row);
    }
    return sum;
  }

  /**
   * Rows that a batch changes, held until closed: the first gets a count, others are taken away,
   * which counts as 0. They count once the batch is written.
   */
  final class Change implements AutoCloseable {
    private final int from;
    private final int to;
    private final long count;

    private Change(int from, int to, long count) {
      this.from = from;
      this.to = to;
      this.count = count;
    }

    void addTo(WriteBatch batch, Table table) {
      if (to - from > 1) {
        batch.deleteRange(table, rowKey(from), rowKey(to));
      }
      byte[] value = ByteBuffer.allocate(Long.BYTES).putLong(count).array();
      batch.put(table, rowKey(from), value);
    }

    /** The batch is written. */
    void written() {
      counts.set(from, count);
      for (int row = from + 1; row < to; row++) {
        counts.set(row, 0);
      }
    }

    @Override
    public void close() {
      for (int row = from; row < to; row++) {
        locks[row].unlock();
      }
    }
  }

  /** Adds {@code keys} to the number, or takes them away where that is negative. */
  Change add(long keys) {
    int row = (int) Thread.currentThread().threadId() & ROWS - 1;
    while (!locks[row].tryLock()) {
      row = row + 1 & ROWS - 1;
    }
    return new Change(row, row + 1, counts.get(row) + keys);
  }

  /** Makes the number {@code keys}. */
  Change set(long keys) {
    for (ReentrantLock lock : locks) {
      lock.lock();
    }
    return new Change(0, ROWS, keys);
  }

  private static byte[] rowKey(int row) {
    return ByteBuffer.allocate(KEY_BYTES).putShort((short) row).array();
  }
}
