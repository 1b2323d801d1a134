package io.sheaf.engine.compact;

import java.util.List;

/**
 * What an {@link OfflineCompaction} has done.
 *
 * @param tables each table that was merged
 * @param partsBefore parts that an earlier compaction, cut short, had finished
 * @param parts all parts
 * @param mergedBytes bytes of keys and values of the parts that this one has finished
 * @param busy share of the time of its threads in which they computed: near to 1, the codec is the
 *     limit; near to 0, the device is
 */
public record CompactionSummary(
    List<CompactedTable> tables, int partsBefore, int parts, long mergedBytes, double busy) {
  /** Copies the list. */
  public CompactionSummary {
    tables = List.copyOf(tables);
  }

  /**
   * What became of a table.
   *
   * @param name its name
   * @param rowsBefore rows in the files that were merged, older versions and deletes among them
   * @param rows rows that were written
   * @param userBytes bytes of keys and values of these
   * @param storedBytesBefore bytes of the SSTables and value files that are no longer needed
   * @param keyFileBytes bytes of the new SSTables
   * @param valueFileBytes bytes of the new value files
   */
  public record CompactedTable(
      String name,
      long rowsBefore,
      long rows,
      long userBytes,
      long storedBytesBefore,
      long keyFileBytes,
      long valueFileBytes) {
    /** Bytes of the new files. */
    public long storedBytes() {
      return keyFileBytes + valueFileBytes;
    }
  }
}
