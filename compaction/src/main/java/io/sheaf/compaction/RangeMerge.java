package io.sheaf.compaction;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.CompactionHost;
import io.sheaf.lsm.compact.RetentionCursor;
import io.sheaf.lsm.compact.RunBuilder;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.sstable.MergedRange;
import io.sheaf.lsm.sstable.RunCursor;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.version.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The part of a merge between two keys: reads the inputs in order, keeps what readers can still
 * see, writes the new files and makes them durable. They belong to no version yet.
 *
 * <p><b>Thread safety.</b> One thread.
 */
final class RangeMerge {
  /** Rows between two looks at the limiter and the flag. */
  private static final int LOOK_ROWS = 1 << 10;

  private final CompactionHost host;
  private final Compaction.Merge merge;
  private final RateLimiter limiter;
  private final BooleanSupplier hurried;
  private final BooleanSupplier cancelled;

  RangeMerge(
      CompactionHost host,
      Compaction.Merge merge,
      RateLimiter limiter,
      BooleanSupplier hurried,
      BooleanSupplier cancelled) {
    this.host = host;
    this.merge = merge;
    this.limiter = limiter;
    this.hurried = hurried;
    this.cancelled = cancelled;
  }

  /** What was written, and how many entries were read and dropped on the way. */
  record Outcome(RunBuilder.Result written, long rows, long dropped) {}

  /**
   * What all parts of a merge share.
   *
   * @param tombstones of all inputs
   * @param snapshots sequence numbers that readers hold, rising
   * @param expiredUpToMillis rows written at or before this time have expired; 0: none has
   * @param merged what the merge replaces
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Retention(
      RangeTombstones tombstones,
      long[] snapshots,
      long expiredUpToMillis,
      List<MergedRange> merged) {}

  /**
   * Merges the keys from {@code lower} (inclusive; null: the first) to {@code upper} (exclusive;
   * null: the last).
   *
   * @throws CancellationException when it was cancelled; nothing is left behind
   */
  Outcome run(Retention retention, @Nullable Slice lower, @Nullable Slice upper)
      throws IOException {
    List<MergedRange> merged = MergedRange.between(retention.merged(), lower, upper);
    try (RetentionCursor entries =
            new RetentionCursor(
                open(lower, upper),
                retention.tombstones(),
                retention.snapshots(),
                merge.oldestRun(),
                retention.expiredUpToMillis(),
                merged);
        RunBuilder builder =
            host.newRunBuilder(merge.table(), merge.outputLevel(), merge.oldestRun())) {
      builder.evacuate(merge.evacuated());
      builder.setMerged(merged);
      for (RangeTombstone tombstone :
          TombstoneRetention.needed(
              retention.tombstones(), retention.snapshots(), merge.oldestRun(), lower, upper)) {
        builder.addRangeTombstone(tombstone);
      }
      long paidBytes = 0;
      int row = 0;
      while (entries.next()) {
        if (upper != null && entries.entry().key().compareTo(upper) >= 0) {
          break;
        }
        builder.add(entries.entry(), entries.sequence());
        if (++row == LOOK_ROWS) {
          row = 0;
          paidBytes = pay(builder, paidBytes);
        }
      }
      paidBytes = pay(builder, paidBytes);
      RunBuilder.Result result = builder.finish();
      limiter.charge(result.keyFileBytes() + result.valueFileBytes() - paidBytes);
      return new Outcome(result, entries.rows(), entries.dropped());
    }
  }

  /** Waits until what was written may have been written; returns how much that is, in bytes. */
  private long pay(RunBuilder builder, long paidBytes) {
    long written = builder.bytesWritten();
    limiter.acquire(written - paidBytes, () -> hurried.getAsBoolean() || cancelled.getAsBoolean());
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("compaction of table '" + merge.table().name() + "'");
    }
    return written;
  }

  private List<InternalCursor> open(@Nullable Slice lower, @Nullable Slice upper) {
    ScanBounds bounds =
        new ScanBounds(ScanBounds.Direction.FORWARD, lower, upper, ScanBounds.UNLIMITED, false);
    Statistics uncounted = new Statistics(); // ReadDebt is for what users read
    List<InternalCursor> cursors = new ArrayList<>();
    for (InputRun input : merge.inputs()) {
      cursors.add(
          new RunCursor(
              new Run(input.runId(), input.files()),
              host::reader,
              merge.table().options().prefix(),
              bounds,
              null,
              uncounted));
    }
    return cursors;
  }
}
