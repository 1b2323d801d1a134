package io.sheaf.lsm.key;

import io.sheaf.lsm.coding.Slice;
import org.jspecify.annotations.Nullable;

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

  /**
   * The part of it between two keys; null: there is none.
   *
   * @param lower inclusive; null: from the first key
   * @param upper exclusive; null: to the last key
   */
  public @Nullable RangeTombstone between(@Nullable Slice lower, @Nullable Slice upper) {
    Slice from = lower != null && start.compareTo(lower) < 0 ? lower : start;
    Slice to = upper != null && end.compareTo(upper) > 0 ? upper : end;
    return from.compareTo(to) < 0 ? new RangeTombstone(from, to, sequence) : null;
  }
}
