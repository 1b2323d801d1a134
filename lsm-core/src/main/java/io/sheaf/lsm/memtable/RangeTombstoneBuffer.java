package io.sheaf.lsm.memtable;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.key.RangeTombstones;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Range tombstones of one table that are not yet in an SSTable.
 *
 * <p>They are kept as a few immutable sets of falling sizes: a new one is a set of its own, and two
 * neighbours of like size become one. So an addition costs a logarithmic number of rebuilds over
 * time, and a look-up asks a logarithmic number of sets.
 *
 * <p><b>Thread safety.</b> One writer at a time; readers take no lock and see whole sets.
 *
 * <p><b>Source.</b> Bentley and Saxe, "Decomposable searching problems I: static-to-dynamic
 * transformation", 1980.
 */
public final class RangeTombstoneBuffer {
  private volatile RangeTombstones[] sets = new RangeTombstones[0];

  /** An empty buffer. */
  public RangeTombstoneBuffer() {}

  /** Adds a tombstone, whose slices are taken over. */
  public void add(RangeTombstone tombstone) {
    List<RangeTombstone> merged = new ArrayList<>(List.of(tombstone));
    RangeTombstones[] present = sets;
    int keep = present.length;
    while (keep > 0 && present[keep - 1].tombstones().size() <= 2 * merged.size()) {
      merged.addAll(present[--keep].tombstones());
    }
    RangeTombstones[] next = Arrays.copyOf(present, keep + 1);
    next[keep] = RangeTombstones.of(merged);
    sets = next;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return sets.length == 0;
  }

  /** See {@link RangeTombstones#coveringSequence(Slice, long)}. */
  public long coveringSequence(Slice key, long snapshot) {
    long highest = 0;
    for (RangeTombstones set : sets) {
      highest = Math.max(highest, set.coveringSequence(key, snapshot));
    }
    return highest;
  }

  /** The sets that make up what has been added so far. */
  public List<RangeTombstones> sets() {
    return List.of(sets);
  }

  /** All of them as one set. */
  public RangeTombstones merged() {
    List<RangeTombstone> all = new ArrayList<>();
    for (RangeTombstones set : sets) {
      all.addAll(set.tombstones());
    }
    return RangeTombstones.of(all);
  }
}
