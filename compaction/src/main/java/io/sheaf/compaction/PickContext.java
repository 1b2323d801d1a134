package io.sheaf.compaction;

import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.version.FileMetadata;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the picker is told besides the files of a table.
 *
 * @param nowMillis the store's clock, milliseconds since the epoch
 * @param oldestSnapshot lowest sequence number that a reader may hold; {@code Long.MAX_VALUE}: none
 *     is held
 * @param readDebtBytes what reads have paid since the last merge for going into more runs than one,
 *     in bytes that could have been written instead, see {@link ReadDebt}
 * @param droppedShare which part of the rows that were merged lately was dropped, 0 to 1
 * @param tombstones the range tombstones of the files that have some, by file number
 * @param hiddenRows how many rows of older runs the range deletes of a file hide, roughly, by file
 *     number
 * @param underWay the table's jobs that wait or run
 * @param busy numbers of their files
 */
public record PickContext(
    long nowMillis,
    long oldestSnapshot,
    double readDebtBytes,
    double droppedShare,
    Map<Long, RangeTombstones> tombstones,
    Map<Long, Long> hiddenRows,
    List<Compaction> underWay,
    Set<Long> busy) {
  /** Copies the collections. */
  public PickContext {
    tombstones = Map.copyOf(tombstones);
    hiddenRows = Map.copyOf(hiddenRows);
    underWay = List.copyOf(underWay);
    busy = Set.copyOf(busy);
  }

  /** Nothing but the time. */
  public static PickContext at(long nowMillis) {
    return new PickContext(
        nowMillis, Long.MAX_VALUE, 0, 0, Map.of(), Map.of(), List.of(), Set.of());
  }

  /** The same after reads have paid so much. */
  public PickContext withReadDebt(double bytes) {
    return new PickContext(
        nowMillis, oldestSnapshot, bytes, droppedShare, tombstones, hiddenRows, underWay, busy);
  }

  /** The same while these jobs of the table wait or run. */
  public PickContext withUnderWay(Collection<Compaction> jobs) {
    Set<Long> files = new HashSet<>();
    for (Compaction job : jobs) {
      for (FileMetadata file : job.files()) {
        files.add(file.number());
      }
    }
    return new PickContext(
        nowMillis,
        oldestSnapshot,
        readDebtBytes,
        droppedShare,
        tombstones,
        hiddenRows,
        List.copyOf(jobs),
        files);
  }

  /** The same with these snapshots and deletes. */
  public PickContext withDeletes(
      long oldestSnapshot, double droppedShare, Map<Long, RangeTombstones> tombstones) {
    return new PickContext(
        nowMillis,
        oldestSnapshot,
        readDebtBytes,
        droppedShare,
        tombstones,
        hiddenRows,
        underWay,
        busy);
  }

  /** The same where range deletes hide so many rows, see {@link HiddenRows}. */
  public PickContext withHiddenRows(Map<Long, Long> rowsByFile) {
    return new PickContext(
        nowMillis,
        oldestSnapshot,
        readDebtBytes,
        droppedShare,
        tombstones,
        rowsByFile,
        underWay,
        busy);
  }
}
