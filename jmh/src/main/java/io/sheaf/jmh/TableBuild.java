package io.sheaf.jmh;

import io.sheaf.lsm.version.FileMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to write an SSTable: encoding, compression with a dictionary, checksums, prefix
 * filter and index. One operation is one row of {@value TableRows#ROWS} that become one file. The
 * file system discards it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TableBuild {
  /** Whether values lie in the file or are referred to. */
  @Param({"inline", "separated"})
  String values = "inline";

  private final Path file = Path.of("built.sst");
  private final DiscardingFileSystem discarding = new DiscardingFileSystem();

  @SuppressWarnings("NullAway.Init") // prepare() comes first
  private TableRows rows;

  /** Makes the rows. */
  @Setup(Level.Trial)
  public void prepare() {
    rows = TableRows.prepare(values);
  }

  /** Adds a row. */
  @Benchmark
  @OperationsPerInvocation(TableRows.ROWS)
  public FileMetadata addRow() throws IOException {
    return rows.build(discarding, file);
  }
}
