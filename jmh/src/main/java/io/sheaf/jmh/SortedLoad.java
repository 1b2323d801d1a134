package io.sheaf.jmh;

import io.sheaf.cli.console.DirectoryTree;
import io.sheaf.engine.Sheaf;
import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.db.BulkWriter;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.testdata.RowKey;
import io.sheaf.testdata.StandardWorkload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
 * Rows of the standard workload, dense, sorted by key, into an empty store on the disk: ingested at
 * once, or written in batches of {@value #BATCH_ROWS} until flushes and merges are done. One
 * operation is all of them. {@code make} only makes them, and is part of the other two.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-Xmx768m",
      "-XX:MaxDirectMemorySize=2g",
      "--enable-native-access=ALL-UNNAMED",
      "--sun-misc-unsafe-memory-access=allow"
    })
public class SortedLoad {
  private static final int BATCH_ROWS = 8;
  private static final long MEMORY_BYTES = 768L << 20;
  private static final long WRITE_BUFFER_BYTES = 256L << 20;

  /** Number of rows, 427 bytes each, 500 a user. */
  @Param("1000000")
  int rows;

  @SuppressWarnings("NullAway.Init") // sort() comes first
  private StandardWorkload workload;

  private int[] sorted = new int[0];

  @SuppressWarnings("NullAway.Init") // open() comes first
  private Path directory;

  @SuppressWarnings("NullAway.Init") // open() comes first
  private Db db;

  @SuppressWarnings("NullAway.Init") // open() comes first
  private Table table;

  /** Takes each row. */
  private interface Sink {
    void row(byte[] key, byte[] value) throws IOException;
  }

  /** Finds the order of the keys. */
  @Setup(Level.Trial)
  public void sort() {
    workload = DenseRows.workload(rows);
    int users = workload.users();
    int[] counts = new int[users + 1];
    for (int row = 0; row < rows; row++) {
      counts[workload.rankOfRow(row) + 1]++;
    }
    int[] next = new int[users];
    int at = 0;
    List<Integer> ranks =
        IntStream.range(0, users)
            .boxed()
            .sorted((one, other) ->
                Long.compareUnsigned(workload.userOfRank(one), workload.userOfRank(other)))
            .toList();
    for (int rank : ranks) {
      next[rank] = at;
      at += counts[rank + 1];
    }
    sorted = new int[rows];
    for (int row = 0; row < rows; row++) { // ids rise with the rows
      sorted[next[workload.rankOfRow(row)]++] = row;
    }
  }

  /** Opens an empty store. */
  @Setup(Level.Iteration)
  public void open() throws IOException {
    directory = Files.createTempDirectory("sheaf-sorted-load-");
    db = Sheaf.open(directory, DbOptions.DEFAULT.withMemory(MEMORY_BYTES, WRITE_BUFFER_BYTES));
    table =
        db.openTable(
            "message", TableOptions.DEFAULT.withPrefix(new FixedPrefix(RowKey.PREFIX_BYTES)));
  }

  /** Removes the store. */
  @TearDown(Level.Iteration)
  public void close() throws IOException {
    db.close();
    DirectoryTree.remove(directory);
  }

  /** Makes the rows. */
  @Benchmark
  public long make() throws IOException {
    long[] bytes = {0};
    each((key, value) -> bytes[0] += key.length + value.length);
    return bytes[0];
  }

  /** Ingests them. */
  @Benchmark
  public void ingest() throws IOException, InterruptedException {
    try (BulkWriter bulk = db.bulkWriter(table)) {
      each(bulk::put);
      db.ingest(List.of(bulk));
    }
    db.awaitIdle();
  }

  /** Writes them. */
  @Benchmark
  public void write() throws IOException, InterruptedException {
    WriteBatch batch = new WriteBatch();
    each((key, value) -> {
      batch.put(table, key, value);
      if (batch.count() == BATCH_ROWS) {
        db.write(batch);
        batch.clear();
      }
    });
    db.write(batch);
    db.flush();
    db.awaitIdle();
  }

  private void each(Sink sink) throws IOException {
    byte[] key = new byte[RowKey.BYTES];
    for (int row : sorted) {
      RowKey.write(workload.userOfRank(workload.rankOfRow(row)), workload.idOfRow(row), key, 0);
      sink.row(key, workload.valueOf(row));
    }
  }
}
