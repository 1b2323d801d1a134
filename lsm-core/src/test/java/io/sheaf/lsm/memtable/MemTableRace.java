package io.sheaf.lsm.memtable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.PointResult;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.cursor.ScanBounds.Direction;
import io.sheaf.lsm.key.EntryKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One writer and readers beside it. What entry {@code s} looks like follows from {@code s}, so a
 * reader at sequence {@code s} knows all that it must see: each entry up to {@code s}, whole, in
 * order, and none twice.
 */
final class MemTableRace {
  private static final int GROUPS = 64;
  private static final int READERS = 3;

  private final MemTable table;
  private final AtomicLong published = new AtomicLong();
  private volatile boolean written;

  MemTableRace(MemTable table) {
    this.table = table;
  }

  /** Writes {@code entries} entries while readers read; throws what a reader found wrong. */
  void run(int entries) throws Exception {
    try (ExecutorService threads =
        Executors.newFixedThreadPool(
            READERS, Thread.ofPlatform().name("race-reader-", 0).factory())) {
      List<Future<Long>> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        readers.add(threads.submit(reader(i)));
      }
      Slice key = new Slice();
      Slice value = new Slice();
      try {
        for (long sequence = 1; sequence <= entries; sequence++) {
          key.set(keyOf(sequence));
          value.set(valueOf(sequence));
          table.add(sequence, EntryKind.PUT, 0, key, value);
          published.setRelease(sequence);
        }
      } finally {
        written = true;
      }
      for (Future<Long> reader : readers) {
        assertTrue(reader.get() > 0, "a reader must have read");
      }
    }
  }

  /**
   * Groups take turns; every eleventh entry is an update. In even groups every ninth is one, too;
   * in odd ones it is so far ahead that those after it come late.
   */
  private static byte[] keyOf(long sequence) {
    long group = sequence % GROUPS;
    long id = sequence;
    if (sequence % 11 == 0 && sequence > 20 * GROUPS) {
      id = sequence - 8 * GROUPS;
    } else if (sequence % 9 == 0) {
      id = Math.max(0, sequence - 3 * GROUPS) + (1L << 40) * (sequence % 2);
    }
    return ByteBuffer.allocate(16).putLong(group * 0x0101_0101L).putLong(id).array();
  }

  private static byte[] valueOf(long sequence) {
    byte[] value = new byte[8 + (int) (sequence % 50)];
    ByteBuffer.wrap(value).putLong(sequence);
    if (value.length > 8) {
      value[value.length - 1] = (byte) sequence;
    }
    return value;
  }

  private Callable<Long> reader(int number) {
    return () -> {
      SplittableRandom random = new SplittableRandom(number);
      long reads = 0;
      boolean last;
      do {
        last = written;
        long snapshot = published.getAcquire();
        if (snapshot > 0) {
          get(random, snapshot);
          for (int i = 0; i < 50; i++) {
            peekAtTheNext();
          }
          Direction direction = random.nextBoolean() ? Direction.FORWARD : Direction.REVERSE;
          if (reads % 500 == 0) {
            scanAll(direction, snapshot);
          } else {
            scanGroup(direction, random.nextInt(GROUPS), snapshot);
          }
          reads++;
        }
      } while (!last);
      return reads;
    };
  }

  private void get(SplittableRandom random, long snapshot) {
    long sequence = 1 + random.nextLong(snapshot);
    try (PointResult result = new PointResult()) {
      assertTrue(table.get(Slice.of(keyOf(sequence)), snapshot, result), "entry " + sequence);
      assertTrue(result.sequence() >= sequence && result.sequence() <= snapshot);
      assertEquals(Slice.of(valueOf(result.sequence())), result.value());
    }
  }

  /** Reads the end of the group that is being written to: a half-made row would show. */
  private void peekAtTheNext() throws Exception {
    long sequence = published.getAcquire() + 1;
    if (sequence <= GROUPS) {
      return;
    }
    long group = sequence % GROUPS * 0x0101_0101L;
    Slice end = Slice.of(ByteBuffer.allocate(16).putLong(group).putLong(Long.MAX_VALUE).array());
    try (InternalCursor cursor =
        table.cursor(new ScanBounds(Direction.REVERSE, null, null, 1, true))) {
      cursor.seek(end);
      assertTrue(cursor.valid());
      assertEquals(Slice.of(keyOf(cursor.sequence())), cursor.key());
      assertEquals(Slice.of(valueOf(cursor.sequence())), cursor.value());
    }
  }

  private void scanGroup(Direction direction, int group, long snapshot) throws Exception {
    Slice lower = Slice.of(ByteBuffer.allocate(8).putLong(group * 0x0101_0101L).array());
    Slice upper = Slice.of(ByteBuffer.allocate(8).putLong(group * 0x0101_0101L + 1).array());
    // Of a long group only the entries at one end, so that scans stay short.
    long limit = 200;
    long expectedRows = (snapshot - group) / GROUPS + (group == 0 ? 0 : 1);
    long rows = scan(new ScanBounds(direction, lower, upper, limit, true), snapshot, limit);
    assertEquals(
        snapshot < group ? 0 : Math.min(limit, expectedRows),
        rows,
        "group " + group + " at " + snapshot + ", " + direction);
  }

  private void scanAll(Direction direction, long snapshot) throws Exception {
    long rows =
        scan(
            new ScanBounds(direction, null, null, ScanBounds.UNLIMITED, true),
            snapshot,
            ScanBounds.UNLIMITED);
    assertEquals(snapshot, rows, "all rows at " + snapshot + ", " + direction);
  }

  private long scan(ScanBounds bounds, long snapshot, long limit) throws Exception {
    long rows = 0;
    Slice last = new Slice();
    long lastSequence = 0;
    try (InternalCursor cursor = table.cursor(bounds)) {
      for (cursor.seekFirst();
          cursor.valid() && !bounds.past(cursor.key()) && rows < limit;
          cursor.next()) {
        Slice key = cursor.key();
        long sequence = cursor.sequence();
        assertEquals(Slice.of(keyOf(sequence)), key);
        assertEquals(Slice.of(valueOf(sequence)), cursor.value());
        if (lastSequence != 0) {
          int order = bounds.reverse() ? last.compareTo(key) : key.compareTo(last);
          if (order < 0 || (order == 0 && sequence >= lastSequence)) {
            fail(bounds.direction() + ": " + key + " came after " + last);
          }
        }
        last = Slice.copyOf(key);
        lastSequence = sequence;
        if (sequence <= snapshot) {
          rows++;
        }
      }
    }
    return rows;
  }
}
