package io.sheaf.lsm.cursor;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.RangeTombstones;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Turns entries into the rows a reader may see: of each key the newest version up to a sequence
 * number, unless it is a delete, covered by a range delete, or expired; inside bounds and limit.
 *
 * <p>As versions come newest first in both directions, the first version that is old enough
 * decides, and the rest of the key is stepped over.
 *
 * <p><b>Thread safety.</b> One thread at a time. <b>Ownership.</b> Closes the entries it was given.
 * One that is closed may be opened again.
 */
public final class SnapshotCursor implements AutoCloseable {
  /** Rows for which nobody is asked after the answer was none. */
  private static final int ROWS_NOT_ASKED = 4;

  private static final ScanBounds ALL = ScanBounds.all();

  private final InternalCursor entries;
  private final PlainRows plain = new PlainRows();
  private ScanBounds bounds = ALL;
  private long snapshot;
  private List<RangeTombstones> tombstones = List.of();
  private long expiredUpToMillis;

  private InternalCursor current;
  private int notPlain;
  private MemorySegment lastKeyBytes = MemorySegment.ofArray(new byte[64]);
  private final Slice lastKey = new Slice();
  private boolean positioned;

  /** Whether a move began and did not end: where the entries stand is not known then. */
  private boolean lost;

  private boolean onRow;
  private long rows;

  /** Rows of {@code entries}, to be opened. */
  public SnapshotCursor(InternalCursor entries) {
    this.entries = entries;
    this.current = entries;
  }

  /**
   * Makes a new or closed cursor show the rows as of {@code snapshot}; the entries stand before the
   * first.
   *
   * @param tombstones range deletes of all layers, not changed until the cursor is closed
   * @param expiredUpToMillis rows written at or before this time are expired; 0: none is
   */
  public void open(
      ScanBounds bounds, long snapshot, List<RangeTombstones> tombstones, long expiredUpToMillis) {
    this.bounds = bounds;
    this.snapshot = snapshot;
    this.tombstones = tombstones;
    this.expiredUpToMillis = expiredUpToMillis;
    plain.begin(snapshot, expiredUpToMillis);
    current = entries;
    notPlain = 0;
    positioned = false;
    lost = false;
    onRow = false;
    rows = 0;
  }

  /** See {@link Cursor#next}. */
  public boolean next() throws IOException {
    if (rows >= bounds.limitRows()) {
      onRow = false;
      return false;
    }
    InternalCursor next = plain.next();
    if (next != null) {
      current = next;
      rows++;
      return true;
    }
    if (lost) {
      throw new IllegalStateException(
          "the cursor's last move failed: seek, or close it and open another one");
    }
    lost = true;
    boolean found = find();
    lost = false;
    return found;
  }

  private boolean find() throws IOException {
    boolean step = onRow;
    onRow = false;
    current = entries;
    if (!positioned) {
      positioned = true;
      seekToBound();
    } else if (step) {
      stepOverKey();
    }
    while (entries.valid()) {
      if (bounds.past(entries.key())) {
        return false;
      }
      if (entries.sequence() > snapshot) {
        entries.next();
      } else if (visible()) {
        rows++;
        onRow = true;
        askForPlainRows();
        return true;
      } else {
        stepOverKey();
      }
    }
    return false;
  }

  /** See {@link Cursor#seek}. */
  public void seek(Slice target) throws IOException {
    Slice lower = bounds.lower();
    Slice upper = bounds.upper();
    onRow = false;
    positioned = true;
    plain.forget();
    lost = true;
    if (bounds.reverse() && upper != null && target.compareTo(upper) >= 0) {
      seekToBound();
    } else if (!bounds.reverse() && lower != null && target.compareTo(lower) < 0) {
      entries.seek(lower);
    } else {
      entries.seek(target);
    }
    lost = false;
  }

  /** Whether the cursor stands on a row. */
  public boolean onRow() {
    return onRow;
  }

  /** Key of the row. */
  public Slice key() {
    return current.key();
  }

  /** Value of the row. */
  public Slice value() throws IOException {
    return current.value();
  }

  /** Write time of the row, milliseconds since the epoch; 0: none is kept. */
  public long timeMillis() {
    return current.timeMillis();
  }

  @Override
  public void close() {
    onRow = false;
    current = entries;
    plain.forget();
    entries.close();
  }

  private void seekToBound() throws IOException {
    Slice start = bounds.reverse() ? bounds.upper() : bounds.lower();
    if (start == null) {
      entries.seekFirst();
      return;
    }
    entries.seek(start);
    if (bounds.reverse() && entries.valid() && entries.key().equals(start)) {
      stepOverKey(); // the upper bound is exclusive
    }
  }

  /** Asks seldom where rows were not plain before. */
  private void askForPlainRows() {
    if (!tombstones.isEmpty() || --notPlain >= 0) {
      return;
    }
    plain.ask(bounds.reverse() ? bounds.lower() : bounds.upper());
    entries.plainRows(plain);
    notPlain = plain.isEmpty() ? ROWS_NOT_ASKED : 0;
  }

  private boolean visible() {
    if (entries.kind() == EntryKind.DELETE) {
      return false;
    }
    long time = entries.timeMillis();
    if (time != 0 && time <= expiredUpToMillis) {
      return false;
    }
    for (int i = 0; i < tombstones.size(); i++) {
      if (tombstones.get(i).coveringSequence(entries.key(), snapshot) > entries.sequence()) {
        return false;
      }
    }
    return true;
  }

  private void stepOverKey() throws IOException {
    Slice key = entries.key();
    int length = key.length();
    if (lastKeyBytes.byteSize() < length) {
      lastKeyBytes = MemorySegment.ofArray(new byte[length * 2]);
    }
    key.copyTo(lastKeyBytes, 0);
    lastKey.set(lastKeyBytes, 0, length);
    do {
      entries.next();
    } while (entries.valid() && entries.key().equals(lastKey));
  }
}
