package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.backup.BackupDirectory;
import io.sheaf.engine.backup.BackupRestore;
import io.sheaf.engine.backup.StoreBackup;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A backup of a store whose files are all merged into others before each of them is read. */
@Timeout(60)
class BackupBesideMergesTest {
  private static final Path BACKUPS = Path.of("/backups");
  private static final Path INTO = Path.of("/restored");

  private int rows;

  @Test
  void filesThatAreMergedAwayAreInTheBackup() throws Exception {
    MemoryFileSystem disk = new MemoryFileSystem();
    List<String> read = new ArrayList<>();
    StoreBackup.Result result;
    int least;
    try (Db db = SmallStore.open(disk)) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      write(db, table);
      db.flush();
      write(db, table);
      db.flush();
      least = rows;
      result =
          StoreBackup.make(
              Sheaf.components().withFileSystem(disk),
              SmallStore.DIRECTORY,
              BACKUPS,
              1,
              false,
              1,
              name -> {
                if (name.endsWith(".sst") || name.endsWith(".val")) {
                  read.add(name);
                  mergeAll(db, table);
                }
              });
    }
    assertTrue(read.size() > 1, () -> "files read: " + read);
    assertEquals(read.size(), read.stream().distinct().count(), () -> "read again: " + read);
    try (BackupDirectory directory = BackupDirectory.open(disk, BACKUPS)) {
      BackupRestore.restore(disk, directory, result.backup(), INTO, file -> {});
    }
    try (Db restored = SmallStore.open(disk, INTO)) {
      NavigableMap<Slice, Slice> found =
          SmallStore.rows(restored, restored.table("rows"), CursorOptions.ALL);
      assertEquals(least, found.size());
    }
  }

  private void mergeAll(Db db, Table table) {
    try {
      write(db, table);
      db.flush();
      db.compact(table, null, null);
      db.awaitIdle();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private void write(Db db, Table table) throws IOException {
    for (int i = 0; i < 200; i++, rows++) {
      String key = String.format(Locale.ROOT, "%02d-%05d", i % 7, rows);
      db.write(new WriteBatch().put(table, Slice.utf8(key).toByteArray(), new byte[100]));
    }
  }
}
