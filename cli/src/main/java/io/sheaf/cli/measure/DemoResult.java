package io.sheaf.cli.measure;

import java.nio.file.Path;
import java.util.List;

/**
 * All that a demo has measured.
 *
 * @param setting what was run
 * @param load of the load
 * @param reads of the reads
 * @param tables the shape of the store afterwards
 */
public record DemoResult(
    Setting setting, LoadResult load, List<ReadResult> reads, List<TableShape> tables) {
  /** Copies the lists. */
  public DemoResult {
    reads = List.copyOf(reads);
    tables = List.copyOf(tables);
  }

  /**
   * What was run.
   *
   * @param shape dense or sparse, or the word for neither
   * @param rows number of rows
   * @param users number of users
   * @param seed what the rows were drawn from
   * @param batchRows rows in a batch
   * @param durability of the batches, in words
   * @param memoryBytes memory of the store
   * @param writeBufferBytes that part of it which memtables may have
   * @param reading how cold the reads were, in words
   * @param directory of the store
   */
  public record Setting(
      String shape,
      long rows,
      int users,
      long seed,
      int batchRows,
      String durability,
      long memoryBytes,
      long writeBufferBytes,
      String reading,
      Path directory) {}

  /** Rows that were read, each compared with what was written. */
  public long rowsVerified() {
    return reads.stream().mapToLong(ReadResult::rows).sum();
  }
}
