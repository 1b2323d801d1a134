package io.sheaf.lsm.key;

import io.sheaf.lsm.coding.Slice;

/**
 * Deletes all keys from {@code start} (inclusive) to {@code end} (exclusive) that were written with
 * a sequence number below {@code sequence}.
 *
 * <p><b>Ownership.</b> The slices belong to the record, lie on the heap and are never re-pointed.
 */
public record RangeTombstone(Slice start, Slice end, long sequence) {
  /** Checks that the range is not empty. */
  public RangeTombstone {
    if (start.compareTo(end) >= 0) {
      throw new IllegalArgumentException("range delete from " + start + " to " + end + " is empty");
    }
  }
}
