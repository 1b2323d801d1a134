package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Snapshot;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Rows and batches at the limits of what a store takes; each read from memory, files and after
 * reopening.
 */
class StoreLimitsTest {
  private final MemoryFileSystem disk = new MemoryFileSystem();
  private final NavigableMap<Slice, Slice> expected = new TreeMap<>();

  @Test
  void keysOfOneByteAndOfTheLongestLength() throws Exception {
    byte[] longest = new byte[WriteBatch.MAX_KEY_BYTES];
    Arrays.fill(longest, (byte) 'k');
    byte[] almost = longest.clone();
    almost[almost.length - 1]++;
    try (Db db = SmallStore.open(disk)) {
      Table table = db.openTable("t", SmallStore.TABLE);
      for (int b = 0; b < 256; b++) {
        put(db, table, new byte[] {(byte) b}, new byte[] {1, (byte) b});
      }
      put(db, table, longest, new byte[] {2});
      put(db, table, almost, new byte[2_000]);
      checkInAllPlaces(db, table);
    }
    checkReopened(SmallStore.OPTIONS);
  }

  @Test
  void emptyAndTooLongKeysAreRefused() throws IOException {
    byte[] empty = {};
    byte[] tooLong = new byte[WriteBatch.MAX_KEY_BYTES + 1];
    byte[] some = {7};
    try (Db db = SmallStore.open(disk)) {
      Table table = db.openTable("t", SmallStore.TABLE);
      put(db, table, some, some);
      for (byte[] key : List.of(empty, tooLong)) {
        String said = key.length == 0 ? "at least one byte" : "65536 are allowed";
        assertRefused(said, () -> db.put(table, key, some));
        assertRefused(said, () -> db.delete(table, key));
        assertRefused(said, () -> new WriteBatch().deleteRange(table, some, key));
        assertRefused(said, () -> new WriteBatch().deleteRange(table, key, some));
        assertNull(db.get(table, key), "no such row");
      }
      assertRefused("is empty", () -> new WriteBatch().deleteRange(table, some, some));
      assertEquals(expected, SmallStore.rows(db, table, CursorOptions.ALL));
    }
  }

  @Test
  void emptyValues() throws Exception {
    try (Db db = SmallStore.open(disk)) {
      Table table = db.openTable("t", SmallStore.TABLE);
      for (int i = 0; i < 500; i++) {
        put(db, table, key("ge%03d", i), new byte[0]);
        put(db, table, key("gm%03d", i), new byte[i % 3 == 0 ? 0 : 90]);
      }
      checkInAllPlaces(db, table);
    }
    checkReopened(SmallStore.OPTIONS);
  }

  @Test
  void valueOfTheLargestSizeAndNoLarger() throws Exception {
    byte[] value = new byte[WriteBatch.MAX_VALUE_BYTES];
    new Random(1).nextBytes(value);
    DbOptions options = SmallStore.OPTIONS.withMemory(512 << 20, 1 << 20);
    try (Db db = SmallStore.open(disk, options)) {
      Table table = db.openTable("t", SmallStore.TABLE);
      assertRefused(
          "67108864 are allowed",
          () -> db.put(table, key("a%d", 1), new byte[WriteBatch.MAX_VALUE_BYTES + 1]));
      db.put(table, key("a%d", 0), value);
      assertArrayEquals(value, db.get(table, key("a%d", 0)));
      db.flush();
      assertArrayEquals(value, db.get(table, key("a%d", 0)));
    }
    try (Db db = SmallStore.open(disk, options)) {
      assertArrayEquals(value, db.get(db.table("t"), key("a%d", 0)));
    }
  }

  @Test
  void emptyBatchWritesNothing() throws Exception {
    try (Db db = SmallStore.open(disk)) {
      long before = db.statistics().get(Counter.LOG_BYTES);
      db.write(new WriteBatch());
      assertEquals(before, db.statistics().get(Counter.LOG_BYTES));
      db.flush();
    }
  }

