package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.compact.CompactionProgress;
import io.sheaf.engine.compact.CompactionRequest;
import io.sheaf.engine.compact.OfflineCompaction;
import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.repair.RepairReport;
import io.sheaf.engine.repair.StoreRepair;
import io.sheaf.engine.verify.StoreVerifier;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.compact.NoCompaction;
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
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
  private static final int ROWS = 600;

  private final Random random = new Random(SEED);

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
        writeSome(db, table, model, 300);
        NavigableMap<Slice, Slice> before = new TreeMap<>(model);
        NavigableMap<Slice, Slice> more = rows(round);
        try (Snapshot snapshot = db.snapshot();
            BulkWriter bulk = db.bulkWriter(table)) {
          fill(bulk, more);
          writeSome(db, table, model, 20); // in the memtable, older than what is ingested
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
        gets(db, table, model, more);
        writeSome(db, table, model, 200);
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
      NavigableMap<Slice, Slice> rows = rows(0);
      try (BulkWriter first = db.bulkWriter(one);
          BulkWriter second = db.bulkWriter(two);
          BulkWriter none = db.bulkWriter(two);
          ChangeTail tail = db.tail(db.lastSequence() + 1)) {
        fill(first, rows);
        fill(second, rows);
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
                assertEquals(Slice.utf8("ingest one,two,two"), key);
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
        fill(rows, rows(0));
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
  void aRepairWithoutAManifestPutsItBehindWhatWasThereAndSaysSo() throws Exception {
    FileSystem disk = new MemoryFileSystem();
    NavigableMap<Slice, Slice> model = new TreeMap<>();
    try (Db db = Db.open(SmallStore.DIRECTORY, SmallStore.OPTIONS, withoutMerges(disk))) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      for (int i = 0; i < 50; i++) {
        put(db, table, model, Durability.WRITTEN);
      }
      db.write(new WriteBatch().deleteRange(table, key(0), key(40)));
      model.subMap(Slice.of(key(0)), true, Slice.of(key(40)), false).clear();
      db.flush();
      NavigableMap<Slice, Slice> more = rows(0);
      try (BulkWriter bulk = db.bulkWriter(table)) {
        fill(bulk, more);
        db.ingest(List.of(bulk));
      }
      model.putAll(more);
      for (int i = 0; i < 50; i++) {
        put(db, table, model, Durability.WRITTEN);
      }
      db.flush();
      put(db, table, model, Durability.WRITTEN); // is in the log
    }
    for (String name : disk.list(SmallStore.DIRECTORY)) {
      if (name.equals("CURRENT") || name.endsWith(".manifest")) {
        disk.delete(SmallStore.DIRECTORY.resolve(name));
      }
    }
    Components parts = parts(disk);
    Path repaired = Path.of("/repaired");
    RepairReport report = StoreRepair.repair(parts, SmallStore.DIRECTORY, repaired, step -> {});
    assertFalse(report.isComplete());
    assertFalse(report.losses().isEmpty());
    for (Finding loss : report.losses()) {
      assertTrue(loss.file().endsWith(".sst"), loss::toString);
      assertTrue(loss.problem().contains("ingested"), loss::toString);
      assertTrue(loss.rows() != null && loss.rows().table().equals("rows"), loss::toString);
    }
    try (Db db = Db.open(repaired, SmallStore.OPTIONS, parts)) {
      assertEquals(
          model, SmallStore.rows(db, db.table("rows"), CursorOptions.ALL), () -> "seed " + SEED);
    }
  }

  @Test
  void aRepairSaysWhatTheManifestDoesNotKnowOf() throws Exception {
    FileSystem disk = new MemoryFileSystem();
    NavigableMap<Slice, Slice> model = new TreeMap<>();
    try (Db db = Db.open(SmallStore.DIRECTORY, SmallStore.OPTIONS, withoutMerges(disk))) {
      put(db, db.openTable("rows", SmallStore.TABLE), model, Durability.WRITTEN);
      db.flush();
    }
    Map<Path, byte[]> before = new HashMap<>();
    for (String name : disk.list(SmallStore.DIRECTORY)) {
      Path file = SmallStore.DIRECTORY.resolve(name);
      before.put(file, content(disk, file));
    }
    try (Db db = Db.open(SmallStore.DIRECTORY, SmallStore.OPTIONS, withoutMerges(disk));
        BulkWriter bulk = db.bulkWriter(db.table("rows"))) {
      fill(bulk, rows(0));
      db.ingest(List.of(bulk));
    }
    for (Map.Entry<Path, byte[]> file : before.entrySet()) { // all but the files of the ingest
      if (disk.exists(file.getKey())) {
        disk.delete(file.getKey());
      }
      try (WritableFile again = disk.create(file.getKey())) {
        again.write(ByteBuffer.wrap(file.getValue()));
      }
    }
    RepairReport report =
        StoreRepair.repair(parts(disk), SmallStore.DIRECTORY, Path.of("/repaired"), step -> {});
    assertTrue(
        report.notes().stream()
            .anyMatch(note -> note.contains("was to be ingested into table 'rows'")),
        report::toString);
    try (Db db = Db.open(Path.of("/repaired"), SmallStore.OPTIONS, parts(disk))) {
      assertEquals(model, SmallStore.rows(db, db.table("rows"), CursorOptions.ALL));
    }
  }

  private static byte[] content(FileSystem disk, Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) disk.size(file));
    try (ReadableFile open = disk.open(file)) {
      open.read(bytes, 0);
    }
    return bytes.array();
  }

  private static Components withoutMerges(FileSystem disk) {
    Components parts = parts(disk);
    return new Components(
        disk,
        parts.clock(),
        parts.memTables(),
        parts.extractors(),
        parts.policies(),
        parts.values(),
        NoCompaction::new);
  }

  private static Components parts(FileSystem disk) {
    return Sheaf.components().withFileSystem(disk);
  }

  @Test
  void whatIsNotIngestedLeavesNothing() throws Exception {
    FileSystem disk = new MemoryFileSystem();
    try (Db db = SmallStore.open(disk)) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      int before = disk.list(SmallStore.DIRECTORY).size();
      try (BulkWriter bulk = db.bulkWriter(table)) {
        fill(bulk, rows(0));
        byte[] last = bytes("zz-9");
        bulk.put(last, new byte[10]);
        assertThrows(IllegalArgumentException.class, () -> bulk.put(last, new byte[10]));
        assertThrows(IllegalArgumentException.class, () -> bulk.put(bytes("aa"), new byte[10]));
        assertThrows(IllegalArgumentException.class, () -> bulk.put(new byte[0], new byte[10]));
        assertEquals(ROWS + 1, bulk.rows());
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
        NavigableMap<Slice, Slice> more = rows(round);
        try (BulkWriter bulk = db.bulkWriter(table)) {
          fill(bulk, more);
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
    NavigableMap<Slice, Slice> more = rows(0);
    List<CrashFileSystem> clones = new ArrayList<>();
    Random cloning = new Random(random.nextLong());
    int acknowledgedAt;
    try (Db db = SmallStore.open(disk)) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      for (int i = 0; i < 100; i++) {
        put(db, table, before, Durability.SYNC);
      }
      disk.onOperation(operation -> {
        synchronized (clones) {
          clones.add(cloning.nextBoolean() ? disk.crashClone(cloning) : disk.killClone());
        }
      });
      try (BulkWriter bulk = db.bulkWriter(table)) {
        fill(bulk, more);
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
        put(db, table, goesOn, Durability.SYNC);
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
      NavigableMap<Slice, Slice> more = rows(0);
      boolean done = false;
      boolean struck;
      Db db = SmallStore.open(disk);
      try (db) {
        Table table = db.openTable("rows", SmallStore.TABLE);
        for (int i = 0; i < 30; i++) {
          put(db, table, before, Durability.WRITTEN);
        }
        disk.failOnce(operation, nth);
        try (BulkWriter bulk = db.bulkWriter(table)) {
          fill(bulk, more);
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
        put(db, table, model, Durability.WRITTEN);
        db.flush();
        boolean done = false;
        disk.limitSpace(room);
        try (BulkWriter bulk = db.bulkWriter(table)) {
          bulk.put(key(1), new byte[10]);
          db.ingest(List.of(bulk));
          done = true;
        } catch (IOException full) {
          refused++;
          assertTrue(saysWhy(full), full.toString());
        }
        disk.heal();
        assertEquals(Optional.empty(), db.failure(), "with room for " + room);
        if (done) {
          model.put(Slice.of(key(1)), Slice.of(new byte[10]));
        }
        put(db, table, model, Durability.WRITTEN);
        try (BulkWriter bulk = db.bulkWriter(table)) {
          bulk.put(key(3), new byte[10]);
          db.ingest(List.of(bulk));
          model.put(Slice.of(key(3)), Slice.of(new byte[10]));
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

  private void writeSome(Db db, Table table, NavigableMap<Slice, Slice> model, int writes)
      throws Exception {
    for (int i = 0; i < writes; i++) {
      switch (random.nextInt(20)) {
        case 0 -> {
          byte[] key = key(random.nextInt(ROWS * 2));
          db.delete(table, key);
          model.remove(Slice.of(key));
        }
        case 1 -> {
          int from = random.nextInt(ROWS * 2);
          byte[] first = key(from);
          byte[] end = key(from + 1 + random.nextInt(10));
          db.write(new WriteBatch().deleteRange(table, first, end));
          model.subMap(Slice.of(first), true, Slice.of(end), false).clear();
        }
        default -> put(db, table, model, Durability.WRITTEN);
      }
    }
  }

  private void put(Db db, Table table, NavigableMap<Slice, Slice> model, Durability durability)
      throws IOException {
    byte[] key = key(random.nextInt(ROWS * 2));
    byte[] value = new byte[1 + random.nextInt(200)];
    random.nextBytes(value);
    db.write(new WriteBatch().put(table, key, value), durability);
    model.put(Slice.of(key), Slice.of(value));
  }

  private static void gets(
      Db db, Table table, NavigableMap<Slice, Slice> model, NavigableMap<Slice, Slice> more)
      throws IOException {
    for (Slice key : more.keySet()) {
      byte[] found = db.get(table, key.toByteArray());
      assertEquals(model.get(key), found == null ? null : Slice.of(found), key::toString);
    }
  }

  private NavigableMap<Slice, Slice> rows(int round) {
    NavigableMap<Slice, Slice> rows = new TreeMap<>();
    for (int i = 0; i < ROWS; i++) {
      byte[] value = new byte[1 + random.nextInt(300)];
      random.nextBytes(value);
      rows.put(Slice.of(key(i * 2 + round % 2)), Slice.of(value));
    }
    return rows;
  }

  private static void fill(BulkWriter bulk, NavigableMap<Slice, Slice> rows) throws IOException {
    for (var row : rows.entrySet()) {
      bulk.put(row.getKey(), row.getValue());
    }
  }

  private static byte[] key(int row) {
    return bytes(String.format(Locale.ROOT, "%02d-%05d", row / 40, row));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
