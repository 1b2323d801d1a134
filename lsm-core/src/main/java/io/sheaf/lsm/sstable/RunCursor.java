package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.DeferredCursor;
import io.sheaf.lsm.cursor.PlainRows;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one run: its files one after the other, each opened when the scan arrives there, and none
 * that cannot hold what the scan asks for.
 *
 * <p>Where the scan stays inside one group (its bounds share a prefix), a file is passed over when
 * its prefix filter says so or when no suffix of it lies inside the bounds, and the cursor first
 * stands on a bound made of the prefix and the file's first (in reverse: last) suffix. As ids rise
 * in time, the runs of an append-only group hardly overlap in suffixes: a merge that wants the
 * newest 50 rows never gets to the bounds of the older runs.
 *
 * <p><b>Thread safety.</b> One thread at a time. <b>Ownership.</b> Closes the file cursors it
 * opens; the readers belong to the {@link TableSource}. One that is closed may be opened again and
 * then makes little garbage.
 */
public final class RunCursor implements DeferredCursor {
  private static final ScanBounds ALL = ScanBounds.all();

  private final TableSource tables;
  private final Statistics statistics;
  private final Slice target = new Slice();
  private final Slice bound = new Slice();
  private byte[] targetBytes = new byte[64];
  private MemorySegment targetSegment = MemorySegment.ofArray(targetBytes);
  private byte[] boundBytes = new byte[64];
  private MemorySegment boundSegment = MemorySegment.ofArray(boundBytes);
  private List<FileMetadata> files = List.of();
  private PrefixExtractor extractor = PrefixExtractor.WHOLE_KEY;
  private ScanBounds bounds = ALL;
  private @Nullable Slice group;

  private int at;
  private boolean fromStart;
  private boolean deferred;
  private @Nullable TableCursor current;
  private @Nullable TableCursor used;

  /**
   * A cursor over {@code run}.
   *
   * @param group the prefix that all keys inside the bounds share; null: they may have several
   */
  public RunCursor(
      Run run,
      TableSource tables,
      PrefixExtractor extractor,
      ScanBounds bounds,
      @Nullable Slice group,
      Statistics statistics) {
    this(tables, statistics);
    open(run, extractor, bounds, group);
  }

  /** A cursor over nothing, to be opened. */
  public RunCursor(TableSource tables, Statistics statistics) {
    this.tables = tables;
    this.statistics = statistics;
  }

  /** Makes a new or closed cursor one over {@code run}, see the constructor. */
  public void open(Run run, PrefixExtractor extractor, ScanBounds bounds, @Nullable Slice group) {
    assert current == null;
    this.files = run.files();
    this.extractor = extractor;
    this.bounds = bounds;
    this.group = group;
  }

  @Override
  public boolean valid() {
    return deferred || (current != null && current.valid());
  }

  @Override
  public boolean deferred() {
    return deferred;
  }

  @Override
  public void seekFirst() throws IOException {
    Slice start = bounds.reverse() ? bounds.upper() : bounds.lower();
    if (start != null) {
      seek(start);
      return;
    }
    leave();
    fromStart = true;
    at = bounds.reverse() ? files.size() - 1 : 0;
    approach();
  }

  @Override
  public void seek(Slice key) throws IOException {
    leave();
    fromStart = false;
    if (key.length() > targetBytes.length) {
      targetBytes = new byte[2 * key.length()];
      targetSegment = MemorySegment.ofArray(targetBytes);
    }
    key.copyTo(targetSegment, 0);
    target.set(targetSegment, 0, key.length());
    at = fileOf(target);
    approach();
  }

  @Override
  public void resolve() throws IOException {
    deferred = false;
    TableReader reader = tables.reader(files.get(at));
    if (group != null && !reader.mayContainPrefix(group)) {
      statistics.increment(Counter.RUNS_PASSED_OVER);
      step();
      approach();
    } else {
      open(reader);
      settle();
    }
  }

  @Override
  public void next() throws IOException {
    entry().next();
    settle();
  }

  @Override
  public Slice key() {
    return deferred ? bound : entry().key();
  }

  @Override
  public long sequence() {
    return entry().sequence();
  }

  @Override
  public EntryKind kind() {
    return entry().kind();
  }

  @Override
  public long timeMillis() {
    return entry().timeMillis();
  }

  @Override
  public int valueLength() {
    return entry().valueLength();
  }

  @Override
  public boolean separated() {
    return entry().separated();
  }

  @Override
  public void reference(ValueReference into) {
    entry().reference(into);
  }

  @Override
  public Slice value() throws IOException {
    return entry().value();
  }

  @Override
  public void close() {
    leave();
  }

  @Override
  public void plainRows(PlainRows question) {
    if (!deferred) {
      entry().plainRows(question);
    }
  }

  private TableCursor entry() {
    if (current == null) {
      throw new IllegalStateException("the cursor does not stand on an entry");
    }
    return current;
  }

  private void leave() {
    deferred = false;
    TableCursor open = current;
    current = null;
    if (open != null) {
      open.close();
      used = open;
    }
  }