  @Test
  void batchLargerThanTheWriteBufferIsWhole() throws Exception {
    try (Db db = SmallStore.open(disk)) {
      Table table = db.openTable("t", SmallStore.TABLE);
      WriteBatch batch = new WriteBatch();
      Random random = new Random(2);
      for (int i = 0; i < 5_000; i++) {
        byte[] value = new byte[random.nextInt(400)];
        random.nextBytes(value);
        batch.put(table, key("g" + (char) ('a' + i % 7) + "%05d", i), value);
        expected.put(Slice.of(key("g" + (char) ('a' + i % 7) + "%05d", i)), Slice.of(value));
      }
      assertTrue(batch.sizeBytes() > 8 * SmallStore.OPTIONS.writeBufferBytes());
      db.write(batch);
      assertEquals(expected, SmallStore.rows(db, table, CursorOptions.ALL));
    }
    checkReopened(SmallStore.OPTIONS);
    checkReopened(SmallStore.OPTIONS);
  }

  @Test
  void tenThousandPrefixesWithOneRowEach() throws Exception {
    try (Db db = SmallStore.open(disk)) {
      Table table = db.openTable("t", SmallStore.TABLE.withPrefix(new FixedPrefix(6)));
      for (int i = 0; i < 10_000; i++) {
        put(db, table, key("%06d-", i), key("value %d", i));
      }
      checkInAllPlaces(db, table);
      for (int i = 0; i < 10_000; i += 97) {
        assertEquals(1, SmallStore.rows(db, table, CursorOptions.prefix(key("%06d", i))).size());
        assertEquals(0, SmallStore.rows(db, table, CursorOptions.prefix(key("%06dx", i))).size());
      }
    }
  }

  @Test
  void onePrefixWithAHundredThousandRows() throws Exception {
    DbOptions options = SmallStore.OPTIONS.withMemory(64 << 20, 4 << 20);
    try (Db db = SmallStore.open(disk, options)) {
      Table table = db.openTable("t", SmallStore.TABLE);
      WriteBatch batch = new WriteBatch();
      for (int i = 0; i < 100_000; i++) {
        byte[] value = key("message %d", i);
        batch.put(table, key("gg%06d", i), value);
        expected.put(Slice.of(key("gg%06d", i)), Slice.of(value));
        if (batch.count() == 1_000) {
          db.write(batch);
          batch.clear();
        }
      }
      db.flush();
      assertEquals(expected, SmallStore.rows(db, table, CursorOptions.ALL));
      CursorOptions lastTen = CursorOptions.prefix(key("gg", 0)).reversed().limit(10);
      assertEquals(
          expected.tailMap(Slice.of(key("gg%06d", 99_990))), SmallStore.rows(db, table, lastTen));
      db.compact(table, null, null);
      assertEquals(expected, SmallStore.rows(db, table, CursorOptions.ALL));
    }
  }

  @Test
  void tenThousandTrimsOfOnePrefix() throws Exception {
    try (Db db = SmallStore.open(disk, SmallStore.OPTIONS.withMemory(64 << 20, 8 << 20))) {
      Table table = db.openTable("t", SmallStore.TABLE);
      for (int i = 0; i < 20_000; i++) {
        put(db, table, key("gg%06d", i), key("%d", i));
        if (i % 2 == 1) { // a row beyond half the history trims it by one more
          db.write(new WriteBatch().deleteRange(table, key("gg", 0), key("gg%06d", i / 2)));
        }
      }
      expected.headMap(Slice.of(key("gg%06d", 9_999)), false).clear();
      checkInAllPlaces(db, table);
    }
    checkReopened(SmallStore.OPTIONS);
  }

  @Test
  void keysThatAreNothingButTheirPrefixOrLess() throws Exception {
    try (Db db = SmallStore.open(disk)) {
      Table table = db.openTable("t", SmallStore.TABLE.withPrefix(new FixedPrefix(4)));
      for (String key : List.of("a", "ab", "abc", "abcd", "abcde", "abce", "abd", "b", "bbbb")) {
        put(db, table, key(key, 0), new byte[300]);
      }
      checkInAllPlaces(db, table);
      for (String prefix : List.of("a", "abc", "abcd", "abcde", "abcdef", "bbbb")) {
        assertEquals(
            expected.subMap(Slice.utf8(prefix), Slice.utf8(prefix + '\u007f')),
            SmallStore.rows(db, table, CursorOptions.prefix(key(prefix, 0))),
            prefix);
      }
    }
    checkReopened(SmallStore.OPTIONS);
  }

