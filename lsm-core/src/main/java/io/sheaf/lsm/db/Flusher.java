package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.RunBuilder;
import io.sheaf.lsm.compact.SideBySide;
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
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Minor compaction: writes a generation of memtables to SSTables and value files, one new run for
 * each table, and makes them part of the store by one edit. A large memtable is cut into key ranges
 * that are written side by side.
 *
 * <p><b>Thread safety.</b> One flush at a time; {@link #progress} may be asked by any thread.
 */
final class Flusher {
  /** Of files that no version will ever have. */
  private static final long NO_RUN = 0;

  private static final long NO_LOG = -1;

  /** A part of a memtable below this is not worth a thread of its own. */
  private static final long LEAST_RANGE_BYTES = 4L << 20;

  /** Share of the time of a flush that goes to reading and packing rows; the rest makes durable. */
  private static final double PACKING_SHARE = 0.9;

  /** Makes the builders of the run that these rows become, one for each range of keys. */
  @FunctionalInterface
  interface RunBuilders {
    Supplier<RunBuilder> prepare(TableDescriptor table, MemTable rows) throws IOException;
  }

  private final RunBuilders builders;
  private final Consumer<VersionEdit> discard;
  private final Supplier<Map<Integer, TableDescriptor>> tables;
  private final Supplier<long[]> snapshots;
  private final LongSupplier runIds;
  private final int threads;
  private final Statistics statistics;
  private volatile long logToFlush = NO_LOG;
  private volatile long rowsToFlush;
  private final AtomicLong rowsFlushed = new AtomicLong();

  /**
   * A flusher.
   *
   * @param discard deletes the files of an edit that is not applied
   */
  Flusher(
      RunBuilders builders,
      Consumer<VersionEdit> discard,
      Supplier<Map<Integer, TableDescriptor>> tables,
      Supplier<long[]> snapshots,
      LongSupplier runIds,
      int threads,
      Statistics statistics) {
    this.builders = builders;
    this.discard = discard;
    this.tables = tables;
    this.snapshots = snapshots;
    this.runIds = runIds;
    this.threads = threads;
    this.statistics = statistics;
  }

  /**
   * About what share of the time it takes the flush of {@code generation} has taken, below 1; 0
   * before it has begun.
   */
  double progress(Generation generation) {
    long all = rowsToFlush;
    return generation.logNumber() != logToFlush || all == 0
        ? 0
        : PACKING_SHARE * rowsFlushed.get() / all;
  }

  /**
   * Writes {@code generation} and describes what came of it. When it throws, nothing is left
   * behind.
   *
   * @param nextLogNumber the oldest log that is still needed afterwards
   * @return the edit to be applied
   */
  VersionEdit flush(Generation generation, long nextLogNumber) throws IOException {
    long begin = System.nanoTime();
    rowsFlushed.set(0);
    rowsToFlush = generation.parts().stream().mapToLong(part -> part.rows().entries()).sum();
    logToFlush = generation.logNumber(); // last: until now it was another generation's progress
    List<VersionEdit.Change> changes = new ArrayList<>();
    try {
      for (Generation.Part part : generation.parts()) {
        TableDescriptor table = tables.get().get(part.table().id());
        if (table != null) { // else dropped since
          flush(part, table, changes);
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      logToFlush = NO_LOG;
      discard.accept(new VersionEdit(changes));
      throw e;
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
    Supplier<RunBuilder> builder = builders.prepare(table, part.rows());
    List<Slice> splits =
        part.rows().dataBytes() < LEAST_RANGE_BYTES * threads
            ? List.of()
            : part.rows().splitKeys(threads);
    List<FutureTask<RunBuilder.Result>> tasks = new ArrayList<>();
    for (int i = 0; i <= splits.size(); i++) {
      Slice lower = i == 0 ? null : splits.get(i - 1);
      Slice upper = i == splits.size() ? null : splits.get(i);
      RangeFlush range =
          new RangeFlush(part, tombstones, held, builder, lower, upper, rowsFlushed::addAndGet);
      tasks.add(new FutureTask<>(range::run));
    }
    List<RunBuilder.Result> results =
        SideBySide.run(
            tasks,
            "sheaf-flush-range-",
            lost -> changes.addAll(added(lost.result(), table, NO_RUN)));
    long run = runIds.getAsLong();
    for (RunBuilder.Result result : results) {
      changes.addAll(added(result, table, run));
      count(result);
    }
  }

  private static List<VersionEdit.Change> added(
      RunBuilder.Result result, TableDescriptor table, long run) {
    List<VersionEdit.Change> changes = new ArrayList<>();
    for (ValueFileMetadata file : result.valueFiles()) {
      changes.add(new VersionEdit.AddValueFile(file));
    }
    for (FileMetadata file : result.files()) {
      changes.add(new VersionEdit.AddFile(table.id(), run, file));
    }
    return changes;
  }

  private void count(RunBuilder.Result result) {
    statistics.add(Counter.FLUSH_KEY_BYTES, result.keyFileBytes());
    statistics.add(Counter.FLUSH_VALUE_BYTES, result.valueFileBytes());
    statistics.add(Counter.FLUSH_ROWS, result.rows());
    statistics.add(Counter.FLUSH_SEPARATED_ROWS, result.separatedRows());
    statistics.add(Counter.FLUSH_RAW_VALUE_BYTES, result.rawValueBytes());
    statistics.add(Counter.FLUSH_RAW_SEPARATED_BYTES, result.rawSeparatedBytes());
  }
}
