package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.cache.MemoryBudget.Use;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Memtables, cache, indexes and buffers share one budget. */
class MemoryBudgetTest {
  private static final long TOTAL_BYTES = 8 << 20;
  private static final int ROWS = 20_000;

  private final Random random = new Random(11);

  private void write(Db db, Table table, int from, int to) throws IOException {
    byte[] value = new byte[900];
    for (int row = from; row < to; row++) {
      random.nextBytes(value);
      byte[] key = ByteBuffer.allocate(12).putInt(row % 50).putLong(row).array();
      db.write(new WriteBatch().put(table, key, value));
    }
  }

  @Test
  void aFullCacheGivesWayToMemtables() throws Exception {
    DbOptions options = DbOptions.DEFAULT.withMemory(TOTAL_BYTES, 4 << 20);
    try (Db db =
        Db.open(
            Path.of("/store"),
            options,
            Sheaf.components().withFileSystem(new MemoryFileSystem()))) {
      Table table = db.openTable("rows", TableOptions.DEFAULT.withPrefix(new FixedPrefix(4)));
      write(db, table, 0, ROWS);
      db.flush();
      db.awaitIdle();
      for (int time = 0; time < 2; time++) { // blocks are taken at the second
        try (Cursor cursor = db.cursor(table, CursorOptions.ALL)) {
          while (cursor.next()) {
            assertTrue(cursor.value().length() == 900);
          }
        }
      }
      long cached = db.memory().used(Use.CACHE);
      assertTrue(cached > TOTAL_BYTES / 2, cached + " bytes are cached");

      write(db, table, ROWS, ROWS + 1000);

      long memtables = db.memory().used(Use.MEMTABLES);
      assertTrue(memtables > 800_000, memtables + " bytes are in memtables");
      long used = db.memory().usedBytes();
      assertTrue(used <= TOTAL_BYTES + (64 << 10), used + " bytes are used");
    }
  }
}
