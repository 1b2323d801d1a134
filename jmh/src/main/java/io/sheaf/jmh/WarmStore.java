package io.sheaf.jmh;

import io.sheaf.engine.Sheaf;
import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.NoCompaction;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.ValueConsumer;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.lsm.version.TableState;
import io.sheaf.testdata.Read;
import io.sheaf.testdata.ReadKind;
import io.sheaf.testdata.ReadPlan;
import io.sheaf.testdata.Row;
import io.sheaf.testdata.RowGenerator;
import io.sheaf.testdata.RowKey;
import io.sheaf.testdata.StandardWorkload;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A store of all its parts, dense, with every block in the cache: what reads cost when nothing is
 * read from a device. Its files lie in memory, nothing is merged, and its memtable is empty.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads once it is filled. <b>Ownership.</b> JMH
 * fills and closes it.
 */
@State(Scope.Benchmark)
public class WarmStore {
  private static final int BATCH_ROWS = 8;

  /** So that a whole run fits into half of the write buffer. */
  private static final long WRITE_BUFFER_BYTES_PER_ROW = 2 << 10;

  /** So that cache and write buffer hold the store side by side. */
  private static final long MEMORY_BYTES_PER_ROW = 4 << 10;

  /** Rows of the store, 427 bytes each, 500 a user. */
  @Param("100000")
  int rows;

  /** Runs they lie in: each has rows of every busy user, the newest are in the last. */
  @Param({"1", "4"})
  int runs;

  @SuppressWarnings("NullAway.Init") // fill() comes first
  private Db db;

  @SuppressWarnings("NullAway.Init") // fill() comes first
  private Table table;

  @SuppressWarnings("NullAway.Init") // fill() comes first
  private ReadPlan plan;

  /** Writes the rows, flushes them and brings all blocks into the cache. */
  @Setup(Level.Trial)
  public void fill() throws IOException, InterruptedException {
    StandardWorkload workload = DenseRows.workload(rows);
    plan = new ReadPlan(workload, 1);
    db = open();
    table =
        db.openTable(
            "message", TableOptions.DEFAULT.withPrefix(new FixedPrefix(RowKey.PREFIX_BYTES)));
    for (long run = 0; run < runs; run++) {
      write(workload.generator(run * rows / runs, (run + 1) * rows / runs));
      db.flush();
    }
    db.awaitIdle();
    checkRuns();
    scan();
    scan(); // the cache takes a block that is asked for twice
    long read = readFromFiles();
    scan();
    if (readFromFiles() != read) {
      throw new IllegalStateException("the cache does not hold " + rows + " rows: give it fewer");
    }
  }

  /** Closes the store; its files are gone with it. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    db.close();
  }

  /** Opens a cursor. */
  Cursor cursor(CursorOptions options) throws IOException {
    return db.cursor(table, options);
  }

  /** Shows a value. */
  boolean get(Slice key, ValueConsumer consumer) throws IOException {
    return db.get(table, key, null, consumer);
  }

  /** Copies a value. */
  byte @Nullable [] get(byte[] key) throws IOException {
    return db.get(table, key);
  }

  /** Key of the read of this kind and number, where it begins. */
  byte[] key(ReadKind kind, long number) {
    Read read = plan.read(kind, number);
    byte[] key = new byte[RowKey.BYTES];
    RowKey.write(read.user(), read.id(), key, 0);
    return key;
  }

  /** User of the read of this kind and number. */
  byte[] prefix(ReadKind kind, long number) {
    return Arrays.copyOf(key(kind, number), RowKey.PREFIX_BYTES);
  }

  private Db open() throws IOException {
    return Db.open(
        Path.of("store"),
        DbOptions.DEFAULT.withMemory(
            rows * MEMORY_BYTES_PER_ROW, rows * WRITE_BUFFER_BYTES_PER_ROW),
        Sheaf.components()
            .withFileSystem(new MemoryFileSystem())
            .withCompactors(NoCompaction::new));
  }

  private void write(RowGenerator generator) throws IOException {
    WriteBatch batch = new WriteBatch();
    Row row = new Row();
    Slice value = new Slice();
    while (generator.next(row)) {
      value.set(MemorySegment.ofArray(row.value()), 0, row.valueLength());
      batch.put(table, Slice.of(row.key()), value);
      if (batch.count() == BATCH_ROWS) {
        db.write(batch);
        batch.clear();
      }
    }
    db.write(batch);
  }

  private void checkRuns() {
    TableState state = db.version().table(table.id());
    if (state == null || state.runs().size() != runs) {
      throw new IllegalStateException("the rows do not lie in " + runs + " runs: " + state);
    }
  }

  private void scan() throws IOException {
    int found = 0;
    try (Cursor cursor = db.cursor(table, CursorOptions.ALL)) {
      for (; cursor.next(); found++) {
        cursor.value();
      }
    }
    if (found != rows) {
      throw new IllegalStateException(found + " rows instead of " + rows);
    }
  }

  private long readFromFiles() {
    return db.statistics().get(Counter.KEY_BLOCK_READS) + db.statistics().get(Counter.VALUE_READS);
  }
}
