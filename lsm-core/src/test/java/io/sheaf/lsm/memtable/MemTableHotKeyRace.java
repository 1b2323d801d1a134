package io.sheaf.lsm.memtable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.PointResult;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.cursor.ScanBounds.Direction;
import io.sheaf.lsm.key.EntryKind;
import java.nio.ByteBuffer;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One writer who sets the same key again and again, with other keys right before it in between, and
 * a reader of that key: everything the writer inserts lies where the reader looks.
 */
final class MemTableHotKeyRace {
  private static final long HOT = Long.MAX_VALUE;

  private final MemTable table;
  private final AtomicLong published = new AtomicLong();
  private volatile boolean written;

  MemTableHotKeyRace(MemTable table) {
    this.table = table;
  }

  void run(int entries) throws Exception {
    FutureTask<Long> reading = new FutureTask<>(this::read);
    add(1);
    published.setRelease(1);
    Thread.ofPlatform().name("race-reader").start(reading);
    try {
      for (long sequence = 2; sequence <= entries; sequence++) {
        add(sequence);
        published.setRelease(sequence);
      }
    } finally {
      written = true;
    }
    assertTrue(reading.get() > 0, "the reader must have read");
  }

  /** Odd entries are of the hot key; even ones of keys before it, each behind all of these. */
  private void add(long sequence) {
    long id = sequence % 2 == 1 ? HOT : sequence;
    table.add(sequence, EntryKind.PUT, 0, Slice.of(key(id)), Slice.of(key(sequence)));
  }

  private static byte[] key(long id) {
    return ByteBuffer.allocate(Long.BYTES).putLong(id).array();
  }

  private long read() throws Exception {
    Slice hot = Slice.of(key(HOT));
    long reads = 0;
    try (PointResult result = new PointResult();
        InternalCursor cursor =
            table.cursor(
                new ScanBounds(Direction.FORWARD, null, null, ScanBounds.UNLIMITED, true))) {
      while (!written) {
        long snapshot = published.getAcquire();
        long expected = snapshot % 2 == 1 ? snapshot : snapshot - 1;
        assertTrue(table.get(hot, snapshot, result), "the key is gone");
        assertEquals(expected, result.sequence(), "at " + snapshot);
        cursor.seek(hot);
        assertTrue(cursor.valid() && cursor.key().equals(hot), "a seek ends before its target");
        reads++;
      }
    }
    return reads;
  }
}
