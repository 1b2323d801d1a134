package io.sheaf.engine;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.CompactionLimits;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Young files are merged without the older ones below them after some of their rows have expired:
 * what those rows replaced must not come back, whatever time to live the table has later.
 */
class StoreExpiryMergeTest {
  private static final long TTL_MILLIS = 1_000;
  private static final TableOptions KEPT = SmallStore.TABLE;
  private static final TableOptions EXPIRING = KEPT.withTtlMillis(TTL_MILLIS);
  private static final byte[] OLD = {1};
  private static final byte[] NEW = {2};

  private final MemoryFileSystem disk = new MemoryFileSystem();
  private final AtomicLong nowMillis = new AtomicLong(1_000_000);

  @Test
  void rowFromBeforeTheTableExpiredStaysReplaced() throws Exception {
    try (Db db = open()) {
      Table table = db.openTable("t", KEPT);
      db.put(table, key("a1"), OLD);
      writeOthers(db, table);
      db.flush();
      table = db.openTable("t", EXPIRING);
      replaceAndExpire(db, table);
      checkGone(db, "while rows expire");
      db.openTable("t", KEPT);
      checkGone(db, "when rows are kept for ever again");
    }
    try (Db db = open()) {
      checkGone(db, "after reopening");
      db.compact(db.table("t"), null, null);
      checkGone(db, "when all is merged");
      assertEquals(0, deletes(db), "the oldest run needs none");
    }
  }

  @Test
  void expiredRowStaysReplacedWhenRowsLiveLonger() throws Exception {
    try (Db db = open()) {
      Table table = db.openTable("t", KEPT);
      db.put(table, key("a0"), OLD); // these keep the files above from going whole
      db.put(table, key("a9"), OLD);
      writeOthers(db, table);
      db.flush();
      table = db.openTable("t", EXPIRING);
      db.put(table, key("a1"), OLD);
      db.flush();
      nowMillis.addAndGet(10);
      replaceAndExpire(db, table);
      checkGone(db, "while rows expire");
      db.openTable("t", KEPT.withTtlMillis(1_000 * TTL_MILLIS));
      checkGone(db, "when rows live longer");
      db.compact(db.table("t"), null, null);
      checkGone(db, "when all is merged");
      assertArrayEquals(OLD, db.get(table, key("a9")));
    }
  }

  /** Rows beside which a delete is not worth a merge of its own. */
  private static void writeOthers(Db db, Table table) throws IOException {
    for (char last = 'a'; last <= 'z'; last++) {
      db.put(table, key("c" + last), OLD);
    }
  }

  /** Writes a1 again, lets it expire beside a row that lives, and has the file of both merged. */
  private void replaceAndExpire(Db db, Table table) throws IOException, InterruptedException {
    db.put(table, key("a1"), NEW);
    nowMillis.addAndGet(TTL_MILLIS * 9 / 10);
    db.put(table, key("a2"), NEW);
    db.flush();
    db.awaitIdle();
    long before = db.statistics().get(Counter.COMPACTIONS);
    nowMillis.addAndGet(TTL_MILLIS * 6 / 10);
    db.put(table, key("z1"), NEW);
    db.flush(); // which makes compaction look
    db.awaitIdle();
    assertEquals(before + 1, db.statistics().get(Counter.COMPACTIONS), "merges of the young file");
    assertEquals(1, deletes(db), "what hides the older version");
    assertNotNull(db.get(table, key("a2")));
  }

  private static void checkGone(Db db, String when) throws IOException {
    Table table = db.table("t");
    assertNull(db.get(table, key("a1")), when);
    Set<Slice> scanned = SmallStore.rows(db, table, CursorOptions.ALL).keySet();
    assertFalse(scanned.contains(Slice.of(key("a1"))), when);
  }

  private static long deletes(Db db) {
    return requireNonNull(db.version().table("t")).runs().stream()
        .flatMap(run -> run.files().stream())
        .mapToLong(FileMetadata::deletes)
        .sum();
  }

  private Db open() throws IOException {
    return Db.open(
        SmallStore.DIRECTORY,
        SmallStore.OPTIONS.withCompaction(new CompactionLimits(2, 1.25, 0, 8 << 10, 16)),
        Sheaf.components().withFileSystem(disk).withClock(nowMillis::get));
  }

  private static byte[] key(String key) {
    return key.getBytes(StandardCharsets.US_ASCII);
  }
}
