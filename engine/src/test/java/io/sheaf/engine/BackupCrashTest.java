package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.backup.Backup;
import io.sheaf.engine.backup.BackupCheck;
import io.sheaf.engine.backup.BackupDirectory;
import io.sheaf.engine.backup.BackupRestore;
import io.sheaf.engine.backup.StoreBackup;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.FaultFileSystem.InjectedException;
import io.sheaf.lsm.io.FaultFileSystem.Operation;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Backups and restores that are cut short at each operation on their files, by power cuts and by
 * failures: what is left holds whole backups only, those before among them, and goes on from there.
 */
class BackupCrashTest {
  private static final Path BACKUPS = Path.of("/backups");
  private static final Path INTO = Path.of("/restored");
  private static final int KEEP = 2;

  /** A disk as a crash left it, and which backups were acknowledged before. */
  private record Crash(CrashFileSystem disk, long lastAcknowledged, String when) {}

  private final Map<Long, NavigableMap<Slice, Slice>> rowsOf = new TreeMap<>();
  private final List<Crash> crashes = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aCrashAtAnyOperationLeavesWholeBackups(int keep) throws Exception {
    long seed = TestSeed.next();
    System.out.println("replay with -Dsheaf.test.seed=" + seed);
    Random random = new Random(seed);
    CrashFileSystem disk = new CrashFileSystem();
    long[] acknowledged = {0};
    try (Db db = SmallStore.open(disk)) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      for (int round = 1; round <= 4; round++) {
        write(db, table, round);
        if (round % 2 == 0) {
          db.flush();
        }
        db.awaitIdle();
        rowsOf.put((long) round, SmallStore.rows(db, table, CursorOptions.ALL));
        disk.onOperation(operation -> {
          int times = operation.startsWith("syncDirectory") ? 8 : 1; // entries come in any order
          for (int i = 0; i < times; i++) {
            crashes.add(new Crash(disk.crashClone(random), acknowledged[0], operation));
          }
        });
        acknowledged[0] = backup(disk, keep).backup().id();
        disk.onOperation(operation -> {});
      }
    }
    assertTrue(crashes.size() > 100, () -> "only " + crashes.size() + " crashes");
    for (int i = 0; i < crashes.size(); i++) {
      Crash crash = crashes.get(i);
      try {
        check(crash, keep, i % 8 == 0);
      } catch (Exception | AssertionError e) {
        throw new AssertionError("crash before " + crash.when() + ", seed " + seed, e);
      }
    }
  }

  private void check(Crash crash, int keep, boolean goOn) throws IOException {
    CrashFileSystem disk = crash.disk();
    if (!disk.exists(BACKUPS)) {
      assertEquals(0, crash.lastAcknowledged());
      return;
    }
    try (BackupDirectory directory = BackupDirectory.open(disk, BACKUPS)) {
      assertEquals(List.of(), directory.damages());
      assertEquals(List.of(), BackupCheck.check(disk, directory, directory.backups(), file -> {}));
      List<Long> ids = directory.backups().stream().map(Backup::id).toList();
      long newest = ids.isEmpty() ? 0 : ids.getLast();
      assertTrue(newest >= crash.lastAcknowledged(), () -> ids + " are there");
      for (Backup backup : directory.backups()) {
        restoreAndCompare(disk, directory, backup);
      }
    }
    if (goOn) {
      StoreBackup.Result next = backup(disk, keep);
      try (BackupDirectory directory = BackupDirectory.open(disk, BACKUPS)) {
        assertEquals(
            List.of(), BackupCheck.check(disk, directory, directory.backups(), file -> {}));
        assertTrue(directory.backups().contains(next.backup()));
        assertTrue(disk.list(BACKUPS).stream().noneMatch(name -> name.endsWith(".part")));
      }
    }
  }

  private void restoreAndCompare(CrashFileSystem disk, BackupDirectory directory, Backup backup)
      throws IOException {
    Path into = INTO.resolve("from-" + backup.id());
    BackupRestore.restore(disk, directory, backup, into, file -> {});
    assertEquals(rowsOf.get(backup.id()), rows(disk, into), () -> "backup " + backup.id());
  }

  @Test
  void aRestoreThatIsCutShortLeavesNoStoreOrAWholeOne() throws Exception {
    long seed = TestSeed.next();
    System.out.println("replay with -Dsheaf.test.seed=" + seed);
    Random random = new Random(seed);
    CrashFileSystem disk = new CrashFileSystem();
    NavigableMap<Slice, Slice> rows = storeWithBackup(disk);
    disk.onOperation(operation -> crashes.add(new Crash(disk.crashClone(random), 0, operation)));
    try (BackupDirectory directory = BackupDirectory.open(disk, BACKUPS)) {
      BackupRestore.restore(disk, directory, directory.backups().getLast(), INTO, file -> {});
    }
    disk.onOperation(operation -> {});
    assertEquals(rows, rows(disk, INTO));
    int finished = 0;
    for (Crash crash : crashes) {
      String told = "crash before " + crash.when() + ", seed " + seed;
      if (crash.disk().exists(INTO.resolve("CURRENT"))) {
        finished++;
        assertEquals(rows, rows(crash.disk(), INTO), told);
      } else {
        if (crash.disk().exists(INTO) && !crash.disk().list(INTO).isEmpty()) {
          assertThrows(IOException.class, () -> rows(crash.disk(), INTO), told);
        }
        try (BackupDirectory directory = BackupDirectory.open(crash.disk(), BACKUPS)) {
          BackupRestore.restore(
              crash.disk(), directory, directory.backups().getLast(), INTO, file -> {});
        }
        assertEquals(rows, rows(crash.disk(), INTO), told);
      }
    }
    assertTrue(finished > 0 && finished < crashes.size(), finished + " of " + crashes.size());
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {"CREATE", "WRITE", "SYNC", "RENAME", "SYNC_DIRECTORY", "READ", "DELETE"})
  void aFailureLeavesTheBackupsBefore(Operation operation) throws Exception {
    for (int nth = 1; failsAt(operation, nth); nth++) {}
  }

  /** Whether the n-th operation of a backup was there to fail. */
  private static boolean failsAt(Operation operation, int nth) throws Exception {
    FaultFileSystem disk = new FaultFileSystem(new MemoryFileSystem());
    storeWithBackup(disk);
    try (Db db = SmallStore.open(disk)) {
      write(db, db.table("rows"), 9);
      db.flush();
    }
    disk.failOnce(operation, nth);
    boolean failed = false;
    try {
      backup(disk, KEEP);
    } catch (InjectedException e) {
      failed = true;
    }
    disk.heal();
    try (BackupDirectory directory = BackupDirectory.open(disk, BACKUPS)) {
      assertFalse(directory.backups().isEmpty());
      assertEquals(List.of(), BackupCheck.check(disk, directory, directory.backups(), file -> {}));
    }
    backup(disk, KEEP);
    return failed;
  }

  private static NavigableMap<Slice, Slice> storeWithBackup(FileSystem disk) throws Exception {
    try (Db db = SmallStore.open(disk)) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      write(db, table, 1);
      db.flush();
      write(db, table, 2);
      db.awaitIdle();
      backup(disk, KEEP);
      return SmallStore.rows(db, table, CursorOptions.ALL);
    }
  }

  private static StoreBackup.Result backup(FileSystem disk, int keep) throws IOException {
    return StoreBackup.make(
        Sheaf.components().withFileSystem(disk),
        SmallStore.DIRECTORY,
        BACKUPS,
        keep,
        false,
        1,
        file -> {});
  }

  private static void write(Db db, Table table, int round) throws IOException {
    for (int i = 0; i < 200; i++) {
      String key = String.format(Locale.ROOT, "%02d-%05d", i % 7, round * 1000 + i);
      db.write(new WriteBatch().put(table, Slice.utf8(key).toByteArray(), new byte[100 + i % 50]));
    }
  }

  private static NavigableMap<Slice, Slice> rows(FileSystem disk, Path directory)
      throws IOException {
    try (Db db =
        Db.open(
            directory,
            SmallStore.OPTIONS.withCreateIfMissing(false),
            Sheaf.components().withFileSystem(disk))) {
      return SmallStore.rows(db, db.table("rows"), CursorOptions.ALL);
    }
  }
}
