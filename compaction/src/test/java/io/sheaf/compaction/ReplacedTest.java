package io.sheaf.compaction;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.compact.CompactionLimits;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.key.SequenceNumber;
import io.sheaf.lsm.sstable.MergedRange;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.PinnedVersion;
import io.sheaf.lsm.version.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What SSTables say they have replaced is true, whatever was merged with what: rows that have given
 * up their sequence numbers are not newer than that, and no row that is as old lies elsewhere.
 */
@Timeout(60)
final class ReplacedTest {
  private static final CompactionLimits LIMITS = new CompactionLimits(2, 1.3, 0, 4_000, 6);
  private static final int USERS = 24;
  private static final int IDS = 12;

  private final Random random = new Random();
  private final TreeMap<Slice, Long> visible = new TreeMap<>();
  private long rowsWithoutNumber;
  private long ranges;

  @Test
  void whatFilesSayTheyReplacedIsTrue() throws Exception {
    for (int store = 0; store < 6; store++) {
      long seed = TestSeed.next() + store;
      random.setSeed(seed);
      visible.clear();
      run("seed " + seed);
    }
    assertTrue(rowsWithoutNumber > 1_000, () -> rowsWithoutNumber + " rows without a number");
    assertTrue(ranges > 100, () -> ranges + " ranges");
  }

  private void run(String name) throws Exception {
    try (TestStore store = new TestStore(new MemoryFileSystem(), LIMITS, 0);
        CompactionScheduler scheduler = new CompactionScheduler()) {
      scheduler.start(store);
      List<Long> snapshots = new ArrayList<>();
      for (int round = 0; round < 80; round++) {
        flush(store);
        scheduler.wake();
        switch (random.nextInt(16)) {
          case 0 -> snapshots.add(store.takeSnapshot());
          case 1 -> {
            snapshots.forEach(store::releaseSnapshot);
            snapshots.clear();
          }
          case 2, 3 -> scheduler.awaitIdle();
          case 4 -> {
            int user = random.nextInt(USERS);
            scheduler.compact(
                TestStore.TABLE, TestRow.key(user, 0), TestRow.key(user + random.nextInt(6), IDS));
          }
          default -> {}
        }
        if (round % 8 == 7) {
          check(store, name + ", round " + round);
        }
      }
      snapshots.forEach(store::releaseSnapshot);
      scheduler.compact(TestStore.TABLE, null, null);
      check(store, name + ", at the end");
      assertNull(store.failure.get(), name);
    }
  }

  /** Writes rows of a few neighbouring users; each value is the row's sequence number. */
  private void flush(TestStore store) throws IOException {
    int first = random.nextInt(USERS);
    int users = 1 + random.nextInt(random.nextInt(5) == 0 ? USERS - first : 3);
    TreeMap<Slice, TestRow> rows = new TreeMap<>();
    for (int i = 1 + random.nextInt(30); i > 0; i--) {
      Slice key = TestRow.key(first + random.nextInt(users), random.nextInt(IDS));
      long sequence = store.sequence.incrementAndGet();
      boolean delete = random.nextInt(4) == 0;
      rows.put(key, new TestRow(key, sequence, 0, delete ? null : value(sequence)));
      if (delete) {
        visible.remove(key);
      } else {
        visible.put(key, sequence);
      }
    }
    store.flush(new ArrayList<>(rows.values()), List.of());
  }

  private Slice value(long sequence) {
    int length = Long.BYTES + random.nextInt(random.nextInt(4) == 0 ? 400 : 20);
    return Slice.of(ByteBuffer.allocate(length).putLong(sequence).array());
  }

  private void check(TestStore store, String name) throws IOException {
    try (PinnedVersion pin = store.pinVersion()) {
      for (Run run : Objects.requireNonNull(pin.version().table(TestStore.TABLE)).runs()) {
        for (FileMetadata file : run.files()) {
          check(store, file, name);
        }
      }
    }
  }

  private void check(TestStore store, FileMetadata file, String name) throws IOException {
    List<MergedRange> merged = store.reader(file).properties().merged();
    Map<Slice, Long> newest = new TreeMap<>();
    try (InternalCursor rows = store.reader(file).cursor(ScanBounds.all())) {
      for (rows.seekFirst(); rows.valid(); rows.next()) {
        Slice key = Slice.copyOf(rows.key());
        if (rows.sequence() == SequenceNumber.ZERO) {
          long written = sequenceIn(rows.value());
          rowsWithoutNumber++;
          assertTrue(
              written <= mergedUpTo(merged, key),
              () -> name + ": " + key + " was written at " + written + ", not in " + merged);
        }
        if (rows.valueLength() > 0) {
          newest.putIfAbsent(key, sequenceIn(rows.value()));
        }
      }
    }
    for (MergedRange range : merged) {
      ranges++;
      visible
          .subMap(range.from(), range.to())
          .forEach((key, sequence) ->
              assertTrue(
                  sequence > range.sequence() || sequence.equals(newest.get(key)),
                  () -> name + ": " + key + " at " + sequence + " is not under " + range));
    }
  }

  private static long mergedUpTo(List<MergedRange> merged, Slice key) {
    return merged.stream()
        .filter(range -> range.from().compareTo(key) <= 0 && key.compareTo(range.to()) < 0)
        .mapToLong(MergedRange::sequence)
        .findFirst()
        .orElse(0);
  }

  private static long sequenceIn(Slice value) {
    return ByteBuffer.wrap(value.toByteArray()).order(ByteOrder.BIG_ENDIAN).getLong();
  }
}
