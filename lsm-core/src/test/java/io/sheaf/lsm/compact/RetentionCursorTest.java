package io.sheaf.lsm.compact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.cursor.Entry;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.key.SequenceNumber;
import io.sheaf.lsm.memtable.ChunkPool;
import io.sheaf.lsm.memtable.MemTable;
import io.sheaf.lsm.memtable.SkipListMemTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is left of versions, deletes and expired rows, for every reader and whatever lies below. */
class RetentionCursorTest {
  private static final long[] NO_SNAPSHOTS = {};
  private static final long NONE_EXPIRED = 0;

  private final ChunkPool chunks = new ChunkPool(new MemoryBudget(16 << 20), 1 << 20);

  /** A version of a key; {@code value} null: a delete. */
  private record Row(String key, long sequence, long timeMillis, @Nullable String value) {}

  @AfterEach
  void close() {
    chunks.close();
  }

  @Test
  void expiredRowAboveAnOlderRunBecomesADelete() throws IOException {
    List<Row> rows = List.of(new Row("a", 7, 50, "new"), new Row("b", 8, 60, "live"));
    assertEquals(
        List.of(new Row("a", 7, 50, null), new Row("b", 8, 60, "live")),
        survivors(rows, NO_SNAPSHOTS, false, 50));
  }

  @Test
  void expiredRowOfTheOldestRunVanishesWithItsOlderVersions() throws IOException {
    List<Row> rows = List.of(new Row("a", 3, 0, "forever"), new Row("a", 7, 50, "new"));
    assertEquals(List.of(), survivors(rows, NO_SNAPSHOTS, true, 50));
  }

  @Test
  void expiredRowHidesWhatOnlyASnapshotStillSees() throws IOException {
    List<Row> rows = List.of(new Row("a", 3, 0, "forever"), new Row("a", 7, 50, "new"));
    assertEquals(
        List.of(new Row("a", 7, 50, null), new Row("a", SequenceNumber.ZERO, 0, "forever")),
        survivors(rows, new long[] {5}, true, 50));
  }

  @Test
  void rowWithoutATimeNeverExpires() throws IOException {
    List<Row> rows = List.of(new Row("a", 3, 0, "forever"));
    assertEquals(rows, survivors(rows, NO_SNAPSHOTS, false, Long.MAX_VALUE));
  }

  /** Merges the newest runs of a random table, and asks who reads them above the older runs. */
  @Test
  void noReaderEverSeesAnOlderVersionThanBefore() throws IOException {
    long first = TestSeed.next();
    for (int trial = 0; trial < 500; trial++) {
      checkRandomTable(first + trial);
    }
  }

  private void checkRandomTable(long seed) throws IOException {
    Random random = new Random(seed);
    int count = 1 + random.nextInt(60);
    int firstWithTime = random.nextInt(count + 1);
    int firstMerged = random.nextInt(3) == 0 ? 0 : random.nextInt(count);
    List<Row> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String key = "k" + random.nextInt(6);
      String value = random.nextInt(5) == 0 ? null : "v" + i;
      all.add(new Row(key, i + 1, i < firstWithTime ? 0 : 100 + i, value));
    }
    List<Row> older = all.subList(0, firstMerged);
    long[] snapshots =
        LongStream.generate(() -> random.nextInt(count))
            .limit(random.nextInt(3))
            .sorted()
            .distinct()
            .toArray();
    long expiredUpTo = random.nextInt(4) == 0 ? NONE_EXPIRED : 100 + random.nextInt(count);
    boolean oldestRun = older.isEmpty();
    String trial =
        "seed "
            + seed
            + ": expired up to "
            + expiredUpTo
            + ", snapshots "
            + Arrays.toString(snapshots)
            + ", "
            + firstMerged
            + " older rows of "
            + all;

    List<Row> merged =
        survivors(all.subList(firstMerged, count), snapshots, oldestRun, expiredUpTo);
    List<Row> after = new ArrayList<>(older);
    after.addAll(merged);
    long[] readers = Arrays.copyOf(snapshots, snapshots.length + 1);
    readers[snapshots.length] = SequenceNumber.MAX;
    for (long reader : readers) {
      Map<String, Row> expected = newest(all, reader);
      Map<String, Row> found = newest(after, reader);
      for (Row row : expected.values()) {
        boolean merges = row.sequence() > firstMerged;
        boolean expired = merges && row.timeMillis() != 0 && row.timeMillis() <= expiredUpTo;
        Row seen = found.get(row.key());
        String value = seen == null ? null : seen.value();
        assertEquals(expired ? null : row.value(), value, () -> trial + ", reader " + reader);
      }
      assertTrue(expected.keySet().containsAll(found.keySet()), trial);
    }
    if (oldestRun && snapshots.length == 0) {
      assertTrue(merged.stream().allMatch(row -> row.value() != null), trial);
    }
  }

  /** Of each key the newest version up to {@code snapshot}, expired or not. */
  private static Map<String, Row> newest(List<Row> rows, long snapshot) {
    Map<String, Row> newest = new HashMap<>();
    for (Row row : rows) {
      if (row.sequence() <= snapshot) {
        newest.merge(row.key(), row, (a, b) -> a.sequence() > b.sequence() ? a : b);
      }
    }
    return newest;
  }

  /** What a merge of these rows, in the order of their writes, keeps. */
  private List<Row> survivors(
      List<Row> rows, long[] snapshots, boolean oldestRun, long expiredUpToMillis)
      throws IOException {
    List<Row> kept = new ArrayList<>();
    try (MemTable run = new SkipListMemTable(true, chunks)) {
      for (Row row : rows) {
        Slice value = row.value() == null ? new Slice() : Slice.utf8(row.value());
        EntryKind kind = row.value() == null ? EntryKind.DELETE : EntryKind.PUT;
        run.add(row.sequence(), kind, row.timeMillis(), Slice.utf8(row.key()), value);
      }
      try (RetentionCursor cursor =
          new RetentionCursor(
              List.of(run.cursor(ScanBounds.all())),
              RangeTombstones.NONE,
              snapshots,
              oldestRun,
              expiredUpToMillis)) {
        while (cursor.next()) {
          kept.add(row(cursor.entry(), cursor.sequence()));
        }
        assertEquals(rows.size(), cursor.rows());
        assertEquals(rows.size() - kept.size(), cursor.dropped());
      }
    }
    return kept;
  }

  private static Row row(Entry entry, long sequence) throws IOException {
    String value = text(entry.value());
    assertEquals(entry.value().length(), entry.valueLength());
    assertFalse(entry.separated());
    boolean delete = entry.kind() == EntryKind.DELETE;
    if (delete) {
      assertEquals("", value);
    }
    return new Row(text(entry.key()), sequence, entry.timeMillis(), delete ? null : value);
  }

  private static String text(Slice bytes) {
    return new String(bytes.toByteArray(), StandardCharsets.UTF_8);
  }
}
