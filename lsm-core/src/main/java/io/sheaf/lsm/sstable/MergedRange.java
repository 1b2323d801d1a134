package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.RangeTombstone;
import org.jspecify.annotations.Nullable;

/**
 * What a merge into the oldest run says of its place: of the keys from {@code from} (inclusive) to
 * {@code to} (exclusive), all that was written up to {@code sequence} and can still be seen is in
 * the files of this range. Its rows with sequence number 0 are of that time, and a key that is not
 * there was deleted.
 *
 * <p>An open store knows that from the order of its runs. Who rebuilds a store without a manifest
 * may find files that the merge has replaced, and tells by this that they are.
 *
 * <p><b>Ownership.</b> The slices belong to the record, lie on the heap and are never re-pointed.
 *
 * @param sequence above 0
 */
public record MergedRange(long sequence, Slice from, Slice to) {
  /** Checks that the range is not empty. */
  public MergedRange {
    if (sequence < 1 || from.compareTo(to) >= 0) {
      throw new IllegalArgumentException(
          "merged up to " + sequence + " from " + from + " to " + to);
    }
  }

  /** The part of it from {@code lower} on and below {@code upper}; null: there is none. */
  public @Nullable MergedRange between(@Nullable Slice lower, @Nullable Slice upper) {
    RangeTombstone part = asTombstone().between(lower, upper);
    return part == null ? null : new MergedRange(sequence, part.start(), part.end());
  }

  /** What hides, as a range delete does, the rows that the merge has replaced. */
  public RangeTombstone asTombstone() {
    return new RangeTombstone(from, to, sequence);
  }
}
