package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.MergingCursor;
import io.sheaf.lsm.cursor.PointResult;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.cursor.SnapshotCursor;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.sstable.RunCursor;
import io.sheaf.lsm.sstable.TableReader;
import io.sheaf.lsm.sstable.TableSource;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The path of reads: memtables from the newest on, then runs from the newest on.
 *
 * <p>A layer holds only newer entries of a key than the layers behind it, so a point read ends at
 * the first layer that knows the key, or that a range tombstone covers it in.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class Reader {
  private final TableSource files;
  private final LongSupplier clock;
  private final Health health;
  private final Statistics statistics;

  Reader(TableSource files, LongSupplier clock, Health health, Statistics statistics) {
    this.files = files;
    this.clock = clock;
    this.health = health;
    this.statistics = statistics;
  }

  /**
   * Finds the value of {@code key} as of {@code snapshot}.
   *
   * @return whether there is one; {@code into} holds it then, valid as long as {@code view}
   */
  boolean get(ReadView view, TableDescriptor table, Slice key, long snapshot, PointResult into)
      throws IOException {
    statistics.increment(Counter.GETS);
    long deletedUpTo = 0;
    List<Generation> generations = view.generations();
    for (int i = 0; i < generations.size(); i++) {
      Generation.Part part = generations.get(i).part(table.id());
      if (part != null) {
        deletedUpTo = part.tombstones().coveringSequence(key, snapshot);
        if (part.rows().get(key, snapshot, into)) {
          return visible(table, into, deletedUpTo);
        }
        if (deletedUpTo > 0) {
          return false;
        }
      }
    }
    TableState state = view.table(table.id());
    if (state == null) {
      return false;
    }
    List<Run> runs = state.runs();
    for (int i = 0; i < runs.size(); i++) {
      Run run = runs.get(i);
      List<FileMetadata> runFiles = run.files();
      for (int at = run.firstNotBelow(key);
          at < runFiles.size() && runFiles.get(at).smallestKey().compareTo(key) <= 0;
          at++) {
        FileMetadata file = runFiles.get(at);
        TableReader reader = files.reader(file);
        if (file.rangeDeletes() > 0) {
          deletedUpTo =
              Math.max(deletedUpTo, reader.rangeTombstones().coveringSequence(key, snapshot));
        }
        if (reader.get(key, snapshot, into)) {
          return visible(table, into, deletedUpTo);
        }
      }
      if (deletedUpTo > 0) {
        return false;
      }
    }
    return false;
  }

  /** Values of {@code keys}, looked up in key order, so that keys of one block share it. */
  List<byte @Nullable []> multiGet(
      ReadView view, TableDescriptor table, List<byte[]> keys, long snapshot) throws IOException {
    Integer[] order = new Integer[keys.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Arrays.compareUnsigned(keys.get(a), keys.get(b)));
    List<byte @Nullable []> values = new ArrayList<byte @Nullable []>();
    for (int i = 0; i < keys.size(); i++) {
      values.add(null);
    }
    Slice key = new Slice();
    try (PointResult result = new PointResult()) {
      for (int i : order) {
        if (get(view, table, key.set(keys.get(i)), snapshot, result)) {
          values.set(i, result.value().toByteArray());
        }
        result.clear();
      }
    }
    return values;
  }

  /** A cursor that takes {@code view} over. */
  Cursor cursor(ReadView view, TableDescriptor table, CursorOptions options, long snapshot)
      throws IOException {
    ScanBounds bounds = options.bounds();
    PrefixExtractor extractor = table.options().prefix();
    Slice group = group(bounds, extractor);
    List<InternalCursor> layers = new ArrayList<>();
    List<RangeTombstones> tombstones = new ArrayList<>();
    for (Generation generation : view.generations()) {
      Generation.Part part = generation.part(table.id());
      if (part != null) {
        layers.add(part.rows().cursor(bounds));
        tombstones.addAll(part.tombstones().sets());
      }
    }
    TableState state = view.table(table.id());
    if (state != null) {
      for (Run run : state.runs()) {
        layers.add(new RunCursor(run, files, extractor, bounds, group, statistics));
        addTombstones(run, bounds, tombstones);
      }
    }
    InternalCursor merged = new MergingCursor(layers, bounds.reverse());
    return new DbCursor(
        health,
        view,
        new SnapshotCursor(merged, bounds, snapshot, tombstones, expiredUpToMillis(table)));
  }

  private void addTombstones(Run run, ScanBounds bounds, List<RangeTombstones> into)
      throws IOException {
    Slice upper = bounds.upper();
    int first = bounds.lower() == null ? 0 : run.firstNotBelow(bounds.lower());
    for (FileMetadata file : run.files().subList(first, run.files().size())) {
      if (upper != null && file.smallestKey().compareTo(upper) >= 0) {
        break;
      }
      if (file.rangeDeletes() > 0) {
        into.add(files.reader(file).rangeTombstones());
      }
    }
  }

  /** The prefix that all keys inside the bounds share by the rule of the table; null: none. */
  static @Nullable Slice group(ScanBounds bounds, PrefixExtractor extractor) {
    Slice lower = bounds.lower();
    Slice upper = bounds.upper();
    if (lower == null || lower.isEmpty()) {
      return null;
    }
    int length = extractor.prefixLength(lower);
    byte[] prefix = new Slice().set(lower, 0, length).toByteArray();
    byte[] end = CursorOptions.successor(prefix);
    boolean inside = end == null || (upper != null && upper.compareTo(Slice.of(end)) <= 0);
    // a key that stops short of a whole prefix has no group behind it
    boolean whole = extractor.prefixLength(Slice.of(Arrays.copyOf(prefix, length + 1))) == length;
    return inside && whole ? Slice.of(prefix) : null;
  }

  private boolean visible(TableDescriptor table, PointResult found, long deletedUpTo) {
    return found.kind() == EntryKind.PUT
        && found.sequence() >= deletedUpTo
        && (found.timeMillis() == 0 || found.timeMillis() > expiredUpToMillis(table));
  }

  private long expiredUpToMillis(TableDescriptor table) {
    return table.options().expires()
        ? Math.max(0, clock.getAsLong() - table.options().ttlMillis())
        : 0;
  }
}
