package io.sheaf.lsm.cache;

/**
 * Remembers which blocks were asked for lately, so that a cache can tell one that is asked for
 * again from the many that are asked for once.
 *
 * <p>A table of marks of 16 bits, in rows of a few; a hash says which row and which mark. In its
 * row the newest mark stands first and pushes the oldest out, so that the table forgets by itself.
 * Rows of one place would not do: two blocks that meet there, and are asked for in turns, would
 * never be known. About once in sixteen thousand times it takes a block for another; those whose
 * mark is 0, one in 65,536, are known from the beginning.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads; marks that are set at the same time may
 * be lost, and their blocks taken for new once more.
 *
 * <p><b>Source.</b> Einziger, Friedman, Manes, "TinyLFU: A Highly Efficient Cache Admission
 * Policy", 2017, section 3.4.2.
 */
final class Doorkeeper {
  private static final int ROW_MARKS = 4;
  private static final int LEAST_ROWS = 1 << 8;
  private static final int MOST_ROWS = 1 << 22;

  private final short[] marks;

  /** Remembers about {@code blocks} blocks, at most 16 million. */
  Doorkeeper(long blocks) {
    int rows = Math.clamp(blocks / ROW_MARKS, LEAST_ROWS, MOST_ROWS);
    this.marks = new short[Integer.highestOneBit(2 * rows - 1) * ROW_MARKS];
  }

  /**
   * Whether a block was asked for lately; from now on it was.
   *
   * @param hash of the block, whose upper and lower half tell blocks apart each
   */
  boolean knows(long hash) {
    int row = (int) (hash >>> 32) * ROW_MARKS & (marks.length - 1);
    short mark = (short) hash;
    for (int i = row; i < row + ROW_MARKS; i++) {
      if (marks[i] == mark) {
        return true;
      }
    }
    System.arraycopy(marks, row, marks, row + 1, ROW_MARKS - 1);
    marks[row] = mark;
    return false;
  }
}
