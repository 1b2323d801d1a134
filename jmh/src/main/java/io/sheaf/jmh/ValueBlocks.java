package io.sheaf.jmh;

import io.sheaf.lsm.cache.BlockCache;
import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.value.ValueWriter;
import io.sheaf.valuelog.ValueLog;
import io.sheaf.valuelog.ValueLogOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
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
 * What it costs to write and read blocks of grouped messages in value files. One operation is one
 * block. Writing goes to a file system that discards, reading comes from one in memory.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ValueBlocks {
  private static final int BLOCKS = 512;
  private static final int ROWS_PER_BLOCK = 75;
  private static final long MEMORY_BYTES = 128 << 20;
  private static final Path DIRECTORY = Path.of("values");
  private static final Slice PREFIX = Slice.utf8("busyuser");
  private static final Slice FIRST_SUFFIX = Slice.utf8("00000001");
  private static final Slice LAST_SUFFIX = Slice.utf8("00000075");

  /** Raw length of a block, in bytes. */
  @Param("16384")
  int blockBytes;

  /** Length of the dictionary, in bytes; 0: none. */
  @Param({"0", "65536"})
  int dictionaryBytes;

  private final MemoryBudget budget = new MemoryBudget(MEMORY_BYTES);
  private final Statistics statistics = new Statistics();
  private final BlockCache cache = new BlockCache(budget, statistics);
  private final AtomicLong fileNumbers = new AtomicLong();
  private final List<MemorySegment> blocks = new ArrayList<>();
  private final List<ValueReference> written = new ArrayList<>();
  private final ValueReference reference = new ValueReference();

  @SuppressWarnings("NullAway.Init") // open() comes first
  private ValueLog discarding;

  @SuppressWarnings("NullAway.Init") // open() comes first
  private ValueLog keeping;

  @SuppressWarnings("NullAway.Init") // open() comes first
  private ValueWriter writer;

  private int next;

  /** Writes the blocks that are read, and brings half of them into the cache. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    GroupedBlocks.cut(blockBytes, BLOCKS)
        .forEach(block -> blocks.add(MemorySegment.ofBuffer(block)));
    Dictionary dictionary = GroupedBlocks.dictionary(dictionaryBytes);
    MemoryFileSystem files = new MemoryFileSystem();
    files.createDirectories(DIRECTORY);
    keeping = valueLog(files);
    try (ValueWriter kept = newWriter(keeping, dictionary)) {
      for (MemorySegment block : blocks) {
        written.add(write(kept, block, new ValueReference()));
      }
      kept.finish();
    }
    for (ValueReference each : written.subList(0, BLOCKS / 2)) {
      keeping.read(each, true).close();
      keeping.read(each, true).close(); // the cache takes a block that is asked for twice
    }
    discarding = valueLog(new DiscardingFileSystem());
    writer = newWriter(discarding, dictionary);
  }

  /** Gives the memory back. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    writer.close();
    discarding.close();
    keeping.close();
    cache.close();
  }

  /** Writes a block: compression by ZSTD at level 1, header, checksum, a copy to the buffer. */
  @Benchmark
  public int encode() throws IOException {
    return write(writer, blocks.get(Math.floorMod(next++, BLOCKS)), reference).storedBytes;
  }

  /** Reads a block that is not cached: a copy from the file, checksum, decompression. */
  @Benchmark
  public int decode() throws IOException {
    return read(BLOCKS / 2 + Math.floorMod(next++, BLOCKS / 2), false);
  }

  /** Reads a block that is cached. */
  @Benchmark
  public int cached() throws IOException {
    return read(Math.floorMod(next++, BLOCKS / 2), true);
  }

  private int read(int block, boolean keep) throws IOException {
    try (NativeBuffer values = keeping.read(written.get(block), keep)) {
      return values.capacity();
    }
  }

  private ValueLog valueLog(FileSystem files) {
    return new ValueLog(
        files,
        DIRECTORY,
        fileNumbers::incrementAndGet,
        cache,
        budget,
        statistics,
        ValueLogOptions.DEFAULT);
  }

  private static ValueWriter newWriter(ValueLog log, @Nullable Dictionary dictionary) {
    return log.newWriter(1, Compression.zstd(1), dictionary);
  }

  private static ValueReference write(
      ValueWriter writer, MemorySegment block, ValueReference reference) throws IOException {
    writer.addBlock(
        PREFIX,
        FIRST_SUFFIX,
        LAST_SUFFIX,
        ROWS_PER_BLOCK,
        0,
        block,
        0,
        (int) block.byteSize(),
        reference);
    return reference;
  }
}
