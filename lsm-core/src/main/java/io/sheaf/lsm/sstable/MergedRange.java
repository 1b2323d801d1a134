package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.RangeTombstone;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What merges have replaced: of the keys from {@code from} (inclusive) to {@code to} (exclusive),
 * all that was written up to {@code sequence} and can still be seen is in the SSTable that says so.
 * A key of them that is not there was deleted, and its rows that have given up their sequence
 * numbers were written up to then.
 *
 * <p>A merge into the oldest run finds that out, as far as no newer run has older rows among its
 * keys, and says it; later merges carry it on. A row gives up its number only where that is said.
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

  /** The parts of {@code ranges} from {@code lower} on and below {@code upper}. */
  public static List<MergedRange> between(
      List<MergedRange> ranges, @Nullable Slice lower, @Nullable Slice upper) {
    List<MergedRange> parts = new ArrayList<>();
    for (MergedRange range : ranges) {
      RangeTombstone part = range.asTombstone().between(lower, upper);
      if (part != null) {
        parts.add(new MergedRange(range.sequence(), part.start(), part.end()));
      }
    }
    return parts;
  }

  /** What hides, as a range delete does, the rows that the merge has replaced. */
  public RangeTombstone asTombstone() {
    return new RangeTombstone(from, to, sequence);
  }
}
