package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.cache.AllocatedBytes;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.ValueConsumer;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What reads from memory leave for the garbage collector: files in the cache, and a memtable. */
class ReadAllocationTest {
  private static final int USERS = 40;
  private static final int ROWS = 300;
  private static final int IN_MEMTABLE = 60;
  private static final int NEWEST = 50;

  /** The cursor that the caller gets, its bounds, and a little room. */
  private static final int OPENING_BYTES = 120;

  private Db db;
  private Table table;

  @BeforeEach
  void fill() throws IOException, InterruptedException {
    db = SmallStore.open(new MemoryFileSystem(), DbOptions.DEFAULT);
    table = db.openTable("t", TableOptions.DEFAULT.withPrefix(new FixedPrefix(8)));
    write(0, ROWS / 2);
    db.flush();
    write(ROWS / 2, ROWS - IN_MEMTABLE);
    db.flush();
    db.awaitIdle();
    write(ROWS - IN_MEMTABLE, ROWS);
  }

  @AfterEach
  void close() throws IOException {
    db.close();
  }

  private void write(int from, int to) throws IOException {
    WriteBatch batch = new WriteBatch();
    for (int row = from; row < to; row++) {
      for (int user = 0; user < USERS; user++) {
        batch.put(table, key(user, row), new byte[200 + row]);
      }
    }
    db.write(batch);
  }

  private static byte[] key(long user, long row) {
    return ByteBuffer.allocate(16).putLong(user).putLong(row).array();
  }

  @Test
  void getAllocatesNothing() throws Exception {
    List<Slice> keys = new ArrayList<>();
    for (int i = 0; i < USERS * ROWS; i++) {
      keys.add(Slice.of(key(i % USERS, i / USERS)));
    }
    long[] seen = new long[1];
    ValueConsumer consumer = value -> seen[0] += value.length();
    long allocated =
        AllocatedBytes.of(() -> {
          for (int i = 0; i < keys.size(); i++) {
            assertTrue(db.get(table, keys.get(i), null, consumer));
          }
        });
    assertPerUnit(1, allocated, keys.size(), "get");
    assertTrue(db.statistics().get(Counter.CACHE_HITS) > keys.size());
  }

  @Test
  void stepAllocatesNothing() throws Exception {
    for (CursorOptions options : List.of(CursorOptions.ALL, CursorOptions.ALL.reversed())) {
      long allocated =
          AllocatedBytes.of(() -> {
            for (int round = 0; round < 3; round++) {
              assertEquals(USERS * ROWS, read(options));
            }
          });
      assertPerUnit(1, allocated, 3 * USERS * ROWS, options.direction() + " step");
    }
  }

  @Test
  void openingAllocatesTheCursorAndItsBounds() throws Exception {
    List<CursorOptions> newest = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      byte[] prefix = ByteBuffer.allocate(8).putLong(user).array();
      newest.add(CursorOptions.prefix(prefix).reversed().limit(NEWEST));
      newest.add(
          CursorOptions.prefix(prefix).between(key(user, 10), key(user, ROWS)).limit(NEWEST));
    }
    long allocated =
        AllocatedBytes.of(() -> {
          for (int round = 0; round < 20; round++) {
            for (int i = 0; i < newest.size(); i++) {
              assertEquals(NEWEST, read(newest.get(i)));
            }
          }
        });
    assertPerUnit(OPENING_BYTES, allocated, 20L * newest.size(), "opening and " + NEWEST + " rows");
  }

  private static void assertPerUnit(double most, long allocated, long units, String what) {
    double bytes = (double) allocated / units;
    assertTrue(bytes < most, () -> what + ": " + bytes + " bytes allocated, at most " + most);
  }

  private int read(CursorOptions options) throws IOException {
    int rows = 0;
    try (Cursor cursor = db.cursor(table, options)) {
      while (cursor.next()) {
        rows += cursor.key().length() == 16 && cursor.value().length() >= 200 ? 1 : 0;
      }
    }
    return rows;
  }

  @Test
  void closedCursorStaysClosedWhenItsPartsAreUsedAgain() throws IOException {
    Cursor first = db.cursor(table, CursorOptions.ALL);
    assertTrue(first.next());
    first.close();
    try (Cursor second = db.cursor(table, CursorOptions.ALL.limit(2));
        Cursor third = db.cursor(table, CursorOptions.ALL.reversed().limit(1))) {
      assertTrue(second.next());
      assertThrows(ClosedException.class, first::next);
      assertThrows(ClosedException.class, first::key);
      first.close();
      assertTrue(third.next());
      assertEquals(Slice.of(key(USERS - 1, ROWS - 1)), third.key());
      assertEquals(Slice.of(key(0, 0)), second.key());
      assertTrue(second.next());
      assertEquals(Slice.of(key(0, 1)), second.key());
      assertFalse(second.next());
      assertFalse(third.next());
    }
  }

  @Test
  void cursorInsideAGetAndAGetInsideAGetSeeTheirOwnRows() throws IOException {
    Slice outer = Slice.of(key(1, 1));
    Slice inner = Slice.of(key(2, 2));
    boolean found =
        db.get(
            table,
            outer,
            null,
            value -> {
              try {
                assertTrue(db.get(table, inner, null, other -> assertEquals(202, other.length())));
                assertEquals(USERS * ROWS, read(CursorOptions.ALL));
              } catch (IOException e) {
                throw new AssertionError(e);
              }
              assertEquals(201, value.length());
            });
    assertTrue(found);
  }
}
