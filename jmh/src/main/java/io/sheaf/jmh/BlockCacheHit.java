package io.sheaf.jmh;

import io.sheaf.lsm.cache.BlockCache;
import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.stats.Statistics;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a hit in the block cache costs; with {@code -t 2}, beside another thread. One operation is
 * one of {@value #BLOCKS} blocks.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BlockCacheHit {
  private static final int BLOCKS = 1024;
  private static final int BLOCK_BYTES = 16 << 10;

  /** Odd, so that the walk meets every block. */
  private static final int STRIDE = 389;

  private final BlockCache cache =
      new BlockCache(new MemoryBudget(4L * BLOCKS * BLOCK_BYTES), new Statistics());

  /** Where a thread stands in its walk over the blocks. */
  @State(Scope.Thread)
  public static class Walk {
    private int next;

    long offset() {
      next = (next + STRIDE) % BLOCKS;
      return (long) next * BLOCK_BYTES;
    }
  }

  /** Fills the cache, which takes a block that is offered twice. */
  @Setup(Level.Trial)
  public void fill() {
    for (int i = 0; i < 2 * BLOCKS; i++) {
      try (NativeBuffer block = NativeBuffer.allocate(BLOCK_BYTES)) {
        cache.put(1, (long) (i / 2) * BLOCK_BYTES, block);
      }
    }
  }

  /** Gives the memory back. */
  @TearDown(Level.Trial)
  public void close() {
    cache.close();
  }

  /** Finds a block, takes a reference to it and gives that back. */
  @Benchmark
  public int hit(Walk walk) {
    try (NativeBuffer block = cache.get(1, walk.offset())) {
      if (block == null) {
        throw new IllegalStateException("a block is missing");
      }
      return block.capacity();
    }
  }
}
