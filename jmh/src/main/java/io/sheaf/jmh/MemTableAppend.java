package io.sheaf.jmh;

import io.sheaf.grouping.FixedPrefix;
import io.sheaf.grouping.PrefixGrouping;
import io.sheaf.jmh.DenseRows.DenseRow;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.memtable.ChunkPool;
import io.sheaf.lsm.memtable.MemTable;
import io.sheaf.lsm.memtable.SkipListMemTable;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a row costs that comes into a memtable of the standard workload, dense. One operation is one
 * row of {@value #ROWS} that fill an empty memtable.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MemTableAppend {
  private static final int ROWS = 200_000;

  /** Which memtable. */
  @Param({"grouped", "skip-list"})
  String kind = "grouped";

  private final List<DenseRow> rows = DenseRows.first(ROWS).all();
  private @Nullable MemTable table;

  /** Makes an empty memtable. */
  @Setup(Level.Invocation)
  public void create() {
    MemTable.Factory factory =
        kind.equals("grouped") ? PrefixGrouping.memTables() : SkipListMemTable.FACTORY;
    table = factory.create(new FixedPrefix(DenseRows.PREFIX_BYTES), false, ChunkPool.keepingNone());
  }

  /** Gives its memory back. */
  @TearDown(Level.Invocation)
  public void close() {
    if (table != null) {
      table.close();
    }
  }

  /** Adds a row. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public @Nullable MemTable append() {
    for (int i = 0; i < ROWS && table != null; i++) {
      table.add(i + 1L, EntryKind.PUT, 1, rows.get(i).key(), rows.get(i).value());
    }
    return table;
  }
}
