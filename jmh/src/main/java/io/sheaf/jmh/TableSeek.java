package io.sheaf.jmh;

import io.sheaf.lsm.cache.BlockCache;
import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.sstable.TableReader;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.InlineValues;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to find a row in an SSTable of {@value TableRows#ROWS} rows whose blocks are
 * cached. One operation is one key, drawn evenly. Values are not read.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TableSeek {
  private static final ScanBounds BOUNDS =
      new ScanBounds(ScanBounds.Direction.FORWARD, null, null, 1, true);
  private static final long MEMORY_BYTES = 64 << 20;

  /** Whether values lie in the blocks (some 40 rows in each) or are referred to (thousands). */
  @Param({"inline", "separated"})
  String values = "inline";

  private final MemoryBudget budget = new MemoryBudget(MEMORY_BYTES);
  private final Statistics statistics = new Statistics();
  private final BlockCache cache = new BlockCache(budget, statistics);
  private final List<Slice> present = new ArrayList<>();
  private final List<Slice> absent = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // open() comes first
  private TableReader table;

  @SuppressWarnings("NullAway.Init") // open() comes first
  private InternalCursor cursor;

  private int next;

  /** Writes and opens the table, and brings its blocks into the cache. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    TableRows rows = TableRows.prepare(values);
    MemoryFileSystem files = new MemoryFileSystem();
    Path directory = Path.of("tables");
    files.createDirectories(directory);
    Path file = directory.resolve("built.sst");
    rows.build(files, file);
    table =
        TableReader.open(
            files, file, TableRows.FILE_NUMBER, cache, budget, new InlineValues(), statistics);
    cursor = table.cursor(BOUNDS);
    rows.keys().forEach(present::add);
    rows.keys().forEach(key -> absent.add(behind(key)));
    Random random = new Random(1);
    Collections.shuffle(present, random);
    Collections.shuffle(absent, random);
    for (Slice key : present) {
      cursor.seek(key);
      if (!cursor.valid() || !cursor.key().equals(key)) {
        throw new IllegalStateException("row " + key + " is missing");
      }
    }
  }

  /** Gives the memory back. */
  @TearDown(Level.Trial)
  public void close() {
    cursor.close();
    table.close();
    cache.close();
  }

  /** Puts a cursor on a row: finds its block in index and cache, and the row in the block. */
  @Benchmark
  public long seek() throws IOException {
    cursor.seek(present.get(Math.floorMod(next++, TableRows.ROWS)));
    return cursor.key().head() + cursor.sequence();
  }

  /** Asks the filter for a key that is not there. */
  @Benchmark
  public boolean filterMiss() {
    return table.mayContainKey(absent.get(Math.floorMod(next++, TableRows.ROWS)));
  }

  /** A key that no row has: one byte longer. */
  private static Slice behind(Slice key) {
    byte[] longer = new byte[key.length() + 1];
    key.copyTo(longer, 0);
    return Slice.of(longer);
  }
}
