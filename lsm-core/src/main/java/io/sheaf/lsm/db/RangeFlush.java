package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.RetentionCursor;
import io.sheaf.lsm.compact.RunBuilder;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.key.RangeTombstones;
import java.io.IOException;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The part of a flush between two keys: writes what one table has there in a memtable to SSTables
 * and value files, and makes them durable. They belong to no version yet.
 *
 * @param part the table's memtable
 * @param tombstones of the memtable
 * @param snapshots sequence numbers that readers hold, rising
 * @param builders makes the builder of the files
 * @param lower first key, inclusive; null: from the first
 * @param upper last key, exclusive; null: to the last
 * @param flushed is told how many rows more were read
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record RangeFlush(
    Generation.Part part,
    RangeTombstones tombstones,
    long[] snapshots,
    Supplier<RunBuilder> builders,
    @Nullable Slice lower,
    @Nullable Slice upper,
    LongConsumer flushed) {
  private static final int LOOK_ROWS = 1 << 10;

  RunBuilder.Result run() throws IOException {
    ScanBounds bounds =
        new ScanBounds(ScanBounds.Direction.FORWARD, lower, upper, ScanBounds.UNLIMITED, false);
    try (RunBuilder builder = builders.get();
        RetentionCursor survivors =
            new RetentionCursor(
                List.of(part.rows().cursor(bounds)), tombstones, snapshots, false, 0)) {
      for (RangeTombstone tombstone : tombstones.fragments(snapshots)) {
        RangeTombstone inside = tombstone.between(lower, upper);
        if (inside != null) {
          builder.addRangeTombstone(inside);
        }
      }
      long told = 0;
      while (survivors.next()) {
        if (bounds.past(survivors.entry().key())) {
          break;
        }
        builder.add(survivors.entry(), survivors.sequence());
        if (survivors.rows() - told >= LOOK_ROWS) {
          flushed.accept(survivors.rows() - told);
          told = survivors.rows();
        }
      }
      flushed.accept(survivors.rows() - told);
      return builder.finish();
    }
  }
}
