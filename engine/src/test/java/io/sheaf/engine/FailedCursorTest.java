package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.FaultFileSystem.InjectedException;
import io.sheaf.lsm.io.FaultFileSystem.Operation;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cursor whose move failed shows neither an end nor a row until it is positioned again. */
class FailedCursorTest {
  private static final int ROWS = 2_000;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void showsNothingUntilPositionedAgain(boolean reverse) throws Exception {
    FaultFileSystem disk = new FaultFileSystem(new MemoryFileSystem());
    try (Db db = SmallStore.open(disk)) {
      Table table =
          db.openTable("t", SmallStore.TABLE.withSeparationBytes(TableOptions.NEVER_SEPARATE));
      write(db, table, 0);
      write(db, table, 1);
      CursorOptions options = CursorOptions.ALL.withFillCache(false);
      if (reverse) {
        options = options.reversed();
      }
      long n = 1;
      do {
        disk.failOnce(Operation.READ, n++);
      } while (scanFails(db, table, options, disk));
      assertTrue(n > 10, "too few reads to fail: " + n);
    }
  }

  private static boolean scanFails(Db db, Table table, CursorOptions options, FaultFileSystem disk)
      throws IOException {
    List<Slice> seen = new ArrayList<>();
    try (Cursor cursor = db.cursor(table, options)) {
      while (true) {
        try {
          if (!cursor.next()) {
            break;
          }
        } catch (InjectedException failure) {
          disk.heal();
          assertThrows(IllegalStateException.class, cursor::key);
          assertThrows(IllegalStateException.class, cursor::next, () -> "after " + seen.size());
          assertThrows(IllegalStateException.class, cursor::next);
          if (!seen.isEmpty()) {
            cursor.seek(seen.getLast());
            assertTrue(cursor.next());
            assertEquals(seen.getLast(), cursor.key());
            assertTrue(cursor.next() || seen.size() == ROWS);
          }
          return true;
        }
        seen.add(Slice.copyOf(cursor.key()));
      }
      assertFalse(cursor.next());
    }
    assertEquals(ROWS, seen.size());
    return false;
  }

  private static byte[] value(Random random) {
    byte[] value = new byte[100];
    random.nextBytes(value);
    return value;
  }

  private static void write(Db db, Table table, int odd) throws Exception {
    Random random = new Random(odd);
    WriteBatch batch = new WriteBatch();
    for (int i = odd; i < ROWS; i += 2) {
      batch.put(table, ByteBuffer.allocate(4).putInt(i).array(), value(random));
    }
    db.write(batch);
    db.flush();
    db.awaitIdle();
  }
}
