package io.sheaf.jmh;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.ValueConsumer;
import io.sheaf.testdata.ReadKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to read a row by its key through {@link io.sheaf.lsm.db.Db#get} when all blocks are
 * cached. One operation is one key, drawn evenly.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CachedGet {
  private static final int READS = 1 << 16;

  private final List<Slice> present = new ArrayList<>();
  private final List<byte[]> presentBytes = new ArrayList<>();
  private final List<Slice> absent = new ArrayList<>();
  private long seen;
  private final ValueConsumer see = value -> seen += value.byteAt(0);
  private int next;

  /** Draws the keys. */
  @Setup(Level.Trial)
  public void prepare(WarmStore store) {
    for (int i = 0; i < READS; i++) {
      byte[] key = store.key(ReadKind.GET, i);
      presentBytes.add(key);
      present.add(Slice.of(key));
      absent.add(Slice.of(store.key(ReadKind.MISS, i)));
    }
  }

  /** Looks at a value where it lies. */
  @Benchmark
  public long get(WarmStore store) throws IOException {
    if (!store.get(present.get(Math.floorMod(next++, READS)), see)) {
      throw new IllegalStateException("a row is missing");
    }
    return seen;
  }

  /** Copies a value; the copy is 427 bytes on average. */
  @Benchmark
  public byte @Nullable [] getCopy(WarmStore store) throws IOException {
    return store.get(presentBytes.get(Math.floorMod(next++, READS)));
  }

  /** Asks for a key that is not there: every other time of a user that is not there either. */
  @Benchmark
  public boolean miss(WarmStore store) throws IOException {
    return store.get(absent.get(Math.floorMod(next++, READS)), see);
  }
}
