package io.sheaf.jmh;

import io.sheaf.lsm.coding.Crc32c;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the checksum of a block costs, its place included. One operation is one block off the heap;
 * {@code bytes} are the bytes a second.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Checksum {
  /** Length of a block, in bytes. */
  @Param({"4096", "32768"})
  int blockBytes;

  private final Crc32c crc = new Crc32c();

  @SuppressWarnings("NullAway.Init") // fill() comes first
  private ByteBuffer block;

  /** Bytes a second. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Bytes {
    /** Bytes taken in. */
    public long bytes;
  }

  /** Makes a block. */
  @Setup(Level.Trial)
  public void fill() {
    byte[] random = new byte[blockBytes];
    new Random(1).nextBytes(random);
    block = ByteBuffer.allocateDirect(blockBytes).put(random);
  }

  /** Checks a block. */
  @Benchmark
  public int crc32c(Bytes counter) {
    counter.bytes += blockBytes;
    return crc.begin(1, 0).update(block.clear()).value();
  }
}
