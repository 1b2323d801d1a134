package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.lsm.version.TableState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A conversation that is removed gives its room back, though one delete says so. */
class RangeDeleteRoomTest {
  private static final int LARGE = 7;
  private static final int ROWS = 20_000;
  private static final int SMALL_GROUPS = 500;

  private final Random random = new Random(5);

  private static byte[] key(int group, int row) {
    return ByteBuffer.allocate(8).putInt(group).putInt(row).array();
  }

  private static long bytes(Db db, Table table) {
    TableState state = Objects.requireNonNull(db.version().table(table.id()));
    return state.keyFileBytes()
        + state.valueFiles().values().stream().mapToLong(file -> file.sizeBytes()).sum();
  }

  private void write(Db db, Table table) throws IOException {
    byte[] value = new byte[200];
    for (int row = 0; row < ROWS; row++) {
      random.nextBytes(value);
      db.write(new WriteBatch().put(table, key(LARGE, row), value));
    }
    for (int group = 100; group < 100 + SMALL_GROUPS; group++) {
      db.write(new WriteBatch().put(table, key(group, 0), value));
    }
  }

  @Test
  void theRoomOfALargeGroupIsGivenBack() throws Exception {
    try (Db db =
        Db.open(
            Path.of("/store"),
            DbOptions.DEFAULT,
            Sheaf.components().withFileSystem(new MemoryFileSystem()))) {
      Table table = db.openTable("rows", TableOptions.DEFAULT.withPrefix(new FixedPrefix(4)));
      write(db, table);
      db.flush();
      db.awaitIdle();
      long before = bytes(db, table);
      db.write(new WriteBatch().deleteRange(table, key(LARGE, 0), key(LARGE + 1, 0)));
      db.flush();
      db.awaitIdle();
      long after = bytes(db, table);
      assertTrue(after < before / 10, after + " bytes are left of " + before);
      int rows = 0;
      try (Cursor cursor = db.cursor(table, CursorOptions.ALL)) {
        while (cursor.next()) {
          rows++;
        }
      }
      assertEquals(SMALL_GROUPS, rows);
    }
  }
}
