package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.backup.BackupDirectory;
import io.sheaf.engine.backup.BackupRestore;
import io.sheaf.engine.backup.StoreBackup;
import io.sheaf.engine.backup.StoreCheckpoint;
import io.sheaf.engine.verify.StoreVerifier;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.BulkWriter;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FileSystem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Copies of a store into which rows are ingested at any moment of the copying: they hold all of the
 * rows or none, and go on from there as stores.
 */
@Timeout(120)
final class CopyBesideIngestTest {
  private static final Path COPY = Path.of("/copy");
  private static final Path BACKUPS = Path.of("/backups");
  private static final int ROWS = 100;

  /** Makes {@link #COPY} out of the store. */
  private interface Copying {
    void copy(Db db, Components parts) throws Exception;
  }

  @Test
  void aCheckpointOfAnotherProcess() throws Exception {
    atEachOperationOf((db, parts) -> StoreCheckpoint.make(parts, SmallStore.DIRECTORY, COPY));
  }

  @Test
  void aCheckpointOfItsOwn() throws Exception {
    atEachOperationOf((db, parts) -> db.checkpoint(COPY));
  }

  @Test
  void aBackup() throws Exception {
    atEachOperationOf((db, parts) -> {
      StoreBackup.make(parts, SmallStore.DIRECTORY, BACKUPS, 1, false, 1, file -> {});
      FileSystem disk = parts.fileSystem();
      try (BackupDirectory backups = BackupDirectory.open(disk, BACKUPS)) {
        BackupRestore.restore(disk, backups, backups.backups().getLast(), COPY, file -> {});
      }
    });
  }

  private static void atEachOperationOf(Copying copying) throws Exception {
    for (int nth = 1; ingestsAt(nth, copying); nth++) {}
  }

  /** Whether there was an n-th operation to ingest before. */
  private static boolean ingestsAt(int nth, Copying copying) throws Exception {
    CrashFileSystem disk = new CrashFileSystem();
    Components parts = Sheaf.components().withFileSystem(disk);
    NavigableMap<Slice, Slice> before = new TreeMap<>();
    NavigableMap<Slice, Slice> after = new TreeMap<>();
    AtomicInteger operations = new AtomicInteger();
    try (Db db = SmallStore.open(disk)) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      for (int i = 0; i < ROWS; i++) {
        db.put(table, key(i), value("old"));
        before.put(Slice.of(key(i)), Slice.of(value("old")));
      }
      ingest(db, table, before, "older"); // its mark is all that the log holds by then
      after.putAll(before);
      Thread copier = Thread.currentThread();
      disk.onOperation(operation -> {
        if (Thread.currentThread().equals(copier) && operations.incrementAndGet() == nth) {
          try {
            ingest(db, table, after, "new");
          } catch (Exception e) {
            throw new AssertionError("cannot ingest before: " + operation, e);
          }
        }
      });
      copying.copy(db, parts);
      disk.onOperation(operation -> {});
    }
    assertEquals(
        List.of(), StoreVerifier.verify(parts, COPY, true, step -> {}).findings(), "at " + nth);
    NavigableMap<Slice, Slice> found;
    try (Db copy = SmallStore.open(disk, COPY)) {
      Table table = copy.table("rows");
      found = SmallStore.rows(copy, table, CursorOptions.ALL);
      assertTrue(found.equals(before) || found.equals(after), "a part of it, at " + nth);
      copy.write(new WriteBatch().put(table, key(0), value("newest")));
      found.put(Slice.of(key(0)), Slice.of(value("newest")));
      assertEquals(found, SmallStore.rows(copy, table, CursorOptions.ALL), "at " + nth);
    }
    try (Db copy = SmallStore.open(disk, COPY)) {
      assertEquals(found, SmallStore.rows(copy, copy.table("rows"), CursorOptions.ALL));
    }
    return operations.get() >= nth;
  }

  private static void ingest(Db db, Table table, NavigableMap<Slice, Slice> model, String text)
      throws Exception {
    try (BulkWriter bulk = db.bulkWriter(table)) {
      for (int i = 0; i < ROWS; i += 2) {
        bulk.put(key(i), value(text));
        model.put(Slice.of(key(i)), Slice.of(value(text)));
      }
      db.ingest(List.of(bulk));
    }
  }

  private static byte[] key(int row) {
    return value(String.format(Locale.ROOT, "%02d-%05d", row / 40, row));
  }

  private static byte[] value(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
