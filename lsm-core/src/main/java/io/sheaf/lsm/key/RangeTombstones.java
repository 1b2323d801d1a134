package io.sheaf.lsm.key;

import io.sheaf.lsm.coding.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * A set of range tombstones that answers quickly which of them covers a key. The ranges are cut
 * into fragments that do not overlap; a fragment knows the sequence numbers of all tombstones over
 * it. Neighbouring fragments share most of them, see {@link SequenceSets}: n tombstones take room
 * in proportion to n log n, however they nest.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
public final class RangeTombstones {
  /** No tombstones. */
  public static final RangeTombstones NONE =
      new RangeTombstones(List.of(), List.of(), new SequenceSets(new long[0]));

  private final List<RangeTombstone> tombstones;
  private final Slice[] starts;
  private final Slice[] ends;
  private final int[] covers; // for each fragment its set of sequence numbers
  private final SequenceSets sequences;

  private RangeTombstones(
      List<RangeTombstone> tombstones, List<Fragment> fragments, SequenceSets sequences) {
    this.tombstones = tombstones;
    this.sequences = sequences;
    int count = fragments.size();
    starts = new Slice[count];
    ends = new Slice[count];
    covers = new int[count];
    for (int i = 0; i < count; i++) {
      starts[i] = fragments.get(i).start();
      ends[i] = fragments.get(i).end();
      covers[i] = fragments.get(i).cover();
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
    List<RangeTombstone> byEnd = new ArrayList<>(tombstones);
    byEnd.sort(Comparator.comparing(RangeTombstone::end));
    SequenceSets sequences =
        new SequenceSets(
            tombstones.stream().mapToLong(RangeTombstone::sequence).sorted().distinct().toArray());
    List<Fragment> fragments = new ArrayList<>();
    int begun = 0;
    int ended = 0;
    int cover = SequenceSets.EMPTY;
    Slice from = cuts.first();
    for (Slice to : cuts.tailSet(from, false)) {
      while (begun < byStart.size() && byStart.get(begun).start().compareTo(from) <= 0) {
        cover = sequences.with(cover, byStart.get(begun++).sequence());
      }
      while (byEnd.get(ended).end().compareTo(from) <= 0) {
        cover = sequences.without(cover, byEnd.get(ended++).sequence());
      }
      if (cover != SequenceSets.EMPTY) {
        fragments.add(new Fragment(from, to, cover));
      }
      from = to;
    }
    return new RangeTombstones(List.copyOf(tombstones), fragments, sequences);
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return starts.length == 0;
  }

  /** Number of fragments. */
  public int size() {
    return starts.length;
  }

  /** The tombstones as they were given. */
  public List<RangeTombstone> tombstones() {
    return tombstones;
  }

  /**
   * The highest sequence number, up to {@code snapshot}, of a tombstone that covers {@code key}; 0
   * when none does. Entries of the key with lower numbers are deleted.
   */
  public long coveringSequence(Slice key, long snapshot) {
    int at = fragmentAt(key);
    return at < 0 ? 0 : sequences.highest(covers[at], snapshot);
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
      lowest = Math.min(lowest, sequences.highest(covers[at], snapshot));
      if (ends[at].compareTo(last) > 0) {
        return lowest;
      }
      if (at + 1 >= starts.length || !starts[at + 1].equals(ends[at])) {
        return 0;
      }
    }
  }

  /**
   * The fragments as tombstones, in key order, the newest of a fragment first: all that readers
   * need who read now or at one of {@code snapshots}. These cut the sequence numbers into stripes;
   * of the tombstones over a fragment that lie in the same stripe only the newest matters, as each
   * reader sees all of them or the newest hides whatever the older ones hide.
   *
   * @param snapshots sequence numbers, rising
   */
  public List<RangeTombstone> fragments(long[] snapshots) {
    List<RangeTombstone> needed = new ArrayList<>();
    for (int i = 0; i < starts.length; i++) {
      long newest = sequences.highest(covers[i], Long.MAX_VALUE);
      while (newest > 0) {
        needed.add(new RangeTombstone(starts[i], ends[i], newest));
        int unseenBy = unseenBy(snapshots, newest);
        newest = unseenBy == 0 ? 0 : sequences.highest(covers[i], snapshots[unseenBy - 1]);
      }
    }
    return needed;
  }

  /** What the sequence numbers of all fragments take, in nodes of {@link SequenceSets}. */
  int nodes() {
    return sequences.nodes();
  }

  /** Number of snapshots that do not see {@code sequence}: those before the one that does. */
  private static int unseenBy(long[] snapshots, long sequence) {
    int at = Arrays.binarySearch(snapshots, sequence);
    return at >= 0 ? at : -at - 1;
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

  private record Fragment(Slice start, Slice end, int cover) {}
}
