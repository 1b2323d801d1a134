package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.stats.Counter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Where the values of a group lie: in blocks of 1 KB from 512 bytes on while it grows, and with
 * their keys where all its rows together fill no block.
 */
class GroupPlaceTest {
  private static final int GROUPS = 20;

  private final MemoryFileSystem disk = new MemoryFileSystem();

  private static void flushRowOfEachGroup(Db db, Table table, int row, int valueBytes)
      throws Exception {
    byte[] value = new byte[valueBytes];
    Arrays.fill(value, (byte) row);
    for (int group = 0; group < GROUPS; group++) {
      db.put(
          table,
          ByteBuffer.allocate(4).putShort((short) group).putShort((short) row).array(),
          value);
    }
    db.flush();
  }

  /** Bytes written to value files by flushes and by merges. */
  private static long valueBytes(Db db) {
    return db.statistics().get(Counter.FLUSH_VALUE_BYTES)
        + db.statistics().get(Counter.COMPACTION_VALUE_BYTES);
  }

  @Test
  void aWholeGroupThatFillsNoBlockStaysWithItsKeys() throws Exception {
    try (Db db = SmallStore.open(disk)) {
      Table table = db.openTable("t", SmallStore.TABLE);
      flushRowOfEachGroup(db, table, 1, 400);
      flushRowOfEachGroup(db, table, 2, 400);
      db.compact(table, null, null);
      assertEquals(0, valueBytes(db), "800 bytes a group went to value files");
      flushRowOfEachGroup(db, table, 3, 400);
      db.compact(table, null, null);
      assertTrue(valueBytes(db) > 0, "1,200 bytes a group went to no value file");
      assertEquals(3 * GROUPS, SmallStore.rows(db, table, CursorOptions.ALL).size());
    }
  }

  @Test
  void aGroupThatGrowsGoesToBlocksAtTheFlush() throws Exception {
    try (Db db = SmallStore.open(disk)) {
      Table table = db.openTable("t", SmallStore.TABLE);
      flushRowOfEachGroup(db, table, 1, 600);
      assertTrue(valueBytes(db) > 0, "600 bytes of a flush stayed inline");
    }
  }
}
