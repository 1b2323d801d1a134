package io.sheaf.lsm.memtable;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.value.ValueReference;

/**
 * Walks a {@link SkipList} either way, the versions of a key newest first in both.
 *
 * <p><b>Thread safety.</b> One thread; the list may grow meanwhile. <b>Ownership.</b> Holds
 * nothing.
 */
final class SkipListCursor implements InternalCursor {
  private final SkipListMemTable table;
  private final SkipList list;
  private final ScanBounds bounds;
  private final boolean reverse;
  private final Slice key = new Slice();
  private final Slice value = new Slice();

  /** The current node; 0: not valid. */
  private int node;

  /** In reverse, the version of the current key that was shown first. */
  private int firstShown;

  SkipListCursor(SkipListMemTable table, SkipList list, ScanBounds bounds) {
    this.table = table;
    this.list = list;
    this.bounds = bounds;
    this.reverse = bounds.reverse();
  }

  @Override
  public boolean valid() {
    return node != 0;
  }

  @Override
  public void seekFirst() {
    table.checkOpen();
    Slice lower = bounds.lower();
    Slice upper = bounds.upper();
    if (!reverse) {
      node =
          lower == null ? list.next(list.head()) : list.firstFrom(lower, SkipList.BEFORE_VERSIONS);
    } else {
      showNewestOf(upper == null ? list.last() : list.lastBefore(upper, SkipList.BEFORE_VERSIONS));
    }
  }

  @Override
  public void seek(Slice target) {
    table.checkOpen();
    if (!reverse) {
      node = list.firstFrom(target, SkipList.BEFORE_VERSIONS);
    } else {
      showNewestOf(list.lastBefore(target, SkipList.BEHIND_VERSIONS));
    }
  }

  @Override
  public void next() {
    table.checkOpen();
    assert valid();
    if (!reverse || list.hasOlder(node)) {
      node = list.next(node);
      return;
    }
    int before = list.previous(firstShown);
    while (list.hasOlder(before)) {
      before = list.previous(before); // a version of the current key that came meanwhile
    }
    showNewestOf(before);
  }

  /** Moves to the newest version of the key of {@code oldest}; the head stands for the end. */
  private void showNewestOf(int oldest) {
    if (oldest == list.head()) {
      node = 0;
      return;
    }
    int newest = oldest;
    for (int before = list.previous(newest);
        list.hasOlder(before);
        before = list.previous(newest)) {
      newest = before;
    }
    node = newest;
    firstShown = newest;
  }

  @Override
  public Slice key() {
    table.checkOpen();
    list.key(node, key);
    return key;
  }

  @Override
  public long sequence() {
    table.checkOpen();
    return list.sequence(node);
  }

  @Override
  public EntryKind kind() {
    table.checkOpen();
    return list.kind(node);
  }

  @Override
  public long timeMillis() {
    table.checkOpen();
    return list.timeMillis(node);
  }

  @Override
  public int valueLength() {
    table.checkOpen();
    return list.valueLength(node);
  }

  @Override
  public boolean separated() {
    return false;
  }

  @Override
  public void reference(ValueReference into) {
    throw new IllegalStateException("a memtable holds its values, it refers to none");
  }

  @Override
  public Slice value() {
    table.checkOpen();
    list.value(node, value);
    return value;
  }

  @Override
  public void close() {
    node = 0;
  }
}
