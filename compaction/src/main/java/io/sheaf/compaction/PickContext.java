package io.sheaf.compaction;

import io.sheaf.lsm.key.RangeTombstones;
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
 * @param busy numbers of the files that jobs under way work on
 */
public record PickContext(
    long nowMillis,
    long oldestSnapshot,
    double readDebtBytes,
    double droppedShare,
    Map<Long, RangeTombstones> tombstones,
    Set<Long> busy) {
  /** Copies the collections. */
  public PickContext {
    tombstones = Map.copyOf(tombstones);
    busy = Set.copyOf(busy);
  }

  /** Nothing but the time. */
  public static PickContext at(long nowMillis) {
    return new PickContext(nowMillis, Long.MAX_VALUE, 0, 0, Map.of(), Set.of());
  }
}
