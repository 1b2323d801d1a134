package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.repair.RepairReport;
import io.sheaf.engine.repair.StoreRepair;
import io.sheaf.engine.verify.StoreVerifier;
import io.sheaf.lsm.db.BulkWriter;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Snapshot;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Rows that go when their time is over, by a clock that the test sets. */
class StoreExpiryTest {
  private static final long TTL_MILLIS = 1_000;
  private static final TableOptions EXPIRING = SmallStore.TABLE.withTtlMillis(TTL_MILLIS);

  private final MemoryFileSystem disk = new MemoryFileSystem();
  private final AtomicLong nowMillis = new AtomicLong(1_000_000);

  @Test
  void rowsGoWhenTheirTimeIsOverWhereverTheyAre() throws Exception {
    try (Db db = open()) {
      Table table = db.openTable("t", EXPIRING);
      Table kept = db.openTable("kept", SmallStore.TABLE);
      write(db, kept, 'k', 1);
      write(db, table, 'f', 100);
      db.flush();
      nowMillis.addAndGet(TTL_MILLIS / 2);
      write(db, table, 'm', 100);
      assertEquals(200, rows(db, table));
      nowMillis.addAndGet(TTL_MILLIS / 2 - 1);
      assertEquals(200, rows(db, table), "a millisecond before");
      nowMillis.incrementAndGet();
      assertEquals(100, rows(db, table));
      assertNull(db.get(table, key('f', 7)));
      assertNotNull(db.get(table, key('m', 7)));
      db.put(table, key('f', 7), new byte[] {1});
      assertArrayEquals(new byte[] {1}, db.get(table, key('f', 7)), "written anew");
      nowMillis.addAndGet(100 * TTL_MILLIS);
      assertEquals(0, rows(db, table));
      assertEquals(1, rows(db, kept));
    }
    try (Db db = open()) {
      assertEquals(0, rows(db, db.table("t")), "after reopening");
      assertEquals(1, rows(db, db.table("kept")));
    }
  }

  @Test
  void rowsExpireUnderASnapshotToo() throws Exception {
    try (Db db = open()) {
      Table table = db.openTable("t", EXPIRING);
      write(db, table, 'f', 10);
      try (Snapshot snapshot = db.snapshot()) {
        nowMillis.addAndGet(TTL_MILLIS);
        CursorOptions then = CursorOptions.ALL.at(snapshot);
        assertEquals(0, SmallStore.rows(db, table, then).size());
        assertNull(db.get(table, key('f', 1), snapshot));
      }
    }
  }

  @Test
  void filesOfExpiredRowsGoWholeAndUnread() throws Exception {
    try (Db db = open()) {
      Table table = db.openTable("t", EXPIRING);
      write(db, table, 'f', 2_000);
      db.flush();
      db.awaitIdle();
      assertTrue(files(FileKind.SSTABLE) > 0 && files(FileKind.VALUES) > 0);
      nowMillis.addAndGet(2 * TTL_MILLIS);
      write(db, table, 'z', 1);
      long readBefore = db.statistics().get(Counter.COMPACTION_READ_BYTES);
      db.flush(); // which makes compaction look
      db.awaitIdle();
      assertEquals(1, rows(db, table));
      assertTrue(db.statistics().get(Counter.FILES_EXPIRED) > 0);
      assertEquals(readBefore, db.statistics().get(Counter.COMPACTION_READ_BYTES));
      assertEquals(1, files(FileKind.SSTABLE), "the file of the one row that is left");
      assertEquals(0, files(FileKind.VALUES));
    }
  }

  @Test
  void rowsThatOtherOptionsKeepLongerStayGoneOrStayRight() throws Exception {
    try (Db db = open()) {
      Table table = db.openTable("t", EXPIRING);
      db.put(table, key('a', 1), new byte[] {1});
      db.flush();
      nowMillis.addAndGet(10);
      db.put(table, key('a', 1), new byte[] {2});
      nowMillis.addAndGet(TTL_MILLIS);
      assertNull(db.get(table, key('a', 1)));
      Table longer = db.openTable("t", SmallStore.TABLE.withTtlMillis(100 * TTL_MILLIS));
      db.compact(longer, null, null);
      byte[] found = db.get(longer, key('a', 1));
      assertArrayEquals(new byte[] {2}, found, "never the older version");
    }
  }

  @Test
  void rowsFromBeforeTheTableExpiredStayAndOthersGo() throws Exception {
    byte[] value = {7};
    try (Db db = open()) {
      Table table = db.openTable("t", SmallStore.TABLE);
      db.put(table, key('a', 1), value);
      db.flush();
      db.put(table, key('a', 3), value); // in memory when the table is altered
      table = db.openTable("t", EXPIRING);
      db.put(table, key('a', 2), value);
      db.compact(table, null, null);
      nowMillis.addAndGet(TTL_MILLIS);
      db.put(table, key('z', 1), value);
      db.flush(); // which makes compaction look
      db.awaitIdle();
      checkOnlyTheOldAreLeft(db, value);
      db.compact(table, null, null);
      checkOnlyTheOldAreLeft(db, value);
    }
    try (Db db = open()) {
      checkOnlyTheOldAreLeft(db, value);
    }
  }

  private static void checkOnlyTheOldAreLeft(Db db, byte[] value) throws IOException {
    Table table = db.table("t");
    assertArrayEquals(value, db.get(table, key('a', 1)));
    assertNull(db.get(table, key('a', 2)));
    assertArrayEquals(value, db.get(table, key('a', 3)));
    assertEquals(3, rows(db, table), "with the one that is new");
  }

