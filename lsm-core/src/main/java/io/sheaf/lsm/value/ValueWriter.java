package io.sheaf.lsm.value;

import io.sheaf.lsm.coding.Slice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Writes value blocks of one table, into as many value files as their size asks for.
 *
 * <p><b>Thread safety.</b> One thread. <b>Ownership.</b> Who asked for it closes it. Closed before
 * {@link #finish}, it deletes what it wrote.
 */
public interface ValueWriter extends AutoCloseable {
  /**
   * Writes one block: the values of a run of one group's rows, one behind the other.
   *
   * @param prefix the group's prefix
   * @param firstSuffix suffix of the run's first row
   * @param lastSuffix suffix of the run's last row
   * @param rows number of rows
   * @param newestTimeMillis newest write time of the rows, milliseconds since the epoch; 0: none
   * @param values holds the values, {@code length} bytes from {@code offset}
   * @param into receives file, offset and lengths of the block; its value fields are left alone
   */
  void addBlock(
      Slice prefix,
      Slice firstSuffix,
      Slice lastSuffix,
      int rows,
      long newestTimeMillis,
      MemorySegment values,
      long offset,
      int length,
      ValueReference into)
      throws IOException;

  /** Bytes written to value files so far, headers included. */
  long bytesWritten();

  /**
   * Completes the files, makes what is in them durable, and describes them. Their names are not:
   * the directory has to be synced before what is durable points at a block.
   */
  List<ValueFileMetadata> finish() throws IOException;

  @Override
  void close() throws IOException;
}
