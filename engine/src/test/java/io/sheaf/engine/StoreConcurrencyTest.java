package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.Snapshot;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.stats.Counter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Writers, readers, flushes and merges at the same time. Each writer has rows of its own, spread
 * over the groups, and sets them all to the number of its batch: a row once read never goes back,
 * nor behind what was acknowledged before, and all rows of a writer are of one batch at any moment.
 *
 * <p>{@code -Dsheaf.test.seed=N} replays the choices of each thread, not their order.
 */
@Timeout(120)
class StoreConcurrencyTest {
  private static final int WRITERS = 4;
  private static final int READERS = 4;
  private static final int ROWS = 12;
  private static final int BATCHES = Integer.getInteger("sheaf.test.batches", 1_500);

  private final long seed = TestSeed.next();
  private final AtomicIntegerArray started = new AtomicIntegerArray(WRITERS);
  private final AtomicIntegerArray acknowledged = new AtomicIntegerArray(WRITERS);

  @Test
  void readsNeverGoBackAndBatchesAreWhole() throws Exception {
    System.out.println("concurrency test: -Dsheaf.test.seed=" + seed);
    try (Db db = SmallStore.open(new MemoryFileSystem())) {
      Table table = db.openTable("t", SmallStore.TABLE);
      for (int writer = 0; writer < WRITERS; writer++) {
        write(db, table, writer, 0, new Random(seed));
      }
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        tasks.add(() -> writeAll(db, table, writer, new Random(seed + writer)));
      }
      for (int i = 0; i < READERS; i++) {
        Random random = new Random(~seed + i);
        tasks.add(() -> readAll(db, table, random));
      }
      runAll(tasks);
      for (int writer = 0; writer < WRITERS; writer++) {
        assertEquals(BATCHES, numberOf(db.get(table, key(writer, 0))));
      }
      assertEquals(
          (long) WRITERS * (BATCHES + 1) * ROWS,
          db.statistics().get(Counter.ROWS_WRITTEN),
          "each batch is written once");
    }
  }

  @Test
  void flushesAtTheSameTimeDoNotMeetEachOther() throws Exception {
    try (Db db = SmallStore.open(new MemoryFileSystem())) {
      Table table = db.openTable("t", SmallStore.TABLE);
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        Random random = new Random(seed + writer);
        tasks.add(() -> {
          for (int batch = 0; batch < 100; batch++) {
            write(db, table, writer, batch, random);
            db.flush();
          }
          return true;
        });
      }
      runAll(tasks);
      assertTrue(db.failure().isEmpty(), () -> "read-only since " + db.failure());
      assertEquals(WRITERS * ROWS, SmallStore.rows(db, table, CursorOptions.ALL).size());
    }
  }

  private boolean writeAll(Db db, Table table, int writer, Random random) throws Exception {
    for (int batch = 1; batch <= BATCHES; batch++) {
      write(db, table, writer, batch, random);
      if (random.nextInt(200) == 0) {
        db.flush();
      } else if (random.nextInt(300) == 0) {
        db.compact(table, null, null);
      }
    }
    return true;
  }

  private void write(Db db, Table table, int writer, int batch, Random random) throws IOException {
    WriteBatch changes = new WriteBatch();
    for (int row = 0; row < ROWS; row++) {
      byte[] value = new byte[Integer.BYTES + random.nextInt(60)];
      ByteBuffer.wrap(value).putInt(batch);
      changes.put(table, key(writer, row), value);
    }
    Durability[] levels = Durability.values();
    started.set(writer, batch);
    db.write(changes, levels[random.nextInt(levels.length)]);
    acknowledged.set(writer, batch);
  }

  private boolean readAll(Db db, Table table, Random random) throws Exception {
    int[] seen = new int[WRITERS];
    while (unfinished()) {
      int writer = random.nextInt(WRITERS);
      int least = Math.max(seen[writer], acknowledged.get(writer));
      switch (random.nextInt(4)) {
        case 0 -> {
          List<byte[]> keys = List.of(key(writer, 0), key(writer, 5), key(writer, ROWS - 1));
          List<byte[]> values = new ArrayList<>(db.multiGet(table, keys));
          seen[writer] = numberOf(values.get(0));
          for (byte[] value : values) {
            assertEquals(seen[writer], numberOf(value), "one batch at one moment");
          }
        }
        case 1 -> {
          try (Snapshot snapshot = db.snapshot()) {
            NavigableMap<Slice, Slice> once = rows(db, table, snapshot, random);
            seen[writer] = numberOf(db.get(table, key(writer, 3), snapshot));
            assertEquals(once, rows(db, table, snapshot, random), "a snapshot never changes");
            assertWhole(once);
          }
        }
        case 2 -> {
          NavigableMap<Slice, Slice> now = SmallStore.rows(db, table, CursorOptions.ALL);
          assertWhole(now);
          seen[writer] = numberOf(now.get(Slice.of(key(writer, 1))));
        }
        default -> seen[writer] = numberOf(db.get(table, key(writer, random.nextInt(ROWS))));
      }
      int now = seen[writer];
      int most = started.get(writer);
      assertTrue(now >= least && now <= most, () -> now + " is not in " + least + " to " + most);
    }
    return true;
  }

  private static NavigableMap<Slice, Slice> rows(
      Db db, Table table, Snapshot snapshot, Random random) throws IOException {
    CursorOptions options = CursorOptions.ALL.at(snapshot);
    return SmallStore.rows(db, table, random.nextBoolean() ? options : options.reversed());
  }

  private boolean unfinished() {
    for (int writer = 0; writer < WRITERS; writer++) {
      if (acknowledged.get(writer) < BATCHES) {
        return true;
      }
    }
    return false;
  }

  private static void assertWhole(NavigableMap<Slice, Slice> rows) {
    assertEquals(WRITERS * ROWS, rows.size());
    for (int writer = 0; writer < WRITERS; writer++) {
      int first = numberOf(rows.get(Slice.of(key(writer, 0))));
      for (int row = 1; row < ROWS; row++) {
        assertEquals(first, numberOf(rows.get(Slice.of(key(writer, row)))), "a batch in half");
      }
    }
  }

  private static int numberOf(@Nullable Slice value) {
    assertNotNull(value);
    return numberOf(value.toByteArray());
  }

  private static int numberOf(byte @Nullable [] value) {
    assertNotNull(value);
    return ByteBuffer.wrap(value).getInt();
  }

  /** Rows of a writer lie in several groups, between those of the others. */
  private static byte[] key(int writer, int row) {
    return new byte[] {'g', (byte) ('a' + row % 4), (byte) row, (byte) writer};
  }

  private static void runAll(List<Callable<Boolean>> tasks) throws Exception {
    List<FutureTask<Boolean>> running = new ArrayList<>();
    for (Callable<Boolean> task : tasks) {
      FutureTask<Boolean> future = new FutureTask<>(task);
      running.add(future);
      Thread.ofPlatform().daemon(true).name("test-" + running.size()).start(future);
    }
    for (FutureTask<Boolean> future : running) {
      assertTrue(future.get());
    }
  }
}