  @Test
  void updatesAndDeletesInsideValueBlocksUnderSnapshots() throws Exception {
    try (Db db = SmallStore.open(disk)) {
      Table table = db.openTable("t", SmallStore.TABLE);
      for (int i = 0; i < 400; i++) {
        put(db, table, key("gb%04d", i), key("first %0200d", i));
      }
      db.compact(table, null, null);
      assertTrue(separated(db) > 0, "nothing was separated");
      NavigableMap<Slice, Slice> before = new TreeMap<>(expected);
      try (Snapshot snapshot = db.snapshot()) {
        for (int i = 0; i < 400; i += 3) {
          put(db, table, key("gb%04d", i), key("second %0100d", i));
          delete(db, table, key("gb%04d", i + 1));
        }
        checkInAllPlaces(db, table);
        assertEquals(before, SmallStore.rows(db, table, CursorOptions.ALL.at(snapshot)));
      }
      long held = separated(db);
      db.compact(table, null, null);
      assertTrue(separated(db) < held, "what only the snapshot showed is still there");
      assertEquals(expected, SmallStore.rows(db, table, CursorOptions.ALL));
    }
    checkReopened(SmallStore.OPTIONS);
  }

  @Test
  void reopeningWithOtherOptionsOfTheTable() throws Exception {
    List<TableOptions> all =
        List.of(
            SmallStore.TABLE,
            SmallStore.TABLE.withPrefix(PrefixExtractor.WHOLE_KEY),
            SmallStore.TABLE.withSeparationBytes(TableOptions.NEVER_SEPARATE),
            SmallStore.TABLE.withPrefix(new FixedPrefix(4)).withSeparationBytes(1),
            SmallStore.TABLE.withCompression(Compression.NONE, Compression.LZ4),
            SmallStore.TABLE.withBlockBytes(16 << 10, 4 << 10));
    for (int round = 0; round < 2 * all.size(); round++) {
      TableOptions options = all.get(round % all.size());
      try (Db db = SmallStore.open(disk)) {
        Table table = db.openTable("t", options);
        assertEquals(expected, SmallStore.rows(db, table, CursorOptions.ALL));
        for (int i = 0; i < 100; i++) {
          put(db, table, key("g%04d", (i * 37 + round * 11) % 300), key("%0120d", round));
        }
        assertEquals(options, db.table("t").options());
        if (round % 3 == 0) {
          db.compact(table, null, null);
        }
        assertEquals(expected, SmallStore.rows(db, table, CursorOptions.ALL));
      }
    }
  }

  private void put(Db db, Table table, byte[] key, byte[] value) throws IOException {
    db.put(table, key, value);
    expected.put(Slice.of(key), Slice.of(value));
  }

  private void delete(Db db, Table table, byte[] key) throws IOException {
    db.delete(table, key);
    expected.remove(Slice.of(key));
  }

  private void checkInAllPlaces(Db db, Table table) throws Exception {
    check(db, table);
    db.flush();
    check(db, table);
    db.compact(table, null, null);
    check(db, table);
  }

  private void checkReopened(DbOptions options) throws IOException {
    try (Db db = SmallStore.open(disk, options)) {
      check(db, db.table("t"));
    }
  }

  private void check(Db db, Table table) throws IOException {
    assertEquals(expected, SmallStore.rows(db, table, CursorOptions.ALL));
    assertEquals(expected, SmallStore.rows(db, table, CursorOptions.ALL.reversed()));
    for (Slice key : expected.keySet()) {
      byte[] found = db.get(table, key.toByteArray());
      assertEquals(expected.get(key), found == null ? null : Slice.of(found));
    }
  }

  /** Bytes in value files. */
  private static long separated(Db db) {
    return db.version().tables().values().stream().mapToLong(t -> t.valueFileBytes()).sum();
  }

  private static byte[] key(String format, int number) {
    return String.format(Locale.ROOT, format, number).getBytes(StandardCharsets.UTF_8);
  }

  private static void assertRefused(String said, org.junit.jupiter.api.function.Executable call) {
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, call);
    assertTrue(String.valueOf(refused.getMessage()).contains(said), refused::toString);
  }
}
