package io.sheaf.jmh;

import io.sheaf.grouping.FixedPrefix;
import io.sheaf.grouping.PrefixGrouping;
import io.sheaf.jmh.DenseRows.DenseRow;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.memtable.ChunkPool;
import io.sheaf.lsm.memtable.MemTable;
import io.sheaf.testdata.ReadKind;
import io.sheaf.testdata.ReadPlan;
import io.sheaf.testdata.RowKey;
import io.sheaf.testdata.StandardWorkload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to read rows from a grouped memtable that holds the first {@value #ROWS} rows of
 * the standard workload, dense; a busy user has some 80 of them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MemTableScan {
  private static final int ROWS = 200_000;
  private static final int NEWEST = 50;
  private static final int READS = 1024;

  private final MemTable table =
      PrefixGrouping.memTables()
          .create(new FixedPrefix(DenseRows.PREFIX_BYTES), false, ChunkPool.keepingNone());
  private final List<ScanBounds> newest = new ArrayList<>();
  private int next;

  /** Fills the memtable. */
  @Setup(Level.Trial)
  public void fill() {
    List<DenseRow> rows = DenseRows.first(ROWS).all();
    for (int i = 0; i < ROWS; i++) {
      table.add(i + 1L, EntryKind.PUT, 1, rows.get(i).key(), rows.get(i).value());
    }
    ReadPlan plan = new ReadPlan(StandardWorkload.dense(1).withRows(ROWS), 1);
    for (int i = 0; i < READS; i++) {
      long user = plan.read(ReadKind.HOT_LATEST, i).user();
      newest.add(
          new ScanBounds(
              ScanBounds.Direction.REVERSE, key(user, 0), key(user, Long.MAX_VALUE), NEWEST, true));
    }
  }

  /** Gives the memory back. */
  @TearDown(Level.Trial)
  public void close() {
    table.close();
  }

  /** Goes on by a row: all rows in the order of their keys, as a flush reads them. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public long forward() throws IOException {
    long sum = 0;
    int rows = 0;
    try (InternalCursor cursor = table.cursor(ScanBounds.all())) {
      for (cursor.seekFirst(); cursor.valid(); cursor.next(), rows++) {
        sum += cursor.key().head() + cursor.value().byteAt(0);
      }
    }
    if (rows != ROWS) {
      throw new IllegalStateException(rows + " rows instead of " + ROWS);
    }
    return sum;
  }

  /** Reads the newest 50 rows of a busy user, opening the cursor included. */
  @Benchmark
  public long newest50() throws IOException {
    ScanBounds bounds = newest.get(Math.floorMod(next++, READS));
    long sum = 0;
    try (InternalCursor cursor = table.cursor(bounds)) {
      cursor.seek(upper(bounds));
      for (int row = 0; row < NEWEST && cursor.valid(); row++, cursor.next()) {
        sum += cursor.key().head() + cursor.value().byteAt(0);
      }
    }
    return sum;
  }

  private static Slice upper(ScanBounds bounds) {
    Slice upper = bounds.upper();
    if (upper == null) {
      throw new IllegalStateException("each scan has an upper bound");
    }
    return upper;
  }

  private static Slice key(long user, long id) {
    byte[] key = new byte[RowKey.BYTES];
    RowKey.write(user, id, key, 0);
    return Slice.of(key);
  }
}
