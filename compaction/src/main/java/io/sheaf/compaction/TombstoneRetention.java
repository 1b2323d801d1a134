package io.sheaf.compaction;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.key.RangeTombstones;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which range tombstones a merge must keep.
 *
 * <p>Of those that {@link RangeTombstones#fragments} says readers need, the ones that every reader
 * sees are not needed when no older run lies under them: the merge itself drops what they hide.
 */
final class TombstoneRetention {
  private TombstoneRetention() {}

  /**
   * The tombstones to keep.
   *
   * @param snapshots sequence numbers that readers hold, rising
   * @param oldestRun whether no older run holds a key of these ranges
   * @param lower cut off below; null: nowhere
   * @param upper cut off from here; null: nowhere
   */
  static List<RangeTombstone> needed(
      RangeTombstones tombstones,
      long[] snapshots,
      boolean oldestRun,
      @Nullable Slice lower,
      @Nullable Slice upper) {
    long seenByAll = snapshots.length == 0 ? Long.MAX_VALUE : snapshots[0];
    List<RangeTombstone> kept = new ArrayList<>();
    for (RangeTombstone tombstone : tombstones.fragments(snapshots)) {
      if (!(oldestRun && tombstone.sequence() <= seenByAll)) {
        RangeTombstone part = tombstone.between(lower, upper);
        if (part != null) {
          kept.add(part);
        }
      }
    }
    return kept;
  }
}
