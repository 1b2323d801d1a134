package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.cursor.PointResult;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.key.SequenceNumber;
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
  private final Idle<Scan> scans;
  private final Idle<PointResult> results = new Idle<>(PointResult::new);

  Reader(TableSource files, LongSupplier clock, Health health, Statistics statistics) {
    this.files = files;
    this.clock = clock;
    this.health = health;
    this.statistics = statistics;
    this.scans = new Idle<>(() -> new Scan(files, statistics));
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
        if (mayHold(file, reader, table, key) && reader.get(key, snapshot, into)) {
          return visible(table, into, deletedUpTo);
        }
      }
      if (deletedUpTo > 0) {
        return false;
      }
    }
    return false;
  }

  /**
   * Whether {@code key} was put or deleted, alone or in a range, behind {@code sequence}, which
   * must be held as a snapshot.
   */
  boolean changedSince(ReadView view, TableDescriptor table, Slice key, long sequence)
      throws IOException {
    PointResult newest = results.take();
    try (newest) {
      for (Generation generation : view.generations()) {
        Generation.Part part = generation.part(table.id());
        if (part != null) {
          if (part.tombstones().coveringSequence(key, SequenceNumber.MAX) > sequence) {
            return true;
          }
          if (part.rows().get(key, SequenceNumber.MAX, newest)) {
            return newest.sequence() > sequence;
          }
        }
      }
      TableState state = view.table(table.id());
      return state != null && changedSince(state, table, key, sequence, newest);
    } finally {
      results.give(newest);
    }
  }

  private boolean changedSince(
      TableState state, TableDescriptor table, Slice key, long sequence, PointResult newest)
      throws IOException {
    for (Run run : state.runs()) {
      List<FileMetadata> runFiles = run.files();
      for (int at = run.firstNotBelow(key);
          at < runFiles.size() && runFiles.get(at).smallestKey().compareTo(key) <= 0;
          at++) {
        FileMetadata file = runFiles.get(at);
        if (file.largestSequence() <= sequence) {
          continue; // it tells nothing of what came later
        }
        TableReader reader = files.reader(file);
        if (reader.rangeTombstones().coveringSequence(key, SequenceNumber.MAX) > sequence) {
          return true;
        }
        if (mayHold(file, reader, table, key) && reader.get(key, SequenceNumber.MAX, newest)) {
          return newest.sequence() > sequence;
        }
      }
    }
    return false;
  }

  /** A result with nothing in it, for one read, after which it is {@link #giveBack given back}. */
  PointResult idleResult() {
    return results.take();
  }

  /** Takes over a result that is closed. */
  void giveBack(PointResult result) {
    results.give(result);
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
    Scan scan = scans.take();
    try {
      scan.open(view, table, options.bounds(), snapshot, expiredUpToMillis(table));
    } catch (Throwable e) {
      scan.close();
      throw e;
    }
    return new DbCursor(health, view, scan, scans);
  }

  /**
   * Whether the key's suffix lies inside those of the file: that is asked in less time than its
   * filter.
   */
  private static boolean mayHold(
      FileMetadata file, TableReader reader, TableDescriptor table, Slice key) {
    PrefixExtractor extractor = table.options().prefix();
    if (!reader.groupedBy(extractor)) {
      return true;
    }
    int prefix = extractor.prefixLength(key);
    return order(file.smallestSuffix(), key, prefix) <= 0
        && order(file.largestSuffix(), key, prefix) >= 0;
  }

  private static int order(Slice suffix, Slice key, int prefixLength) {
    return Slice.compare(
        suffix.segment(),
        suffix.offset(),
        suffix.length(),
        key.segment(),
        key.offset() + prefixLength,
        key.length() - prefixLength);
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
