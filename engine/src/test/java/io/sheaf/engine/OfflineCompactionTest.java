package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.compact.CompactionProgress;
import io.sheaf.engine.compact.CompactionRequest;
import io.sheaf.engine.compact.CompactionSummary;
import io.sheaf.engine.compact.CompactionSummary.CompactedTable;
import io.sheaf.engine.compact.SmallParts;
import io.sheaf.engine.verify.StoreVerifier;
import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.FaultFileSystem.Operation;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.io.StoreInUseException;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableState;
import io.sheaf.lsm.version.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compacts stores with a random past: nothing is lost or comes back, one run is left, and whatever
 * cuts it short leaves the old store whole. {@code -Dsheaf.test.seed=N} replays.
 */
@Timeout(120)
final class OfflineCompactionTest {
  private static final long SEED = TestSeed.next();
  private static final Path INTO = Path.of("/into");
  private static final int STEPS = 300;

  private final Random random = new Random(SEED);
  private final BatchHistory history = new BatchHistory();

  @BeforeAll
  static void sayHowToReplay() {
    System.out.println("offline compaction: -Dsheaf.test.seed=" + SEED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void leavesOneRunAndNothingElse(boolean inPlace) throws Exception {
    FileSystem disk = new MemoryFileSystem();
    build(disk);
    Path target = inPlace ? SmallStore.DIRECTORY : INTO;
    CompactionSummary summary = compact(disk, target, CompactionRequest.ALL);
    assertTrue(summary.parts() > 2, "several parts: " + summary);
    assertEquals(0, summary.partsBefore());
    assertFalse(disk.exists(target.resolve("compact.unfinished")));
    verify(disk, target);
    try (Db db = open(disk, target)) {
      for (TableState table : db.version().tables().values()) {
        assertEquals(1, table.runs().size());
        for (Run run : table.runs()) {
          for (FileMetadata file : run.files()) {
            assertEquals(0, file.deletes() + file.rangeDeletes());
          }
        }
      }
      history.check(db, history.size(), history.size());
      db.write(history.next(BatchHistory.openTables(db), random));
      history.check(db, history.size(), history.size());
    }
    if (!inPlace) {
      try (Db db = SmallStore.open(disk)) {
        history.prefix(history.size() - 1).check(db, 0, history.size());
      }
    }
  }

  @Test
  void knowsTheStoreHoweverItsPathIsSpelled() throws Exception {
    FileSystem disk = new MemoryFileSystem();
    build(disk);
    compact(disk, Path.of("/elsewhere/..").resolve("store"), CompactionRequest.ALL);
    try (Db db = SmallStore.open(disk)) {
      history.check(db, history.size(), history.size());
    }
  }

  @Test
  void packsEachGroupInOrder() throws Exception {
    FileSystem disk = new MemoryFileSystem();
    build(disk);
    compact(
        disk,
        SmallStore.DIRECTORY,
        CompactionRequest.ALL.withForm(new CompactionRequest.Form(Compression.zstd(9), 4096, 0)));
    verify(disk, SmallStore.DIRECTORY);
    try (Db db = SmallStore.open(disk)) {
      Version version = db.version();
      for (TableState table : version.tables().values()) {
        long blocks = 0;
        long bytes = 0;
        for (Run run : table.runs()) {
          for (FileMetadata file : run.files()) {
            blocks += file.blockReferences();
            bytes += file.separatedBytes();
          }
        }
        assertTrue(blocks == 0 || bytes / blocks >= 2048, bytes + " in " + blocks);
      }
      assertEquals(SmallStore.TABLE, db.table("table-0").options());
      history.check(db, history.size(), history.size());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void goesOnWhereItWasCutShort(boolean inPlace) throws Exception {
    FileSystem disk = new MemoryFileSystem();
    build(disk);
    Path target = inPlace ? SmallStore.DIRECTORY : INTO;
    int before = 0;
    boolean gotOn = false;
    boolean done = false;
    for (int calls = 1; !done; calls++) {
      AtomicInteger left = new AtomicInteger(calls);
      try {
        CompactionSummary summary =
            SmallParts.compact(
                parts(disk),
                SmallStore.DIRECTORY,
                target,
                CompactionRequest.ALL,
                new StoppingProgress(left));
        assertTrue(summary.partsBefore() >= before);
        long userBytes = summary.tables().stream().mapToLong(CompactedTable::userBytes).sum();
        assertEquals(
            summary.partsBefore() > 0, summary.mergedBytes() < userBytes, summary.toString());
        gotOn = summary.partsBefore() > 0;
        done = true;
      } catch (StoppedException stopped) {
        if (inPlace) { // an opening in between does no harm
          try (Db db = SmallStore.open(disk)) {
            history.check(db, history.size(), history.size());
          }
        } else {
          assertThrows(IOException.class, () -> open(disk, target).close());
        }
      }
    }
    assertTrue(gotOn, "what was finished was done again");
    try (Db db = open(disk, target)) {
      history.check(db, history.size(), history.size());
    }
  }

  @Test
  void beginsAnewWhereTheStoreHasChanged() throws Exception {
    FileSystem disk = new MemoryFileSystem();
    build(disk);
    assertThrows(
        StoppedException.class,
        () ->
            SmallParts.compact(
                parts(disk),
                SmallStore.DIRECTORY,
                SmallStore.DIRECTORY,
                CompactionRequest.ALL,
                new StoppingProgress(new AtomicInteger(2))));
    try (Db db = SmallStore.open(disk)) {
      db.write(history.next(BatchHistory.openTables(db), random));
    }
    CompactionSummary summary = compact(disk, SmallStore.DIRECTORY, CompactionRequest.ALL);
    assertEquals(0, summary.partsBefore());
    try (Db db = SmallStore.open(disk)) {
      history.check(db, history.size(), history.size());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void crashesAtAnyMoment(boolean inPlace) throws Exception {
    CrashFileSystem disk = new CrashFileSystem();
    build(disk);
    Path target = inPlace ? SmallStore.DIRECTORY : INTO;
    List<CrashFileSystem> clones = new ArrayList<>();
    Random cloning = new Random(random.nextLong());
    AtomicLong operations = new AtomicLong();
    disk.onOperation(operation -> {
      synchronized (clones) {
        boolean last = operation.contains("CURRENT") || operation.startsWith("link");
        if (operations.incrementAndGet() % 40 == 0 || (last && cloning.nextInt(6) == 0)) {
          clones.add(cloning.nextBoolean() ? disk.crashClone(cloning) : disk.killClone());
        }
      }
    });
    compact(disk, target, CompactionRequest.ALL);
    disk.onOperation(operation -> {});
    assertTrue(clones.size() > 2, "clones: " + clones.size());
    for (CrashFileSystem clone : clones) {
      try (Db db = SmallStore.open(clone.killClone())) {
        history.check(db, history.size(), history.size());
      }
      if (!inPlace && clone.exists(INTO.resolve(FileNames.CURRENT))) {
        try (Db db = open(clone, INTO)) {
          history.check(db, history.size(), history.size());
        }
        continue;
      }
      compact(clone, target, CompactionRequest.ALL);
      try (Db db = open(clone, target)) {
        history.check(db, history.size(), history.size());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CREATE", "READ", "WRITE", "SYNC", "RENAME", "DELETE"})
  void failsCleanly(Operation operation) throws Exception {
    for (int nth = 1, step = 1; ; nth += step, step += 7) {
      FaultFileSystem disk = new FaultFileSystem(new MemoryFileSystem());
      build(disk, new Random(SEED), 60);
      disk.failOnce(operation, nth);
      long before = disk.injectedFaults();
      boolean done = true;
      try {
        compact(disk, SmallStore.DIRECTORY, CompactionRequest.ALL);
      } catch (IOException e) {
        done = false;
      }
      boolean struck = disk.injectedFaults() > before;
      disk.heal();
      try (Db db = SmallStore.open(disk)) {
        history(60).check(db, 60, 60);
      }
      if (!done) {
        compact(disk, SmallStore.DIRECTORY, CompactionRequest.ALL);
        try (Db db = SmallStore.open(disk)) {
          history(60).check(db, 60, 60);
        }
      }
      if (!struck) {
        return;
      }
    }
  }

  @Test
  void onlyARangeOfKeys() throws Exception {
    FileSystem disk = new MemoryFileSystem();
    Table[] tables;
    try (Db db = SmallStore.open(disk)) {
      tables = BatchHistory.openTables(db);
      for (int round = 0; round < 2; round++) {
        for (int prefix = 10; prefix < 99; prefix++) {
          for (int row = 0; row < 20; row++) {
            byte[] key = Slice.utf8(prefix + "-" + (1000 + row)).toByteArray();
            db.put(tables[0], key, new byte[100 + round]);
          }
        }
        db.compact(tables[0], null, null);
      }
      for (int row = 0; row < 20; row++) {
        db.delete(tables[0], Slice.utf8("20-" + (1000 + row)).toByteArray());
      }
    }
    NavigableMap<Slice, Slice> rows;
    Set<Long> files;
    try (Db db = SmallStore.open(disk)) {
      rows = SmallStore.rows(db, db.table("table-0"), CursorOptions.ALL);
      files = state(db, "table-0").valueFiles().keySet();
    }
    CompactionSummary summary =
        compact(
            disk,
            SmallStore.DIRECTORY,
            CompactionRequest.ALL.withRange(
                new CompactionRequest.Range(Slice.utf8("20"), Slice.utf8("22"))));
    assertTrue(summary.tables().getFirst().rows() < rows.size(), summary.toString());
    verify(disk, SmallStore.DIRECTORY);
    try (Db db = SmallStore.open(disk)) {
      Table table = db.table("table-0");
      assertEquals(rows, SmallStore.rows(db, table, CursorOptions.ALL));
      TableState after = state(db, "table-0");
      assertEquals(1, after.runs().size());
      Set<Long> left = new HashSet<>(files);
      left.retainAll(after.valueFiles().keySet());
      assertFalse(left.isEmpty(), "files outside of the range stay");
    }
  }

  @Test
  void changesOptionsInANewStore() throws Exception {
    FileSystem disk = new MemoryFileSystem();
    build(disk);
    CompactionRequest altering =
        CompactionRequest.ALL
            .withTables(Set.of("table-1"))
            .withAltered(
                options -> options.withPrefix(new FixedPrefix(1)).withSeparationBytes(256));
    assertThrows(
        IllegalArgumentException.class, () -> compact(disk, SmallStore.DIRECTORY, altering));
    compact(disk, INTO, altering);
    try (Db db = Db.open(INTO, SmallStore.OPTIONS.withCreateIfMissing(false), parts(disk))) {
      assertEquals(new FixedPrefix(1), db.table("table-1").options().prefix());
      assertEquals(SmallStore.TABLE, db.table("table-0").options());
      history.check(db, history.size(), history.size());
    }
    assertThrows(
        IllegalArgumentException.class, () -> compact(disk, INTO, altering), "holds a store");
  }

  @Test
  void refusesWhatItCannotDo() throws Exception {
    FaultFileSystem disk = new FaultFileSystem(new MemoryFileSystem());
    build(disk);
    IllegalArgumentException unknown =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                compact(
                    disk, SmallStore.DIRECTORY, CompactionRequest.ALL.withTables(Set.of("none"))));
    assertTrue(String.valueOf(unknown.getMessage()).contains("table-0"), unknown.toString());
    try (Db db = SmallStore.open(disk)) {
      assertFalse(db.tables().isEmpty());
      assertThrows(
          StoreInUseException.class,
          () -> compact(disk, SmallStore.DIRECTORY, CompactionRequest.ALL));
    }
    disk.limitSpace(1 << 20);
    IOException full =
        assertThrows(
            IOException.class, () -> compact(disk, SmallStore.DIRECTORY, CompactionRequest.ALL));
    assertTrue(String.valueOf(full.getMessage()).contains("are free"), full.toString());
    assertFalse(disk.exists(SmallStore.DIRECTORY.resolve("compact.unfinished")), "nothing is left");
    disk.heal();
    compact(disk, SmallStore.DIRECTORY, CompactionRequest.ALL);
  }

  private void build(FileSystem disk) throws Exception {
    build(disk, random, history, STEPS);
  }

  private static void build(FileSystem disk, Random random, int steps) throws Exception {
    build(disk, random, new BatchHistory(), steps);
  }

  private BatchHistory history(int steps) throws Exception {
    BatchHistory again = new BatchHistory();
    build(new MemoryFileSystem(), new Random(SEED), again, steps);
    return again;
  }

  /** The same random numbers make the same store. */
  private static void build(FileSystem disk, Random random, BatchHistory history, int steps)
      throws Exception {
    try (Db db = SmallStore.open(disk)) {
      Table[] tables = BatchHistory.openTables(db);
      for (int i = 0; i < steps; i++) {
        db.write(history.next(tables, random), Durability.SYNC);
        if (random.nextInt(steps / 4) == 0) {
          db.flush();
        }
      }
    }
  }

  private static CompactionSummary compact(FileSystem disk, Path target, CompactionRequest request)
      throws IOException {
    return SmallParts.compact(
        parts(disk), SmallStore.DIRECTORY, target, request, CompactionProgress.NONE);
  }

  private static Components parts(FileSystem disk) {
    return Sheaf.components().withFileSystem(disk);
  }

  private static Db open(FileSystem disk, Path directory) throws IOException {
    return Db.open(directory, SmallStore.OPTIONS.withCreateIfMissing(false), parts(disk));
  }

  private static void verify(FileSystem disk, Path directory) throws IOException {
    assertEquals(
        List.of(), StoreVerifier.verify(parts(disk), directory, true, step -> {}).findings());
  }

  private static TableState state(Db db, String table) {
    return Objects.requireNonNull(db.version().table(table));
  }

  private static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Stops at a call. */
  private record StoppingProgress(AtomicInteger left) implements CompactionProgress {
    @Override
    public void begins(long totalBytes, long doneBytes, long neededBytes) {}

    @Override
    public void read(long bytes) {
      if (left.decrementAndGet() == 0) {
        throw new StoppedException();
      }
    }
  }
}
