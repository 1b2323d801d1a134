package io.sheaf.lsm.db;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.LiveBuffers;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.FaultFileSystem.Operation;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RecoveryTest {
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
    return Db.open(
        Path.of("/store"),
        DbOptions.DEFAULT.withMemory(16 << 20, writeBufferBytes),
        Components.defaults().withFileSystem(disk));
  }

  private static byte[] key(int row) {
    return ByteBuffer.allocate(4).putInt(row).array();
  }
}
