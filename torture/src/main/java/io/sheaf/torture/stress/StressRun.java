package io.sheaf.torture.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.console.DirectoryTree;
import io.sheaf.engine.Sheaf;
import io.sheaf.engine.verify.StoreVerifier;
import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.CompactionLimits;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Snapshot;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One store on a real disk, and all that can happen to it at once: writers that compare what they
 * read with what they wrote, readers, snapshots, flushes, merges, collection, scrubbing and
 * checkpoints, for as long as is wanted.
 *
 * <p><b>Thread safety.</b> One run at a time.
 */
public final class StressRun {
  private static final int OWNERS = 3;
  private static final int READERS = 2;
  private static final DbOptions OPTIONS =
      DbOptions.DEFAULT
          .withMemory(24 << 20, 2 << 20)
          .withBufferedMillis(5)
          .withScrubBytesPerSecond(1 << 20)
          .withCompaction(new CompactionLimits(2, 1.25, 0, 256 << 10, 6));
  private static final TableOptions TABLE =
      TableOptions.DEFAULT
          .withPrefix(new FixedPrefix(3))
          .withSeparationBytes(2048)
          .withBlockBytes(4096, 2048);

  private final Path directory;
  private final long seed;
  private final List<OwnedRows> owners = new ArrayList<>();
  private final Table[] tables = new Table[OwnedRows.TABLES];
  private final CountDownLatch failed = new CountDownLatch(1);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final MemorySamples memory = new MemorySamples();
  private volatile boolean stopped;

  /** What a thread does until it is stopped. */
  @FunctionalInterface
  private interface Step {
    void run() throws Exception;
  }

  /** Is told once a second. */
  @FunctionalInterface
  public interface Clock {
    /** One second more. */
    void tick();
  }

  /**
   * A run.
   *
   * @param directory an empty one
   */
  public StressRun(Path directory, long seed) {
    this.directory = directory;
    this.seed = seed;
    for (int owner = 0; owner < OWNERS; owner++) {
      owners.add(new OwnedRows(owner, new Random(seed + owner)));
    }
  }

  /** Runs for so long, then checks all; returns what memory it took, in words. */
  public String run(long seconds, Clock clock) throws Exception {
    try (LeakWatch leaks = new LeakWatch()) {
      try (Db db = open()) {
        List<Thread> threads = start(db);
        try {
          for (long second = 0; second < seconds && !failed.await(1, TimeUnit.SECONDS); second++) {
            memory.take();
            clock.tick();
          }
        } finally {
          stopped = true;
          for (Thread thread : threads) {
            thread.join();
          }
        }
        rethrow();
        for (OwnedRows rows : owners) {
          rows.checkAll(db, tables);
          rows.releaseAll(db, tables);
        }
        assertEquals(List.of(), db.failure().stream().toList());
      }
      memory.checkSteady();
      try (Db db = open()) {
        for (OwnedRows rows : owners) {
          rows.checkAll(db, tables);
        }
      }
      assertEquals(
          List.of(),
          StoreVerifier.verify(Sheaf.components(), store(), true, file -> {}).findings());
      memory.take(); // so that what was forgotten is found
      leaks.check();
    }
    return memory.text();
  }

  private Path store() {
    return directory.resolve("store");
  }

  private Db open() throws IOException {
    Db db = Db.open(store(), OPTIONS, Sheaf.components());
    for (int table = 0; table < tables.length; table++) {
      tables[table] = db.openTable("table-" + table, TABLE);
    }
    return db;
  }

  private List<Thread> start(Db db) {
    List<Thread> threads = new ArrayList<>();
    for (OwnedRows rows : owners) {
      threads.add(start("owner", () -> rows.step(db, tables)));
    }
    for (int i = 0; i < READERS; i++) {
      Random random = new Random(~seed - i);
      int[] seen = new int[OWNERS];
      threads.add(start("reader", () -> read(db, random.nextInt(OWNERS), seen)));
    }
    Random merges = new Random(seed * 31);
    threads.add(start("merger", () -> merge(db, merges)));
    int[] count = new int[1];
    threads.add(start("checkpointer", () -> checkpoint(db, count[0]++)));
    return threads;
  }

  private Thread start(String name, Step step) {
    return Thread.ofPlatform()
        .name("stress-" + name)
        .start(() -> {
          try {
            while (!stopped) {
              step.run();
            }
          } catch (Exception | Error e) {
            failure.compareAndSet(null, e);
            stopped = true;
            failed.countDown();
          }
        });
  }

  /** An owner's batches are whole, in their order, and none that was acknowledged is missing. */
  private void read(Db db, int owner, int[] seen) throws IOException {
    OwnedRows rows = owners.get(owner);
    int least = Math.max(seen[owner], rows.acknowledged());
    byte[] key = OwnedRows.numberKey(owner);
    try (Snapshot snapshot = db.snapshot()) {
      int number = OwnedRows.number(db.get(tables[0], key, snapshot));
      assertEquals(number, OwnedRows.number(db.get(tables[1], key, snapshot)), "a whole batch");
      assertTrue(number >= least, () -> "batch " + number + " after " + least);
      int most = rows.begun();
      assertTrue(number <= most, () -> "batch " + number + ", though " + most + " was the last");
      seen[owner] = number;
    }
  }

  private void merge(Db db, Random random) throws IOException, InterruptedException {
    switch (random.nextInt(4)) {
      case 0 -> db.compact(tables[random.nextInt(tables.length)], null, null);
      case 1 -> db.flush();
      default -> failed.await(random.nextInt(1_500), TimeUnit.MILLISECONDS);
    }
  }

  private void checkpoint(Db db, int number) throws IOException, InterruptedException {
    failed.await(2, TimeUnit.SECONDS);
    Path target = directory.resolve("checkpoint-" + number);
    List<Integer> least = owners.stream().map(OwnedRows::acknowledged).toList();
    db.checkpoint(target);
    try (Db copy = Db.open(target, OPTIONS.withCreateIfMissing(false), Sheaf.components())) {
      for (int owner = 0; owner < OWNERS; owner++) {
        byte[] key = OwnedRows.numberKey(owner);
        int held = OwnedRows.number(copy.get(copy.table("table-0"), key));
        assertEquals(held, OwnedRows.number(copy.get(copy.table("table-1"), key)));
        int wanted = least.get(owner);
        assertTrue(held >= wanted, () -> "checkpoint of batch " + held + " after " + wanted);
      }
      for (Table table : copy.tables()) {
        List<Slice> backwards = keys(copy, table, CursorOptions.ALL.reversed());
        Collections.reverse(backwards);
        assertEquals(keys(copy, table, CursorOptions.ALL), backwards);
      }
    }
    DirectoryTree.remove(target);
  }

  private static List<Slice> keys(Db db, Table table, CursorOptions options) throws IOException {
    List<Slice> keys = new ArrayList<>();
    try (Cursor cursor = db.cursor(table, options)) {
      while (cursor.next()) {
        keys.add(Slice.copyOf(cursor.key()));
      }
    }
    return keys;
  }

  private void rethrow() {
    Throwable cause = failure.get();
    if (cause != null) {
      throw new AssertionError(cause.getMessage(), cause);
    }
  }
}
