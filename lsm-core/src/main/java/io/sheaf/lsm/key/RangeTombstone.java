package io.sheaf.lsm.key;

import io.sheaf.lsm.coding.Slice;

/**
 * Deletes all keys from {@code start} (inclusive) to {@code end} (exclusive) that were written with
 * a sequence number below {@code sequence}.
 *
 * <p><b>Ownership.</b> The arrays belong to the record and are not changed.
 */
public record RangeTombstone(byte[] start, byte[] end, long sequence) {
  /** Checks that the range is not empty. */
  public RangeTombstone {
    if (Slice.of(start).compareTo(Slice.of(end)) >= 0) {
      throw new IllegalArgumentException(
          "range delete from " + Slice.of(start) + " to " + Slice.of(end) + " is empty");
    }
  }
}
