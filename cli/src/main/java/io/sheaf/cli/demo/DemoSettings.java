package io.sheaf.cli.demo;

import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Durability;
import io.sheaf.testdata.StandardWorkload;

/**
 * What a demo does.
 *
 * @param shape how many rows a user has, in words
 * @param workload the rows
 * @param batchRows rows in a batch
 * @param durability of the batches
 * @param memoryBytes memory of the store off the heap
 * @param cold whether reads find nothing in memory
 */
record DemoSettings(
    String shape,
    StandardWorkload workload,
    int batchRows,
    Durability durability,
    long memoryBytes,
    boolean cold) {
  private static final int WRITE_BUFFER_PART = 3;
  private static final long MEAN_ROW_BYTES = 430;
  private static final long SPARE_BYTES = 256L << 20;

  /** The options to open the store with. */
  DbOptions options() {
    return DbOptions.DEFAULT.withMemory(memoryBytes, writeBufferBytes()).withDurability(durability);
  }

  /** That part of the memory which memtables may have. */
  long writeBufferBytes() {
    return memoryBytes / WRITE_BUFFER_PART;
  }

  /** Space on the disk that is enough at any moment: as much as the rows have, uncompressed. */
  long neededBytes() {
    return workload.rows() * MEAN_ROW_BYTES + SPARE_BYTES;
  }
}
