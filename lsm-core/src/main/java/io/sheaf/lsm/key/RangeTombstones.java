package io.sheaf.lsm.key;

import io.sheaf.lsm.coding.Slice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * A set of range tombstones that answers quickly which of them covers a key. The ranges are cut
 * into fragments that do not overlap; a fragment knows the sequence numbers of all tombstones over
 * it.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
public final class RangeTombstones {
  /** No tombstones. */
  public static final RangeTombstones NONE = new RangeTombstones(List.of());

  private final Slice[] starts;
  private final Slice[] ends;
  private final long[][] sequences;

  private RangeTombstones(List<Fragment> fragments) {
    int count = fragments.size();
    starts = new Slice[count];
    ends = new Slice[count];
    sequences = new long[count][];
    for (int i = 0; i < count; i++) {
      starts[i] = fragments.get(i).start;
      ends[i] = fragments.get(i).end;
      sequences[i] = fragments.get(i).sequences;
    }
  }

  /** The set of these tombstones, which may overlap and come in any order. */
  public static RangeTombstones of(Collection<RangeTombstone> tombstones) {
    if (tombstones.isEmpty()) {
      return NONE;
    }
    TreeSet<Slice> cuts = new TreeSet<>();
    for (RangeTombstone tombstone : tombstones) {
      cuts.add(tombstone.start());
      cuts.add(tombstone.end());
    }
    List<RangeTombstone> byStart = new ArrayList<>(tombstones);
    byStart.sort(Comparator.comparing(RangeTombstone::start));
    List<RangeTombstone> open = new ArrayList<>();
    List<Fragment> fragments = new ArrayList<>();
    int next = 0;
    Slice from = cuts.first();
    for (Slice to : cuts.tailSet(from, false)) {
      while (next < byStart.size() && byStart.get(next).start().compareTo(from) <= 0) {
        open.add(byStart.get(next++));
      }
      Slice begin = from;
      open.removeIf(tombstone -> tombstone.end().compareTo(begin) <= 0);
      if (!open.isEmpty()) {
        long[] sequences =
            open.stream().mapToLong(RangeTombstone::sequence).distinct().sorted().toArray();
        fragments.add(new Fragment(from, to, sequences));
      }
      from = to;
    }
    return new RangeTombstones(fragments);
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return starts.length == 0;
  }

  /** Number of fragments. */
  public int size() {
    return starts.length;
  }

  /**
   * The highest sequence number, up to {@code snapshot}, of a tombstone that covers {@code key}; 0
   * when none does. Entries of the key with lower numbers are deleted.
   */
  public long coveringSequence(Slice key, long snapshot) {
    int at = fragmentAt(key);
    if (at < 0) {
      return 0;
    }
    long[] candidates = sequences[at];
    for (int i = candidates.length - 1; i >= 0; i--) {
      if (candidates[i] <= snapshot) {
        return candidates[i];
      }
    }
    return 0;
  }

  /**
   * The highest sequence number up to {@code snapshot} that covers <em>every</em> key from {@code
   * first} to {@code last}, both inclusive; 0 when none is known to.
   */
  public long coveringSequence(Slice first, Slice last, long snapshot) {
    int at = fragmentAt(first);
    if (at < 0) {
      return 0;
    }
    long lowest = Long.MAX_VALUE;
    for (; ; at++) {
      long highest = 0;
      for (long candidate : sequences[at]) {
        if (candidate <= snapshot) {
          highest = Math.max(highest, candidate);
        }
      }
      lowest = Math.min(lowest, highest);
      if (ends[at].compareTo(last) > 0) {
        return lowest;
      }
      if (at + 1 >= starts.length || !starts[at + 1].equals(ends[at])) {
        return 0;
      }
    }
  }

  /** The fragments as tombstones, in key order, the newest of a fragment first. */
  public List<RangeTombstone> fragments() {
    List<RangeTombstone> all = new ArrayList<>();
    for (int i = 0; i < starts.length; i++) {
      for (int j = sequences[i].length - 1; j >= 0; j--) {
        all.add(new RangeTombstone(starts[i], ends[i], sequences[i][j]));
      }
    }
    return all;
  }

  private int fragmentAt(Slice key) {
    int low = 0;
    int high = starts.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (starts[middle].compareTo(key) > 0) {
        high = middle - 1;
      } else {
        low = middle + 1;
      }
    }
    return high >= 0 && ends[high].compareTo(key) > 0 ? high : -1;
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Fragment(Slice start, Slice end, long[] sequences) {}
}
