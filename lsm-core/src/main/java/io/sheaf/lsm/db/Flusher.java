package io.sheaf.lsm.db;

import io.sheaf.lsm.compact.RetentionCursor;
import io.sheaf.lsm.compact.RunBuilder;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.memtable.MemTable;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.VersionEdit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Minor compaction: writes a generation of memtables to SSTables and value files, one new run for
 * each table, and makes them part of the store by one edit.
 *
 * <p><b>Thread safety.</b> One flush at a time; {@link #progress} may be asked by any thread.
 */
final class Flusher {
  /** Makes the builder of the run that these rows become. */
  @FunctionalInterface
  interface RunBuilders {
    RunBuilder create(TableDescriptor table, MemTable rows) throws IOException;
  }

  private final RunBuilders builders;
  private final Supplier<Map<Integer, TableDescriptor>> tables;
  private final Supplier<long[]> snapshots;
  private final LongSupplier runIds;
  private final Statistics statistics;
  private volatile long rowsToFlush;
  private volatile long rowsFlushed;

  Flusher(
      RunBuilders builders,
      Supplier<Map<Integer, TableDescriptor>> tables,
      Supplier<long[]> snapshots,
      LongSupplier runIds,
      Statistics statistics) {
    this.builders = builders;
    this.tables = tables;
    this.snapshots = snapshots;
    this.runIds = runIds;
    this.statistics = statistics;
  }

  /** Share of the flush under way that is done, 0 to 1; 0 when none is. */
  double progress() {
    long all = rowsToFlush;
    return all == 0 ? 0 : (double) rowsFlushed / all;
  }

  /**
   * Writes {@code generation} and describes what came of it.
   *
   * @param nextLogNumber the oldest log that is still needed afterwards
   * @return the edit to be applied
   */
  VersionEdit flush(Generation generation, long nextLogNumber) throws IOException {
    long begin = System.nanoTime();
    rowsFlushed = 0;
    rowsToFlush = generation.parts().stream().mapToLong(part -> part.rows().entries()).sum();
    List<VersionEdit.Change> changes = new ArrayList<>();
    try {
      for (Generation.Part part : generation.parts()) {
        TableDescriptor table = tables.get().get(part.table().id());
        if (table != null) { // else dropped since
          flush(part, table, changes);
        }
      }
    } finally {
      rowsToFlush = 0;
    }
    changes.add(
        new VersionEdit.Flushed(
            nextLogNumber, generation.lastSequence(), generation.lastTimeMillis()));
    statistics.increment(Counter.FLUSHES);
    statistics.add(Counter.FLUSH_NANOS, System.nanoTime() - begin);
    return new VersionEdit(changes);
  }

  private void flush(Generation.Part part, TableDescriptor table, List<VersionEdit.Change> changes)
      throws IOException {
    RangeTombstones tombstones = part.tombstones().merged();
    long[] held = snapshots.get();
    RunBuilder.Result result;
    try (RunBuilder builder = builders.create(table, part.rows());
        RetentionCursor survivors =
            new RetentionCursor(
                List.of(part.rows().cursor(ScanBounds.all())), tombstones, held, false, 0)) {
      for (RangeTombstone tombstone : tombstones.fragments(held)) {
        builder.addRangeTombstone(tombstone);
      }
      long before = rowsFlushed;
      while (survivors.next()) {
        builder.add(survivors.entry(), survivors.sequence());
        if ((survivors.rows() & 1023) == 0) {
          rowsFlushed = before + survivors.rows();
        }
      }
      rowsFlushed = before + survivors.rows();
      result = builder.finish();
    }
    long run = runIds.getAsLong();
    for (ValueFileMetadata file : result.valueFiles()) {
      changes.add(new VersionEdit.AddValueFile(file));
    }
    for (FileMetadata file : result.files()) {
      changes.add(new VersionEdit.AddFile(table.id(), run, file));
    }
    statistics.add(Counter.FLUSH_KEY_BYTES, result.keyFileBytes());
    statistics.add(Counter.FLUSH_VALUE_BYTES, result.valueFileBytes());
    statistics.add(Counter.FLUSH_ROWS, result.rows());
    statistics.add(Counter.FLUSH_SEPARATED_ROWS, result.separatedRows());
    statistics.add(Counter.FLUSH_RAW_VALUE_BYTES, result.rawValueBytes());
    statistics.add(Counter.FLUSH_RAW_SEPARATED_BYTES, result.rawSeparatedBytes());
  }
}
