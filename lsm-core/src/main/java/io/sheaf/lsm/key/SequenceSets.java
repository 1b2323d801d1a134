package io.sheaf.lsm.key;

import java.util.Arrays;

/**
 * Sets of sequence numbers, each made from another by adding or removing one number. A set stays as
 * it is when another is made from it; the two share all but a path, so that a set costs room in
 * proportion to the logarithm of how many numbers there are.
 *
 * <p>A set is a binary tree over the numbers in rising order, without the branches that hold none;
 * it is named by its root. A number may be in a set more than once, and must be removed as often.
 *
 * <p><b>Thread safety.</b> None while sets are made; immutable afterwards.
 *
 * <p><b>Source.</b> Driscoll, Sarnak, Sleator, Tarjan, "Making data structures persistent", 1989
 * (path copying).
 */
final class SequenceSets {
  /** The set without numbers. */
  static final int EMPTY = 0;

  private final long[] numbers;
  private int[] left = new int[8];
  private int[] right = new int[8];
  private int[] counts = new int[8];
  private int nodes = 1;

  /**
   * Sets of some of these numbers.
   *
   * @param numbers rising, none twice; taken over
   */
  SequenceSets(long[] numbers) {
    this.numbers = numbers;
  }

  /** The set with {@code number} once more. */
  int with(int set, long number) {
    return changed(set, 0, numbers.length, rank(number), 1);
  }

  /** The set with {@code number}, which is in it, once less. */
  int without(int set, long number) {
    return changed(set, 0, numbers.length, rank(number), -1);
  }

  /** The highest number in the set that is not above {@code bound}; 0: there is none. */
  long highest(int set, long bound) {
    int at = Arrays.binarySearch(numbers, bound);
    int found = highest(set, 0, numbers.length, at >= 0 ? at + 1 : -at - 1);
    return found < 0 ? 0 : numbers[found];
  }

  /** Nodes of all trees: what the sets cost. */
  int nodes() {
    return nodes;
  }

  private int rank(long number) {
    int rank = Arrays.binarySearch(numbers, number);
    assert rank >= 0 : number + " is none of the numbers";
    return rank;
  }

  /** The tree over the ranks {@code from} (inclusive) to {@code to} (exclusive) with a change. */
  private int changed(int node, int from, int to, int rank, int more) {
    int count = counts[node] + more;
    assert count >= 0 : "removed more often than added";
    if (count == 0) {
      return EMPTY;
    }
    int newLeft = left[node];
    int newRight = right[node];
    if (to - from > 1) {
      int middle = (from + to) >>> 1;
      if (rank < middle) {
        newLeft = changed(newLeft, from, middle, rank, more);
      } else {
        newRight = changed(newRight, middle, to, rank, more);
      }
    }
    return node(newLeft, newRight, count);
  }

  private int node(int leftChild, int rightChild, int count) {
    if (nodes == counts.length) {
      left = Arrays.copyOf(left, 2 * nodes);
      right = Arrays.copyOf(right, 2 * nodes);
      counts = Arrays.copyOf(counts, 2 * nodes);
    }
    left[nodes] = leftChild;
    right[nodes] = rightChild;
    counts[nodes] = count;
    return nodes++;
  }

  /** The highest rank in the tree below {@code bound}; -1: there is none. */
  private int highest(int node, int from, int to, int bound) {
    if (node == EMPTY || from >= bound) {
      return -1;
    }
    if (to - from == 1) {
      return from;
    }
    int middle = (from + to) >>> 1;
    int found = highest(right[node], middle, to, bound);
    return found >= 0 ? found : highest(left[node], from, middle, bound);
  }
}
