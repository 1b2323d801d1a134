package io.sheaf.grouping;

import io.sheaf.lsm.coding.Slice;

/**
 * Goes from group to group in the order of their prefixes, either way: merges the two lists of a
 * {@link GroupOrder.View}. Groups made after the walk was positioned may be missing from it.
 *
 * <p><b>Thread safety.</b> One thread.
 */
final class GroupWalk {
  private final Groups groups;
  private final GroupOrder order;
  private final boolean reverse;

  private GroupOrder.View view;
  private int large;
  private int small;

  GroupWalk(Groups groups, GroupOrder order, boolean reverse) {
    this.groups = groups;
    this.order = order;
    this.reverse = reverse;
    this.view = order.current();
  }

  /** Positions before the first group of the direction. */
  void toStart() {
    view = order.current();
    large = reverse ? view.large().length - 1 : 0;
    small = reverse ? view.small().length - 1 : 0;
  }

  /** Positions behind {@code prefix}, in the direction, whether or not it has a group. */
  void toBehind(Slice prefix) {
    view = order.current();
    large = behind(view.large(), prefix);
    small = behind(view.small(), prefix);
  }

  /** The next group in the direction; 0: none. */
  int next() {
    int fromLarge = at(view.large(), large);
    int fromSmall = at(view.small(), small);
    int step = reverse ? -1 : 1;
    if (fromLarge == 0 && fromSmall == 0) {
      return 0;
    }
    if (fromSmall == 0
        || (fromLarge != 0 && groups.comparePrefixes(fromLarge, fromSmall) < 0 != reverse)) {
      large += step;
      return fromLarge;
    }
    small += step;
    return fromSmall;
  }

  private static int at(int[] list, int index) {
    return index >= 0 && index < list.length ? list[index] : 0;
  }

  /** The index of the first group behind {@code prefix} in the direction. */
  private int behind(int[] list, Slice prefix) {
    int low = 0;
    int high = list.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      int compared = groups.comparePrefix(list[middle], prefix, prefix.length());
      if (compared < 0 || (compared == 0 && !reverse)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return reverse ? low - 1 : low;
  }
}
