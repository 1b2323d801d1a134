package io.sheaf.grouping;

import io.sheaf.lsm.coding.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The order of the groups of a {@link GroupedMemTable} by prefix, kept aside: nothing is sorted
 * when a group is made, but when a reader goes from one group to the next. Most reads stay in one
 * group and never ask; the flush asks once.
 *
 * <p>A {@link View} is two sorted lists of groups, a large and a small one. Who finds groups that
 * no view covers yet sorts those, merges them into the small list, that one into the large when it
 * has outgrown about twice the root of it, and offers the view to the others. So the cost of a
 * reader that comes after each new group is a copy of the small list, and a large one is copied
 * seldom.
 *
 * <p>A view is never changed and lies on the heap, where the garbage collector knows when nobody
 * walks it any more: four bytes a group, and none before the first reader asks.
 *
 * <p><b>Thread safety.</b> Any number of threads; none waits for another. Two that come at once may
 * both sort; either's view is right.
 */
final class GroupOrder {
  private static final int SMALLEST_LIMIT = 1024;

  /** Groups looked at to find where to split. */
  private static final int SPLIT_SAMPLES = 1 << 14;

  private static final int[] NONE = {};

  private final Groups groups;
  private final AtomicReference<View> view = new AtomicReference<>(new View(0, NONE, NONE));

  /**
   * Groups in order.
   *
   * @param newest the newest group that is in it, with all older ones; 0: none is
   * @param large most groups, by prefix
   * @param small the others, by prefix
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record View(int newest, int[] large, int[] small) {}

  GroupOrder(Groups groups) {
    this.groups = groups;
  }

  /** Number of groups in the last view. */
  int size() {
    View seen = view.get();
    return seen.large.length + seen.small.length;
  }

  /** Lets go of all lists. */
  void clear() {
    view.set(new View(0, NONE, NONE));
  }

  /** A view of all groups that there are now. */
  View current() {
    View seen = view.get();
    int newest = groups.newest();
    if (newest == seen.newest) {
      return seen;
    }
    View added = with(seen, sorted(newest, seen.newest), newest);
    // Another reader may have been faster; both views cover what was there when their readers came.
    view.compareAndSet(seen, added);
    return added;
  }

  /** Prefixes that cut the rows into {@code parts} of about the same number, by a sample. */
  List<Slice> splits(int parts) {
    View seen = current();
    int[] sampled = seen.large.length >= seen.small.length ? seen.large : seen.small;
    int step = Math.max(1, sampled.length / SPLIT_SAMPLES);
    long all = 0;
    for (int i = 0; i < sampled.length; i += step) {
      all += Groups.rows(groups.state(sampled[i]));
    }
    List<Slice> splits = new ArrayList<>();
    long before = 0;
    for (int i = 0; i < sampled.length && splits.size() < parts - 1; i += step) {
      if (i > 0 && before >= all * (splits.size() + 1) / parts) {
        Slice prefix = new Slice();
        groups.prefix(sampled[i], prefix);
        splits.add(Slice.copyOf(prefix));
      }
      before += Groups.rows(groups.state(sampled[i]));
    }
    return splits;
  }

  private View with(View seen, int[] fresh, int newest) {
    long smallLimit = Math.max(SMALLEST_LIMIT, 2 * (long) Math.sqrt(seen.large.length));
    int[] small = merged(seen.small, fresh);
    return small.length <= smallLimit
        ? new View(newest, seen.large, small)
        : new View(newest, merged(seen.large, small), NONE);
  }

  /** The groups from {@code newest} back to before {@code covered}, by prefix. */
  private int[] sorted(int newest, int covered) {
    int[] found = new int[64];
    int count = 0;
    for (int group = newest; group != covered; group = groups.older(group)) {
      if (count == found.length) {
        found = Arrays.copyOf(found, count * 2);
      }
      found[count++] = group;
    }
    found = Arrays.copyOf(found, count);
    long[] heads = new long[count];
    for (int i = 0; i < count; i++) {
      heads[i] = groups.prefixHead(found[i]);
    }
    mergeSort(heads, found, new long[count], new int[count], 0, count);
    return found;
  }

  /** Sorts {@code [from, to)}; the heads save a look at the groups where they differ. */
  private void mergeSort(
      long[] heads, int[] sorted, long[] spareHeads, int[] spare, int from, int to) {
    if (to - from <= 8) {
      insertionSort(heads, sorted, from, to);
      return;
    }
    int middle = (from + to) >>> 1;
    mergeSort(heads, sorted, spareHeads, spare, from, middle);
    mergeSort(heads, sorted, spareHeads, spare, middle, to);
    if (!before(heads[middle], sorted[middle], heads[middle - 1], sorted[middle - 1])) {
      return;
    }
    int half = middle - from;
    System.arraycopy(heads, from, spareHeads, 0, half);
    System.arraycopy(sorted, from, spare, 0, half);
    int left = 0;
    int right = middle;
    for (int out = from; left < half; out++) {
      if (right < to && before(heads[right], sorted[right], spareHeads[left], spare[left])) {
        heads[out] = heads[right];
        sorted[out] = sorted[right++];
      } else {
        heads[out] = spareHeads[left];
        sorted[out] = spare[left++];
      }
    }
  }

  private void insertionSort(long[] heads, int[] sorted, int from, int to) {
    for (int i = from + 1; i < to; i++) {
      long head = heads[i];
      int group = sorted[i];
      int at = i;
      for (; at > from && before(head, group, heads[at - 1], sorted[at - 1]); at--) {
        heads[at] = heads[at - 1];
        sorted[at] = sorted[at - 1];
      }
      heads[at] = head;
      sorted[at] = group;
    }
  }

  private boolean before(long aHead, int a, long bHead, int b) {
    return aHead == bHead
        ? groups.comparePrefixes(a, b) < 0
        : Long.compareUnsigned(aHead, bHead) < 0;
  }

  /** Merges two sorted lists; runs of one that fit between two of the other are copied at once. */
  private int[] merged(int[] many, int[] few) {
    if (many.length == 0 || few.length == 0) {
      return many.length == 0 ? few : many;
    }
    int[] merged = new int[many.length + few.length];
    int from = 0;
    int out = 0;
    for (int group : few) {
      int to = gallop(many, from, group);
      System.arraycopy(many, from, merged, out, to - from);
      out += to - from;
      merged[out++] = group;
      from = to;
    }
    System.arraycopy(many, from, merged, out, many.length - from);
    return merged;
  }

  /** The index, from {@code from} on, of the first group behind {@code group}. */
  private int gallop(int[] sorted, int from, int group) {
    int low = from;
    int step = 1;
    while (low + step <= sorted.length
        && groups.comparePrefixes(sorted[low + step - 1], group) < 0) {
      low += step;
      step *= 2;
    }
    int high = Math.min(sorted.length, low + step - 1);
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (groups.comparePrefixes(sorted[middle], group) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
