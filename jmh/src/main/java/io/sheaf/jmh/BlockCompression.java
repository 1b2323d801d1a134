package io.sheaf.jmh;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Compressor;
import io.sheaf.lsm.coding.DecompressionDictionary;
import io.sheaf.lsm.coding.Decompressor;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.GrowableBuffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to compress and decompress blocks of grouped messages, and how small they get:
 * {@code storedBytes} in relation to {@code rawBytes}. One operation is one block.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BlockCompression {
  private static final int BLOCKS = 512;

  /** Raw length of a block, in bytes. */
  @Param({"8192", "16384", "32768"})
  int blockBytes;

  /** Length of the dictionary, in bytes; 0: none. */
  @Param({"0", "16384", "65536"})
  int dictionaryBytes;

  /** 0: LZ4; else the level of ZSTD. */
  @Param({"0", "1", "3"})
  int level;

  private final List<ByteBuffer> raw = new ArrayList<>();
  private final List<ByteBuffer> stored = new ArrayList<>();
  private final GrowableBuffer target = new GrowableBuffer(1 << 20);
  private final ByteBuffer back = ByteBuffer.allocateDirect(1 << 20);
  private @Nullable Compressor compressor;
  private @Nullable DecompressionDictionary dictionary;
  private int next;

  /** Bytes a second. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Bytes {
    /** Raw bytes. */
    public long rawBytes;

    /** What is left of them. */
    public long storedBytes;
  }

  /** Cuts the groups of the standard workload into blocks. */
  @Setup(Level.Trial)
  public void prepare() {
    raw.addAll(GroupedBlocks.cut(blockBytes, BLOCKS));
    Dictionary learned = GroupedBlocks.dictionary(dictionaryBytes);
    dictionary = learned == null ? null : new DecompressionDictionary(learned);
    compressor = new Compressor(level == 0 ? Compression.LZ4 : Compression.zstd(level), learned);
    for (ByteBuffer block : raw) {
      target.clear();
      compressor.compress(block.duplicate(), target);
      stored.add(
          ByteBuffer.allocateDirect(target.size()).put(target.byteBuffer(0, target.size())).flip());
    }
  }

  /** Gives the memory back. */
  @TearDown(Level.Trial)
  public void close() {
    if (compressor != null) {
      compressor.close();
    }
    if (dictionary != null) {
      dictionary.close();
    }
    target.close();
  }

  /** Compresses a block. */
  @Benchmark
  public int compress(Bytes bytes) {
    ByteBuffer block = raw.get(Math.floorMod(next++, raw.size()));
    target.clear();
    if (compressor == null) {
      throw new IllegalStateException("not prepared");
    }
    compressor.compress(block.duplicate(), target);
    bytes.rawBytes += block.remaining();
    bytes.storedBytes += target.size();
    return target.size();
  }

  /** Decompresses a block. */
  @Benchmark
  public ByteBuffer decompress(Bytes bytes) {
    int index = Math.floorMod(next++, raw.size());
    int length = raw.get(index).remaining();
    back.clear().limit(length);
    int codec = level == 0 ? 1 : 2;
    Decompressor.decompress(codec, stored.get(index), back, dictionary);
    bytes.rawBytes += length;
    return back;
  }
}
