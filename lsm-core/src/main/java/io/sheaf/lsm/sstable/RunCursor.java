package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.DeferredCursor;
import io.sheaf.lsm.cursor.InternalCursor;
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
 * opens; the readers belong to the {@link TableSource}.
 */
public final class RunCursor implements DeferredCursor {
  private final List<FileMetadata> files;
  private final TableSource tables;
  private final PrefixExtractor extractor;
  private final ScanBounds bounds;
  private final @Nullable Slice group;
  private final Statistics statistics;
  private final Slice target = new Slice();
  private final Slice bound = new Slice();

  private int at;
  private boolean fromStart;
  private boolean deferred;
  private @Nullable InternalCursor current;

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
    this.files = run.files();
    this.tables = tables;
    this.extractor = extractor;
    this.bounds = bounds;
    this.group = group;
    this.statistics = statistics;
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
    target.set(key.toByteArray());
    at = fileOf(target);
    approach();
  }

  @Override
  public void resolve() throws IOException {
    deferred = false;
    open();
    settle();
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

  private InternalCursor entry() {
    if (current == null) {
      throw new IllegalStateException("the cursor does not stand on an entry");
    }
    return current;
  }

  private void leave() {
    deferred = false;
    InternalCursor open = current;
    current = null;
    if (open != null) {
      open.close();
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
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (files.get(middle).smallestKey().compareTo(key) > 0) {
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
      if (group != null && tables.reader(file).groupedBy(extractor)) {
        if (tables.reader(file).mayContainPrefix(group) && boundOf(file, group)) {
          deferred = true;
          return;
        }
        statistics.increment(Counter.RUNS_PASSED_OVER);
      } else {
        open();
        if (entry().valid()) {
          return;
        }
        leave();
      }
      step();
    }
    at = bounds.reverse() ? -1 : files.size();
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
    byte[] nearest =
        concatenate(prefix, bounds.reverse() ? file.largestSuffix() : file.smallestSuffix());
    byte[] farthest =
        concatenate(prefix, bounds.reverse() ? file.smallestSuffix() : file.largestSuffix());
    bound.set(nearest);
    if (!fromStart && behind(target, bound)) {
      bound.set(target);
    }
    Slice end = new Slice().set(farthest);
    return !behind(bound, end) && !bounds.past(bound) && !beforeBounds(end);
  }

  private boolean behind(Slice key, Slice other) {
    int order = key.compareTo(other);
    return bounds.reverse() ? order < 0 : order > 0;
  }

  private boolean beforeBounds(Slice key) {
    Slice lower = bounds.lower();
    Slice upper = bounds.upper();
    return bounds.reverse()
        ? upper != null && key.compareTo(upper) >= 0
        : lower != null && key.compareTo(lower) < 0;
  }

  private static byte[] concatenate(Slice prefix, Slice suffix) {
    byte[] key = new byte[prefix.length() + suffix.length()];
    prefix.copyTo(key, 0);
    suffix.copyTo(key, prefix.length());
    return key;
  }

  private void open() throws IOException {
    TableReader reader = tables.reader(files.get(at));
    statistics.increment(Counter.RUNS_OPENED);
    InternalCursor opened = reader.cursor(bounds);
    current = opened;
    if (fromStart) {
      Slice start = bounds.reverse() ? bounds.upper() : bounds.lower();
      if (start == null) {
        opened.seekFirst();
      } else {
        opened.seek(start);
      }
    } else {
      opened.seek(target);
    }
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
