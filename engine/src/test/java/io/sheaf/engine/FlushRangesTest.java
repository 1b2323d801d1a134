package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.CompactionLimits;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.lsm.version.TableState;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A large memtable is flushed in key ranges side by side, and nobody can tell. */
class FlushRangesTest {
  private static final Path STORE = Path.of("/store");
  private static final int GROUPS = 500;
  private static final DbOptions OPTIONS =
      DbOptions.DEFAULT.withCompaction(new CompactionLimits(3, 1.25, 0, 64L << 20, 16));

  private final Random random = new Random(11);

  private static byte[] key(int group, int row) {
    return ByteBuffer.allocate(8).putInt(group).putInt(row).array();
  }

  private static long number(Slice key) {
    return ByteBuffer.wrap(key.toByteArray()).getLong();
  }

  @Test
  void allRowsAreThereOnceAndRangeDeletesHoldAcrossTheCuts() throws Exception {
    Components components = Sheaf.components().withFileSystem(new MemoryFileSystem());
    TreeMap<Long, Long> model = new TreeMap<>();
    try (Db db = Db.open(STORE, OPTIONS, components)) {
      Table table = db.openTable("rows", TableOptions.DEFAULT.withPrefix(new FixedPrefix(4)));
      byte[] value = new byte[400];
      WriteBatch batch = new WriteBatch();
      for (int row = 0; row < 40_000; row++) {
        random.nextBytes(value);
        int group = random.nextInt(GROUPS);
        batch.put(table, key(group, row), value);
        model.put((long) group << 32 | row, ByteBuffer.wrap(value).getLong());
        if (batch.count() == 100) {
          db.write(batch);
          batch.clear();
        }
      }
      // Over more than half of the groups: the cuts lie inside.
      db.write(new WriteBatch().deleteRange(table, key(100, 0), key(400, 0)));
      model.subMap(100L << 32, 400L << 32).clear();
      db.flush();

      TableState state = Objects.requireNonNull(db.version().table(table.id()));
      assertEquals(1, state.runs().size());
      List<FileMetadata> files = state.runs().getFirst().files();
      boolean merged = db.statistics().get(Counter.COMPACTIONS) > 0; // idle, it may at once
      assertTrue(files.size() >= 3 || merged, "one file for each range, not " + files.size());
    }
    try (Db db = Db.open(STORE, OPTIONS, components)) {
      int rows = 0;
      try (Cursor cursor = db.cursor(db.table("rows"), CursorOptions.ALL)) {
        while (cursor.next()) {
          Long expected = model.get(number(cursor.key()));
          assertEquals(expected, ByteBuffer.wrap(cursor.value().toByteArray()).getLong());
          rows++;
        }
      }
      assertEquals(model.size(), rows);
    }
  }
}