  @Test
  void rowsFromBeforeTheTableExpiredStayWhenTheyAreReadFromTheLog() throws Exception {
    try (Db db = open()) {
      Table table = db.openTable("t", SmallStore.TABLE);
      db.put(table, key('a', 1), new byte[] {7});
      db.openTable("t", EXPIRING);
      db.put(table, key('a', 2), new byte[] {7});
    }
    try (Db db = open()) {
      nowMillis.addAndGet(TTL_MILLIS);
      assertArrayEquals(new byte[] {7}, db.get(db.table("t"), key('a', 1)));
      assertNull(db.get(db.table("t"), key('a', 2)));
    }
  }

  @Test
  void clockThatGoesBackBringsNothingOlderForward() throws Exception {
    try (Db db = open()) {
      Table table = db.openTable("t", EXPIRING);
      db.put(table, key('a', 1), new byte[] {1});
      nowMillis.addAndGet(-10 * TTL_MILLIS);
      db.put(table, key('a', 1), new byte[] {2});
      db.put(table, key('b', 1), new byte[] {3});
      assertArrayEquals(new byte[] {2}, db.get(table, key('a', 1)));
      db.compact(table, null, null);
      assertArrayEquals(new byte[] {2}, db.get(table, key('a', 1)));
      assertArrayEquals(new byte[] {3}, db.get(table, key('b', 1)));
    }
  }

  @Test
  void ingestedRowsExpireByWhenTheyWereIngested() throws Exception {
    try (Db db = open()) {
      Table table = db.openTable("t", EXPIRING);
      Table late = db.openTable("late", SmallStore.TABLE);
      Table kept = db.openTable("kept", EXPIRING);
      try (BulkWriter slow = filled(db, table);
          BulkWriter undated = filled(db, late);
          BulkWriter freed = filled(db, kept)) {
        nowMillis.addAndGet(2 * TTL_MILLIS);
        late = db.openTable("late", EXPIRING);
        db.openTable("kept", SmallStore.TABLE);
        db.ingest(List.of(slow, undated, freed));
      }
      assertEquals(100, rows(db, table), "as old as the ingest");
      nowMillis.addAndGet(TTL_MILLIS - 1);
      db.compact(table, key('b', 50), null);
      db.compact(late, key('b', 50), null);
      assertEquals(100, rows(db, table));
      assertEquals(100, rows(db, late));
      assertEquals(
          List.of(), StoreVerifier.verify(parts(), checkpoint(db), true, step -> {}).findings());
      nowMillis.incrementAndGet();
      assertEquals(0, rows(db, table));
      assertEquals(0, rows(db, late), "of a table that expired only when they were ingested");
      assertNull(db.get(late, key('b', 7)));
      assertEquals(100, rows(db, db.openTable("kept", EXPIRING)), "had none then");
    }
    try (Db db = open()) {
      assertEquals(0, rows(db, db.table("t")));
      assertEquals(0, rows(db, db.table("late")));
      assertEquals(100, rows(db, db.table("kept")));
    }
  }

  /** The newest SSTable may be older than what was said of the table last. */
  @Test
  void repairWithoutAManifestLetsNothingExpire() throws Exception {
    try (Db db = open()) {
      write(db, db.openTable("t", EXPIRING), 'f', 100);
      db.flush();
      db.openTable("t", SmallStore.TABLE);
    }
    for (String name : disk.list(SmallStore.DIRECTORY)) {
      if (name.equals(FileNames.CURRENT) || name.endsWith(".manifest")) {
        disk.delete(SmallStore.DIRECTORY.resolve(name));
      }
    }
    nowMillis.addAndGet(TTL_MILLIS / 2);
    Path repaired = Path.of("/repaired");
    RepairReport report = StoreRepair.repair(parts(), SmallStore.DIRECTORY, repaired, step -> {});
    assertTrue(
        report.notes().stream().anyMatch(note -> note.contains("'t' kept its rows for 1000 ms")),
        () -> "notes: " + report.notes());
    nowMillis.addAndGet(10 * TTL_MILLIS);
    try (Db db = Db.open(repaired, SmallStore.OPTIONS, parts())) {
      db.compact(db.table("t"), null, null);
      assertEquals(100, rows(db, db.table("t")));
      assertEquals(0, rows(db, db.openTable("t", EXPIRING)), "they have kept their write times");
    }
  }

  private Path checkpoint(Db db) throws Exception {
    Path copy = Path.of("/copy");
    db.checkpoint(copy);
    return copy;
  }

  private static BulkWriter filled(Db db, Table table) throws IOException {
    BulkWriter writer = db.bulkWriter(table);
    for (int i = 0; i < 100; i++) {
      writer.put(key('b', i), new byte[40]);
    }
    return writer;
  }

  private Db open() throws IOException {
    return Db.open(SmallStore.DIRECTORY, SmallStore.OPTIONS, parts());
  }

  private Components parts() {
    return Sheaf.components().withFileSystem(disk).withClock(nowMillis::get);
  }

  private static void write(Db db, Table table, char group, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      db.put(table, key(group, i), new byte[40]);
    }
  }

  private static byte[] key(char group, int id) {
    return String.format(Locale.ROOT, "g%c%05d", group, id).getBytes(StandardCharsets.US_ASCII);
  }

  private static int rows(Db db, Table table) throws IOException {
    return SmallStore.rows(db, table, CursorOptions.ALL).size();
  }

  private long files(FileKind kind) throws IOException {
    return disk.list(SmallStore.DIRECTORY).stream()
        .filter(name -> FileNames.parse(name).filter(file -> file.kind() == kind).isPresent())
        .count();
  }
}
