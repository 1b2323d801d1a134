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
 * <p>The snapshots cut the sequence numbers into stripes. Of the tombstones over one fragment that
 * lie in the same stripe only the newest matters: each reader sees all of them or the newest hides
 * whatever the older ones hide. Of the oldest stripe, which every reader sees, none is needed when
 * no older run lies under it: the merge itself drops what it hides.
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
    List<RangeTombstone> kept = new ArrayList<>();
    @Nullable Slice fragment = null;
    int lastStripe = -1;
    for (RangeTombstone tombstone : tombstones.fragments()) {
      if (fragment == null || !tombstone.start().equals(fragment)) {
        fragment = tombstone.start();
        lastStripe = -1;
      }
      int stripe = stripe(snapshots, tombstone.sequence());
      if (stripe != lastStripe && !(oldestRun && stripe == 0)) {
        Slice start = later(tombstone.start(), lower);
        Slice end = earlier(tombstone.end(), upper);
        if (start.compareTo(end) < 0) {
          kept.add(new RangeTombstone(start, end, tombstone.sequence()));
        }
      }
      lastStripe = stripe;
    }
    return kept;
  }

  /** Number of snapshots that do not see {@code sequence}. */
  private static int stripe(long[] snapshots, long sequence) {
    int stripe = 0;
    while (stripe < snapshots.length && snapshots[stripe] < sequence) {
      stripe++;
    }
    return stripe;
  }

  private static Slice later(Slice key, @Nullable Slice bound) {
    return bound == null || key.compareTo(bound) >= 0 ? key : bound;
  }

  private static Slice earlier(Slice key, @Nullable Slice bound) {
    return bound == null || key.compareTo(bound) <= 0 ? key : bound;
  }
}
