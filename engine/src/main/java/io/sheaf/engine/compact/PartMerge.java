package io.sheaf.engine.compact;

import io.sheaf.engine.inspect.ReadableRow;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.RetentionCursor;
import io.sheaf.lsm.compact.RunBuilder;
import io.sheaf.lsm.cursor.Entry;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.ScanBounds;
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
 * Merges one range of a table's keys, from all its runs, into new files. Every value is read and
 * written anew, so that the blocks of a group lie behind one another.
 *
 * <p><b>Thread safety.</b> One thread.
 */
final class PartMerge {
  /** Rows between two looks at who wants to stop. */
  private static final int LOOK_ROWS = 1 << 10;

  private final TablePlan plan;
  private final SourceFiles source;
  private final TableShared shared;
  private final CompactionProgress progress;
  private final BooleanSupplier stopped;

  /**
   * What all parts of a table have in common.
   *
   * @param tombstones range deletes of all its files
   * @param merged what the new files replace
   * @param expiredUpToMillis rows written at or before this time have expired; 0: none has
   */
  record TableShared(
      RangeTombstones tombstones, List<MergedRange> merged, long expiredUpToMillis) {}

  PartMerge(
      TablePlan plan,
      SourceFiles source,
      TableShared shared,
      CompactionProgress progress,
      BooleanSupplier stopped) {
    this.plan = plan;
    this.source = source;
    this.shared = shared;
    this.progress = progress;
    this.stopped = stopped;
  }

  /**
   * Merges the keys from {@code lower} (inclusive; null: the first) to {@code upper} (exclusive;
   * null: the last) into {@code builder}, and completes it.
   *
   * @throws CancellationException when it is to stop; the builder is not complete then
   */
  RunBuilder.Result run(RunBuilder builder, @Nullable Slice lower, @Nullable Slice upper)
      throws IOException {
    List<MergedRange> merged = MergedRange.between(shared.merged(), lower, upper);
    builder.setMerged(merged);
    try (RetentionCursor rows =
        new RetentionCursor(
            inputs(lower, upper),
            shared.tombstones(),
            new long[0],
            true,
            shared.expiredUpToMillis(),
            merged)) {
      int count = 0;
      long bytes = 0;
      while (rows.next()) {
        Entry row = rows.entry();
        if (upper != null && row.key().compareTo(upper) >= 0) {
          break;
        }
        bytes += row.key().length() + row.valueLength();
        builder.add(new ReadableRow(row), rows.sequence());
        if (++count == LOOK_ROWS) {
          progress.read(bytes);
          count = 0;
          bytes = 0;
          if (stopped.getAsBoolean()) {
            throw new CancellationException("the compaction of " + plan.after().name());
          }
        }
      }
      progress.read(bytes);
    }
    return builder.finish();
  }

  private List<InternalCursor> inputs(@Nullable Slice lower, @Nullable Slice upper) {
    ScanBounds bounds =
        new ScanBounds(ScanBounds.Direction.FORWARD, lower, upper, ScanBounds.UNLIMITED, false);
    Statistics uncounted = new Statistics();
    List<InternalCursor> inputs = new ArrayList<>();
    for (Run run : plan.merged()) {
      inputs.add(
          new RunCursor(
              run,
              source::reader,
              plan.before().descriptor().options().prefix(),
              bounds,
              null,
              uncounted));
    }
    return inputs;
  }
}
