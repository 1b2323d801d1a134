package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.compact.CompactionProgress;
import io.sheaf.engine.compact.CompactionRequest;
import io.sheaf.engine.compact.OfflineCompaction;
import io.sheaf.engine.repair.StoreRepair;
import io.sheaf.engine.verify.StoreVerifier;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.db.BulkWriter;
import io.sheaf.lsm.db.ChangeTail;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.LogRetention;
import io.sheaf.lsm.db.Snapshot;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.db.WriteCondition;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.FaultFileSystem.Operation;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Files that a bulk writer made become part of a store at once, as a write of that moment: for
 * later writes, snapshots, crashes, verify, repair and compactions. {@code -Dsheaf.test.seed=N}
 * replays.
 */
@Timeout(120)
final class IngestTest {
  private static final long SEED = TestSeed.next();

  private final Random random = new Random(SEED);
  private final IngestRows made = new IngestRows(random);

  @BeforeAll
  static void sayHowToReplay() {
    System.out.println("ingest: -Dsheaf.test.seed=" + SEED);
  }

  @Test
  void isAWriteOfItsMoment() throws Exception {
    FileSystem disk = new MemoryFileSystem();
    NavigableMap<Slice, Slice> model = new TreeMap<>();
    try (Db db = SmallStore.open(disk)) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      for (int round = 0; round < 4; round++) {
        made.writeSome(db, table, model, 300);
        NavigableMap<Slice, Slice> before = new TreeMap<>(model);
        NavigableMap<Slice, Slice> more = made.rows(round);
        try (Snapshot snapshot = db.snapshot();
            BulkWriter bulk = db.bulkWriter(table)) {
          IngestRows.fill(bulk, more);
          made.writeSome(db, table, model, 20); // in the memtable, older than what is ingested
          long sequence = db.ingest(List.of(bulk));
          assertEquals(sequence, db.lastSequence());
          model.putAll(more);
          assertEquals(before, SmallStore.rows(db, table, CursorOptions.ALL.at(snapshot)));
          assertEquals(model, SmallStore.rows(db, table, CursorOptions.ALL));
          WriteCondition unchanged =
              WriteCondition.unchangedSince(table, more.firstKey().toByteArray(), snapshot);
          assertEquals(
              Optional.of(unchanged),
              db.writeIf(new WriteBatch(), List.of(unchanged), Durability.WRITTEN));
          db.compact(table, null, null);
          assertEquals(before, SmallStore.rows(db, table, CursorOptions.ALL.at(snapshot)));
        }
        IngestRows.gets(db, table, model, more);
        made.writeSome(db, table, model, 200);
        assertEquals(model, SmallStore.rows(db, table, CursorOptions.ALL));
        if (round == 2) {
          db.compact(table, null, null);
          assertEquals(model, SmallStore.rows(db, table, CursorOptions.ALL));
        }
      }
    }
    reopensAsItWas(disk, model);
  }

  private void reopensAsItWas(FileSystem disk, NavigableMap<Slice, Slice> model) throws Exception {
    Components parts = Sheaf.components().withFileSystem(disk);
    assertEquals(
        List.of(), StoreVerifier.verify(parts, SmallStore.DIRECTORY, true, step -> {}).findings());
    Path repaired = Path.of("/repaired");
    assertTrue(StoreRepair.repair(parts, SmallStore.DIRECTORY, repaired, step -> {}).isComplete());
    Path compacted = Path.of("/compacted");
    OfflineCompaction.compact(
        parts, SmallStore.DIRECTORY, compacted, CompactionRequest.ALL, CompactionProgress.NONE);
    for (Path store : List.of(SmallStore.DIRECTORY, repaired, compacted)) {
      try (Db db = Db.open(store, SmallStore.OPTIONS, parts)) {
        assertEquals(
            model, SmallStore.rows(db, db.table("rows"), CursorOptions.ALL), store::toString);
      }
    }
  }

  @Test
  void severalTablesAtOnceAndAMarkInTheTail() throws Exception {
    try (Db db = SmallStore.open(new MemoryFileSystem())) {
      Table one = db.openTable("one", SmallStore.TABLE);
      Table two = db.openTable("two", SmallStore.TABLE);
      NavigableMap<Slice, Slice> rows = made.rows(0);
      try (BulkWriter first = db.bulkWriter(one);
          BulkWriter second = db.bulkWriter(two);
          BulkWriter none = db.bulkWriter(two);
          ChangeTail tail = db.tail(db.lastSequence() + 1)) {
        IngestRows.fill(first, rows);
        IngestRows.fill(second, rows);
        db.ingest(List.of(first, second, none));
        assertThrows(IllegalArgumentException.class, () -> db.ingest(List.of(first)));
        assertTrue(tail.next());
        assertEquals(1, tail.count());
        tail.visit(
            new WriteBatch.Visitor() {
              @Override
              public void put(int tableId, Slice key, Slice value) {
                throw new AssertionError("no rows");
              }

              @Override
              public void delete(int tableId, Slice key) {
                assertEquals(WriteBatch.MARK_TABLE, tableId);
                assertEquals(Slice.utf8("ingest one,two"), key);
              }

              @Override
              public void deleteRange(int tableId, Slice from, Slice to) {
                throw new AssertionError("no ranges");
              }
            });
      }
      assertEquals(rows, SmallStore.rows(db, one, CursorOptions.ALL));
      assertEquals(rows, SmallStore.rows(db, two, CursorOptions.ALL));
    }
  }

  @Test
  void whoFollowsTheStoreIsToldOfItAfterAPowerCutToo() throws Exception {
    DbOptions keeping = SmallStore.OPTIONS.withLogRetention(LogRetention.ofBytes(1L << 30));
    CrashFileSystem disk = new CrashFileSystem();
    List<CrashFileSystem> cuts = new ArrayList<>();
    long sequence;
    try (Db db = Db.open(SmallStore.DIRECTORY, keeping, parts(disk))) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      try (BulkWriter rows = db.bulkWriter(table)) {
        IngestRows.fill(rows, made.rows(0));
        sequence = db.ingest(List.of(rows));
      }
      for (int i = 0; i < 20; i++) {
        cuts.add(disk.crashClone(random));
      }
    }
    for (CrashFileSystem cut : cuts) {
      try (Db db = Db.open(SmallStore.DIRECTORY, keeping, parts(cut));
          ChangeTail tail = db.tail(sequence)) {
        assertTrue(tail.next(), () -> "seed " + SEED);
        assertEquals(sequence, tail.firstSequence(), () -> "seed " + SEED);
      }
    }
  }

  @Test
  void whatIsNotIngestedLeavesNothing() throws Exception {
    FileSystem disk = new MemoryFileSystem();
    try (Db db = SmallStore.open(disk)) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      int before = disk.list(SmallStore.DIRECTORY).size();
      try (BulkWriter bulk = db.bulkWriter(table)) {
        IngestRows.fill(bulk, made.rows(0));
        byte[] last = bytes("zz-9");
        bulk.put(last, new byte[10]);
        assertThrows(IllegalArgumentException.class, () -> bulk.put(last, new byte[10]));
        assertThrows(IllegalArgumentException.class, () -> bulk.put(bytes("aa"), new byte[10]));
        assertThrows(IllegalArgumentException.class, () -> bulk.put(new byte[0], new byte[10]));
        assertEquals(IngestRows.ROWS + 1, bulk.rows());
      }
      assertEquals(before, disk.list(SmallStore.DIRECTORY).size());
      assertTrue(SmallStore.rows(db, table, CursorOptions.ALL).isEmpty());
    }
  }

  @Test
  void writersGoOnBeside() throws Exception {
    try (Db db = SmallStore.open(new MemoryFileSystem())) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      AtomicBoolean done = new AtomicBoolean();
      AtomicInteger written = new AtomicInteger();
      List<Throwable> failures = new ArrayList<>();
      Thread writer =
          Thread.ofPlatform()
              .name("writer")
              .start(() -> {
                try {
                  while (!done.get()) {
                    db.put(table, bytes("zz-" + (1_000_000 + written.get())), new byte[200]);
                    written.incrementAndGet();
                  }
                } catch (IOException | RuntimeException e) {
                  failures.add(e);
                }
              });
      NavigableMap<Slice, Slice> model = new TreeMap<>();
      for (int round = 0; round < 10; round++) {
        NavigableMap<Slice, Slice> more = made.rows(round);
        try (BulkWriter bulk = db.bulkWriter(table)) {
          IngestRows.fill(bulk, more);
          db.ingest(List.of(bulk));
        }
        model.putAll(more);
      }
      done.set(true);
      writer.join();
      assertEquals(List.of(), failures);
      for (int i = 0; i < written.get(); i++) {
        model.put(Slice.of(bytes("zz-" + (1_000_000 + i))), Slice.of(new byte[200]));
      }
      assertEquals(model, SmallStore.rows(db, table, CursorOptions.ALL));
    }
  }

  @Test
  void aCrashLeavesAllOrNothing() throws Exception {
    CrashFileSystem disk = new CrashFileSystem();
    NavigableMap<Slice, Slice> before = new TreeMap<>();
    NavigableMap<Slice, Slice> more = made.rows(0);
    List<CrashFileSystem> clones = new ArrayList<>();
    Random cloning = new Random(random.nextLong());
    int acknowledgedAt;
    try (Db db = SmallStore.open(disk)) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      for (int i = 0; i < 100; i++) {
        made.put(db, table, before, Durability.SYNC);
      }
      disk.onOperation(operation -> {
        synchronized (clones) {
          clones.add(cloning.nextBoolean() ? disk.crashClone(cloning) : disk.killClone());
        }
      });
      try (BulkWriter bulk = db.bulkWriter(table)) {
        IngestRows.fill(bulk, more);
        db.ingest(List.of(bulk));
      }
      synchronized (clones) {
        acknowledgedAt = clones.size();
        clones.add(disk.crashClone(cloning));
      }
      disk.onOperation(operation -> {});
    }
    NavigableMap<Slice, Slice> after = new TreeMap<>(before);
    after.putAll(more);
    int step = Math.max(1, clones.size() / 150);
    for (int i = 0; i < clones.size(); i += i >= acknowledgedAt - step ? 1 : step) {
      CrashFileSystem clone = clones.get(i);
      try (Db db = SmallStore.open(clone)) {
        Table table = db.table("rows");
        NavigableMap<Slice, Slice> found = SmallStore.rows(db, table, CursorOptions.ALL);
        if (i >= acknowledgedAt) {
          assertEquals(after, found);
        } else {
          assertTrue(found.equals(before) || found.equals(after), "a part of it, at " + i);
        }
        NavigableMap<Slice, Slice> goesOn = new TreeMap<>(found);
        made.put(db, table, goesOn, Durability.SYNC);
        assertEquals(goesOn, SmallStore.rows(db, table, CursorOptions.ALL));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CREATE", "WRITE", "SYNC", "SYNC_DIRECTORY"})
  void aFaultLeavesAllOrNothing(Operation operation) throws Exception {
    for (int nth = 1, step = 1; ; nth += step, step++) {
      FaultFileSystem disk = new FaultFileSystem(new MemoryFileSystem());
      NavigableMap<Slice, Slice> before = new TreeMap<>();
      NavigableMap<Slice, Slice> more = made.rows(0);
      boolean done = false;
      boolean struck;
      Db db = SmallStore.open(disk);
      try (db) {
        Table table = db.openTable("rows", SmallStore.TABLE);
        for (int i = 0; i < 30; i++) {
          made.put(db, table, before, Durability.WRITTEN);
        }
        disk.failOnce(operation, nth);
        try (BulkWriter bulk = db.bulkWriter(table)) {
          IngestRows.fill(bulk, more);
          db.ingest(List.of(bulk));
          done = true;
        } catch (IOException expected) {
          assertTrue(disk.injectedFaults() > 0, expected.toString());
        }
        struck = disk.injectedFaults() > 0;
        disk.heal();
      } catch (IOException closing) {
        struck = true;
      }
      NavigableMap<Slice, Slice> after = new TreeMap<>(before);
      after.putAll(more);
      try (Db again = SmallStore.open(disk)) {
        NavigableMap<Slice, Slice> found =
            SmallStore.rows(again, again.table("rows"), CursorOptions.ALL);
        assertTrue(found.equals(after) || (!done && found.equals(before)), operation + " " + nth);
      }
      if (!struck) {
        assertTrue(done);
        return;
      }
    }
  }

  /** What went wrong in another thread stands in the message, too. */
  private static boolean saysWhy(IOException failure) {
    String message = String.valueOf(failure.getMessage());
    Throwable cause = failure.getCause();
    return !message.startsWith("rows of table")
        || (cause instanceof IOException && message.endsWith(String.valueOf(cause.getMessage())));
  }

  /** At each length of what still fits, the files, the mark and the manifest among it. */
  @Test
  void aFullDiskAddsNothingAndTheStoreGoesOn() throws Exception {
    int refused = 0;
    for (long room = 0; ; room += 23) {
      FaultFileSystem disk = new FaultFileSystem(new MemoryFileSystem());
      NavigableMap<Slice, Slice> model = new TreeMap<>();
      try (Db db = SmallStore.open(disk)) {
        Table table = db.openTable("rows", SmallStore.TABLE);
        made.put(db, table, model, Durability.WRITTEN);
        db.flush();
        boolean done = false;
        disk.limitSpace(room);
        try (BulkWriter bulk = db.bulkWriter(table)) {
          bulk.put(IngestRows.key(1), new byte[10]);
          db.ingest(List.of(bulk));
          done = true;
        } catch (IOException full) {
          refused++;
          assertTrue(saysWhy(full), full.toString());
        }
        disk.heal();
        assertEquals(Optional.empty(), db.failure(), "with room for " + room);
        if (done) {
          model.put(Slice.of(IngestRows.key(1)), Slice.of(new byte[10]));
        }
        made.put(db, table, model, Durability.WRITTEN);
        try (BulkWriter bulk = db.bulkWriter(table)) {
          bulk.put(IngestRows.key(3), new byte[10]);
          db.ingest(List.of(bulk));
          model.put(Slice.of(IngestRows.key(3)), Slice.of(new byte[10]));
        }
        assertEquals(model, SmallStore.rows(db, table, CursorOptions.ALL), "room " + room);
        if (done) {
          assertTrue(refused > 20, refused + " times");
          return;
        }
      }
      try (Db again = SmallStore.open(disk)) {
        assertEquals(model, SmallStore.rows(again, again.table("rows"), CursorOptions.ALL));
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static Components parts(FileSystem disk) {
    return Sheaf.components().withFileSystem(disk);
  }
}
