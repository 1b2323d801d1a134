package io.sheaf.jmh;

import io.sheaf.jmh.DenseRows.DenseRow;
import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.wal.LogOptions;
import io.sheaf.lsm.wal.LogWriter;
import io.sheaf.lsm.wal.PreviousLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
 * What it costs to append to the log: compression, header and checksum. One operation is a batch of
 * {@value #BATCH_ROWS} rows of the standard workload, dense, 3.5 KB. The file system discards the
 * record, so the call to the operating system is not included.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LogAppend {
  private static final int BATCH_ROWS = 8;
  private static final int BATCHES = 4096;

  /** Shortest batch that is compressed, in bytes, as a store has it. */
  private static final int COMPRESSED_FROM_BYTES = 256;

  /** A piece of the log's ZSTD stream, each batch on its own with LZ4, or as it is. */
  @Param({"zstd", "lz4", "none"})
  String compression = "zstd";

  private final List<GrowableBuffer> batches = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // open() comes first
  private LogWriter log;

  private long sequence = 1;
  private int next;

  /** Makes the batches and the log. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    List<DenseRow> rows = DenseRows.first(BATCHES * BATCH_ROWS).all();
    for (int i = 0; i < BATCHES; i++) {
      batches.add(batch(rows.subList(i * BATCH_ROWS, (i + 1) * BATCH_ROWS)));
    }
    log =
        LogWriter.create(
            new DiscardingFileSystem(),
            Path.of("log"),
            StoreId.random(),
            1,
            new LogOptions(codec(), COMPRESSED_FROM_BYTES, 0),
            PreviousLog.NONE);
  }

  /** Gives the memory back. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    log.close();
    batches.forEach(GrowableBuffer::close);
  }

  /** Appends a batch of eight rows as a record of its own: what a lone writer does. */
  @Benchmark
  public long append() throws IOException {
    long end = log.append(batches.get(Math.floorMod(next++, BATCHES)), sequence, BATCH_ROWS, 1);
    sequence += BATCH_ROWS;
    return end;
  }

  private Compression codec() {
    return switch (compression) {
      case "zstd" -> Compression.zstd(1);
      case "lz4" -> Compression.LZ4;
      case "none" -> Compression.NONE;
      default -> throw new IllegalArgumentException("compression is zstd, lz4 or none");
    };
  }

  /** The bytes of {@link io.sheaf.lsm.db.WriteBatch}. */
  private static GrowableBuffer batch(List<DenseRow> rows) {
    GrowableBuffer batch = new GrowableBuffer(4 << 10);
    for (DenseRow row : rows) {
      batch.putByte(1);
      batch.putVarint(0);
      batch.putLengthPrefixed(row.key());
      batch.putLengthPrefixed(row.value());
    }
    return batch;
  }
}
