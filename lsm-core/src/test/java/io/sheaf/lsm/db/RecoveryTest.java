package io.sheaf.lsm.db;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.sheaf.lsm.coding.LiveBuffers;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.FaultFileSystem.Operation;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ForwardingFileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.io.NoSpaceException;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.WritableFile;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RecoveryTest {
  private static final Path STORE = Path.of("/store");
  private static final byte[] VALUE = new byte[1_000];

  private final FaultFileSystem disk = new FaultFileSystem(new MemoryFileSystem());

  @Test
  void earlyFlushThatFailsLeavesNoMemoryTakenAndNothingLost() throws IOException {
    int rows = writeUntilBothMemtablesAreFull();
    long before = LiveBuffers.count();
    long reached = 0;
    for (int nth = 1; reached == nth - 1; nth++) {
      disk.failOnce(Operation.SYNC, nth);
      long struck = disk.injectedFaults();
      try {
        open(64 << 10).close();
      } catch (FaultFileSystem.InjectedException expected) {
        reached++;
      }
      assertEquals(before, LiveBuffers.count(), "after the sync that failed was number " + nth);
      if (disk.injectedFaults() == struck) {
        break;
      }
    }
    assertTrue(reached > 2, reached + " syncs failed");
    disk.heal();
    try (Db db = open(64 << 10)) {
      for (int row = 0; row < rows; row++) {
        assertArrayEquals(VALUE, db.get(db.table("t"), key(row)));
      }
    }
  }

  @Test
  void writesToATableWhoseCreationIsLostAreRefused() throws IOException {
    Path manifest;
    long manifestBytes;
    long recordOffset;
    try (Db db = open(1 << 20)) {
      db.put(db.openTable("kept", TableOptions.DEFAULT), key(1), VALUE);
      manifest = manifest();
      try (ReadableFile file = disk.open(manifest)) {
        manifestBytes = file.size();
      }
      Table lost = db.openTable("lost", TableOptions.DEFAULT);
      recordOffset = db.statistics().get(Counter.LOG_BYTES); // there is one log
      db.put(lost, key(1), VALUE);
    }
    try (WritableFile file = disk.overwrite(manifest)) {
      file.truncate(manifestBytes);
    }
    for (int opening = 0; opening < 2; opening++) {
      CorruptionException refused =
          assertThrows(CorruptionException.class, () -> open(1 << 20).close());
      assertTrue(refused.file().endsWith(".log"), refused.file());
      assertEquals(recordOffset, refused.offset());
      String message = String.valueOf(refused.getMessage());
      assertTrue(message.contains("a write to table 2"), message);
      assertTrue(message.contains("restore the store from a backup"), message);
    }
    assertTrue(disk.exists(manifest), "what may still tell of the table stays");
  }

  /** As those of a service whose supervisor starts it again and again. */
  @Test
  void openingsThatFailLeaveNoFiles() throws IOException {
    Path manifest;
    long manifestBytes;
    try (Db db = open(1 << 20)) {
      manifest = manifest();
      try (ReadableFile file = disk.open(manifest)) {
        manifestBytes = file.size();
      }
      db.put(db.openTable("lost", TableOptions.DEFAULT), key(1), VALUE);
    }
    try (WritableFile file = disk.overwrite(manifest)) {
      file.truncate(manifestBytes);
    }
    assertThrows(CorruptionException.class, () -> open(1 << 20).close());
    int files = disk.list(STORE).size();
    for (int i = 0; i < 20; i++) {
      assertThrows(CorruptionException.class, () -> open(1 << 20).close());
    }
    assertEquals(files, disk.list(STORE).size());
  }

  @Test
  void rangeDeletesOfATableWhoseCreationIsLostAreRefused() throws IOException {
    Path manifest;
    long manifestBytes;
    try (Db db = open(1 << 20)) {
      manifest = manifest();
      try (ReadableFile file = disk.open(manifest)) {
        manifestBytes = file.size();
      }
      Table lost = db.openTable("lost", TableOptions.DEFAULT);
      db.write(new WriteBatch().deleteRange(lost, key(1), key(2)));
    }
    try (WritableFile file = disk.overwrite(manifest)) {
      file.truncate(manifestBytes);
    }
    assertThrows(CorruptionException.class, () -> open(1 << 20).close());
  }

  @Test
  void aStoreWithoutTheLogThatItsManifestNamesIsRefused() throws IOException {
    open(1 << 20).close();
    try (Db db = open(1 << 20)) { // names its log, as the one before holds nothing
      db.write(
          new WriteBatch().put(db.openTable("t", TableOptions.DEFAULT), key(1), VALUE),
          Durability.SYNC);
    }
    String lost = null;
    for (String name : disk.list(STORE)) {
      if (name.endsWith(".log")) {
        assertNull(lost, "there is one log");
        lost = name;
        disk.delete(STORE.resolve(name));
      }
    }
    for (int opening = 0; opening < 2; opening++) {
      CorruptionException refused =
          assertThrows(CorruptionException.class, () -> open(1 << 20).close());
      assertTrue(refused.file().endsWith(String.valueOf(lost)), refused.file());
      assertTrue(String.valueOf(refused.getMessage()).contains("no such file"));
    }
  }

  @Test
  void logsOfWhichNothingWasDurableAreNoLoss() throws IOException {
    open(1 << 20).close();
    open(1 << 20).close();
    for (int opening = 0; opening < 3; opening++) {
      for (String name : disk.list(STORE)) {
        if (name.endsWith(".log")) {
          disk.create(STORE.resolve(name + ".new")).close();
          disk.rename(STORE.resolve(name + ".new"), STORE.resolve(name));
        }
      }
      open(1 << 20).close();
    }
  }

  @Test
  void writesToADroppedTableArePassedOver() throws IOException {
    try (Db db = open(1 << 20)) {
      Table dropped = db.openTable("dropped", TableOptions.DEFAULT);
      Table kept = db.openTable("kept", TableOptions.DEFAULT);
      Table newest = db.openTable("newest", TableOptions.DEFAULT);
      db.put(dropped, key(1), VALUE);
      db.put(newest, key(1), VALUE);
      db.put(kept, key(1), VALUE);
      db.dropTable(dropped);
      db.dropTable(newest);
    }
    try (Db db = open(1 << 20)) {
      assertArrayEquals(VALUE, db.get(db.table("kept"), key(1)));
      assertEquals(1, db.tables().size());
    }
  }

  /** As a program leaves them that is started for a few rows, again and again. */
  @Test
  void smallLogsAreFlushedTogether() throws Exception {
    int logs = 40;
    FileSystem full =
        new ForwardingFileSystem(disk) {
          @Override
          public WritableFile create(Path file) throws IOException {
            if (FileNames.parseUnfinished(String.valueOf(file.getFileName())).isPresent()) {
              throw new NoSpaceException("no room for " + file);
            }
            return super.create(file);
          }
        };
    for (int i = 0; i < logs; i++) {
      try (Db db = open(full, 1 << 20)) {
        db.put(db.openTable("t", TableOptions.DEFAULT), key(i), VALUE);
      }
    }
    try (Db db = open(1 << 20)) {
      db.awaitIdle();
      assertEquals(1, db.statistics().get(Counter.FLUSHES));
      for (int i = 0; i < logs; i++) {
        assertArrayEquals(VALUE, db.get(db.table("t"), key(i)));
      }
    }
    long left = disk.list(STORE).stream().filter(name -> name.endsWith(".log")).count();
    assertTrue(left <= 2, left + " logs");
  }

  private Path manifest() throws IOException {
    String name =
        disk.list(STORE).stream()
            .filter(file -> file.endsWith(".manifest"))
            .reduce((one, other) -> fail("two manifests: " + one + " and " + other))
            .orElseThrow();
    return STORE.resolve(name);
  }

  /** Leaves two logs behind whose writes are in no file; returns the number of rows. */
  private int writeUntilBothMemtablesAreFull() throws IOException {
    int rows = 0;
    try (Db db = open(1 << 20)) {
      Table table = db.openTable("t", TableOptions.DEFAULT);
      disk.failFrom(Operation.CREATE, 2); // the next log comes first, then an SSTable
      while (db.failure().isEmpty()) {
        try {
          db.put(table, key(rows), VALUE);
          rows++;
        } catch (IOException readOnly) {
          break;
        }
      }
    }
    disk.heal();
    return rows;
  }

  private Db open(long writeBufferBytes) throws IOException {
    return open(disk, writeBufferBytes);
  }

  private static Db open(FileSystem fileSystem, long writeBufferBytes) throws IOException {
    return Db.open(
        STORE,
        DbOptions.DEFAULT.withMemory(16 << 20, writeBufferBytes),
        Components.defaults().withFileSystem(fileSystem));
  }

  private static byte[] key(int row) {
    return ByteBuffer.allocate(4).putInt(row).array();
  }
}
