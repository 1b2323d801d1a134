package io.sheaf.jmh;

import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.testdata.ReadKind;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to read rows in order through {@link io.sheaf.lsm.db.Db#cursor} when all blocks are
 * cached. Keys and values are looked at where they lie, not copied.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CursorStep {
  private static final int ROWS = 1000;
  private static final int NEWEST = 50;
  private static final int READS = 1024;

  private final List<CursorOptions> onward = new ArrayList<>();
  private final List<CursorOptions> newest = new ArrayList<>();
  private int next;

  /** Draws the users. */
  @Setup(Level.Trial)
  public void prepare(WarmStore store) {
    for (int i = 0; i < READS; i++) {
      onward.add(CursorOptions.prefix(store.prefix(ReadKind.FULL, i)).limit(ROWS));
      newest.add(CursorOptions.prefix(store.prefix(ReadKind.LATEST, i)).reversed().limit(NEWEST));
    }
  }

  /** Goes on by a row of a busy user's, one of {@value #ROWS}, opening the cursor included. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public long forward(WarmStore store) throws IOException {
    return read(store, onward.get(Math.floorMod(next++, READS)));
  }

  /** Reads the newest 50 rows of a user, opening the cursor included. */
  @Benchmark
  public long newest50(WarmStore store) throws IOException {
    return read(store, newest.get(Math.floorMod(next++, READS)));
  }

  /** Opens a cursor over the newest 50 rows of a user, reads the first and closes it. */
  @Benchmark
  public long openNewest50(WarmStore store) throws IOException {
    try (Cursor cursor = store.cursor(newest.get(Math.floorMod(next++, READS)))) {
      return cursor.next() ? see(cursor) : 0;
    }
  }

  private static long read(WarmStore store, CursorOptions options) throws IOException {
    long sum = 0;
    long rows = 0;
    try (Cursor cursor = store.cursor(options)) {
      for (; cursor.next(); rows++) {
        sum += see(cursor);
      }
    }
    if (rows != options.limitRows()) {
      throw new IllegalStateException(rows + " rows instead of " + options.limitRows());
    }
    return sum;
  }

  private static long see(Cursor cursor) throws IOException {
    return cursor.key().head() + cursor.value().byteAt(0);
  }
}