  /** Index of the first file in scan direction that may hold keys at or behind {@code key}. */
  private int fileOf(Slice key) {
    if (!bounds.reverse()) {
      int low = 0;
      int high = files.size();
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (files.get(middle).largestKey().compareTo(key) < 0) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
    int low = -1;
    int high = files.size() - 1;
    boolean exclusive = targetIsUpper();
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      int order = files.get(middle).smallestKey().compareTo(key);
      if (order > 0 || (exclusive && order == 0)) {
        high = middle - 1;
      } else {
        low = middle;
      }
    }
    return low;
  }

  /** From file {@code at} on, finds one that may matter and stands before it or opens it. */
  private void approach() throws IOException {
    while (at >= 0 && at < files.size()) {
      FileMetadata file = files.get(at);
      if (behindBounds(file)) {
        break;
      }
      TableReader reader = tables.reader(file);
      Slice prefix = group != null && reader.groupedBy(extractor) ? group : null;
      if (prefix != null && !boundOf(file, prefix)) {
        statistics.increment(Counter.RUNS_PASSED_OVER);
      } else if (prefix != null && boundHoldsForAll(file)) {
        deferred = true;
        return;
      } else {
        open(reader);
        if (entry().valid()) {
          return;
        }
        leave();
      }
      step();
    }
    at = bounds.reverse() ? -1 : files.size();
  }

  /**
   * Whether no file of the scan behind this one has a key before the bound. Keys rise from file to
   * file, and so that is sure where this file has rows of the group. Range deletes reach beyond
   * rows: a file with some may be here for them alone, its suffixes all those of other groups.
   */
  private boolean boundHoldsForAll(FileMetadata file) {
    int next = at + (bounds.reverse() ? -1 : 1);
    return file.rangeDeletes() == 0
        || next < 0
        || next >= files.size()
        || behindBounds(files.get(next));
  }

  private void step() {
    at += bounds.reverse() ? -1 : 1;
    fromStart = true;
  }

  private boolean behindBounds(FileMetadata file) {
    return bounds.past(bounds.reverse() ? file.largestKey() : file.smallestKey());
  }

  /**
   * Sets the bound for {@code file}: the first key in scan direction that it could hold at or
   * behind the target and inside the scan's bounds; false where there is none.
   */
  private boolean boundOf(FileMetadata file, Slice prefix) {
    Slice nearest = bounds.reverse() ? file.largestSuffix() : file.smallestSuffix();
    Slice farthest = bounds.reverse() ? file.smallestSuffix() : file.largestSuffix();
    if (!fromStart && isBehind(target, prefix, nearest)) {
      bound.set(target);
    } else {
      makeBound(prefix, nearest);
    }
    return !isBehind(bound, prefix, farthest)
        && !bounds.past(bound)
        && !beforeBounds(prefix, farthest);
  }

  private void makeBound(Slice prefix, Slice suffix) {
    int length = prefix.length() + suffix.length();
    if (length > boundBytes.length) {
      boundBytes = new byte[2 * length];
      boundSegment = MemorySegment.ofArray(boundBytes);
    }
    prefix.copyTo(boundSegment, 0);
    suffix.copyTo(boundSegment, prefix.length());
    bound.set(boundSegment, 0, length);
  }

  /** Whether {@code key} lies behind the key of {@code prefix} and {@code suffix}. */
  private boolean isBehind(Slice key, Slice prefix, Slice suffix) {
    int order = order(prefix, suffix, key);
    return bounds.reverse() ? order > 0 : order < 0;
  }

  private boolean beforeBounds(Slice prefix, Slice suffix) {
    Slice lower = bounds.lower();
    Slice upper = bounds.upper();
    return bounds.reverse()
        ? upper != null && order(prefix, suffix, upper) >= 0
        : lower != null && order(prefix, suffix, lower) < 0;
  }

  /** Order of the key of {@code prefix} and {@code suffix}, and {@code key}. */
  private static int order(Slice prefix, Slice suffix, Slice key) {
    int length = prefix.length();
    int common = Math.min(length, key.length());
    int order =
        Slice.compare(
            prefix.segment(), prefix.offset(), common, key.segment(), key.offset(), common);
    if (order != 0 || common < length) {
      return order != 0 ? order : 1;
    }
    return Slice.compare(
        suffix.segment(),
        suffix.offset(),
        suffix.length(),
        key.segment(),
        key.offset() + length,
        key.length() - length);
  }

  private void open(TableReader reader) throws IOException {
    statistics.increment(Counter.RUNS_OPENED);
    TableCursor opened = reader.cursor(bounds, used);
    used = null;
    current = opened;
    if (fromStart || targetIsUpper()) {
      opened.seekFirst();
    } else {
      opened.seek(target);
    }
  }

  /**
   * Whether the scan goes back from the upper bound, which is exclusive. An entry there, the first
   * of the next group, would come before the key that this cursor stood on while deferred.
   */
  private boolean targetIsUpper() {
    Slice upper = bounds.upper();
    return bounds.reverse() && upper != null && target.compareTo(upper) >= 0;
  }

  /** Goes on to the next file when the current one has ended. */
  private void settle() throws IOException {
    if (current != null && !current.valid()) {
      leave();
      step();
      approach();
    }
  }
}
