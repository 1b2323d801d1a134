package io.sheaf.grouping;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.PlainRows;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.value.ValueReference;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Walks a {@link GroupedMemTable} either way: group by group, in each group its rows merged with
 * its entries in the overflow, where it has any.
 *
 * <p>Bounds that lie in one group keep the cursor there: it finds the group by its hash and never
 * asks for the order of groups.
 *
 * <p><b>Thread safety.</b> One thread; the table may grow meanwhile. <b>Ownership.</b> Holds
 * nothing. One that is closed may be opened again.
 */
final class GroupedCursor implements InternalCursor {
  private final GroupRows rows;
  private final PrefixRange prefix;
  private GroupedMemTable table;
  private Groups groups;
  private GroupOrder order;
  private ScanBounds bounds;
  private boolean reverse;

  /** The only prefix that the bounds let through; null: there may be others. */
  private @Nullable Slice only;

  private @Nullable GroupWalk walk;

  /** Whether {@link #walk} stands behind the current group. */
  private boolean walking;

  private int group;
  private boolean valid;

  private @Nullable InternalCursor others;

  /** Whether the current group had entries in the overflow when it was entered. */
  private boolean merging;

  /** Whether {@link #others} stands on an entry of the current group. */
  private boolean othersHere;

  /** Whether the current entry is that of {@link #others}. */
  private boolean onOthers;

  private byte[] keyBytes = new byte[64];
  private MemorySegment keySegment = MemorySegment.ofArray(keyBytes);
  private boolean keyHasPrefix;
  private final Slice key = new Slice();

  /** Length with which {@link #key} points at the key's bytes; -1: it does not yet. */
  private int keyLength = -1;

  private final Slice value = new Slice();

  GroupedCursor(
      GroupedMemTable table,
      Groups groups,
      GroupOrder order,
      PrefixExtractor extractor,
      ScanBounds bounds) {
    this.table = table;
    this.groups = groups;
    this.order = order;
    this.bounds = bounds;
    this.reverse = bounds.reverse();
    this.prefix = new PrefixRange(extractor);
    this.only = prefix.onlyPrefix(bounds);
    this.rows = new GroupRows(groups, only == null && !reverse);
  }

  /** Makes a cursor that is closed one over {@code table}, as a new one would be. */
  void open(
      GroupedMemTable table,
      Groups groups,
      GroupOrder order,
      PrefixExtractor extractor,
      ScanBounds bounds) {
    this.table = table;
    this.groups = groups;
    this.order = order;
    this.bounds = bounds;
    reverse = bounds.reverse();
    prefix.open(extractor);
    only = prefix.onlyPrefix(bounds);
    rows.open(groups, only == null && !reverse);
    othersHere = false;
    onOthers = false;
    merging = false;
    walking = false;
    group = 0;
    keyHasPrefix = false;
  }

  @Override
  public boolean valid() {
    return valid;
  }

  @Override
  public void seekFirst() throws IOException {
    Slice start = reverse ? bounds.upper() : bounds.lower();
    if (start != null) {
      seek(start);
      if (reverse && valid && key().equals(start)) {
        skipKey(start);
      }
      return;
    }
    table.checkOpen();
    GroupWalk walk = walk();
    walk.toStart();
    walking = true;
    enterNext(walk);
  }

  /** Leaves all versions of {@code skipped} behind: an upper bound is exclusive. */
  private void skipKey(Slice skipped) throws IOException {
    while (valid && key().equals(skipped)) {
      next();
    }
  }

  @Override
  public void seek(Slice target) throws IOException {
    table.checkOpen();
    valid = false;
    walking = false;
    int prefixLength = prefix.length(target);
    if (only != null) {
      seekInOnly(only, target, prefixLength);
      return;
    }
    int found = table.find(target, prefixLength);
    if (found != 0 && enter(found, target)) {
      return;
    }
    GroupWalk walk = walk();
    walk.toBehind(new Slice().set(target, 0, prefixLength));
    walking = true;
    enterNext(walk);
  }

  private void seekInOnly(Slice only, Slice target, int prefixLength) throws IOException {
    int found = table.find(only, only.length());
    if (found == 0) {
      return;
    }
    int compared = new Slice().set(target, 0, prefixLength).compareTo(only);
    if (compared == 0) {
      enter(found, target);
    } else if (compared < 0 != reverse) {
      enter(found, null);
    }
  }

  @Override
  public void next() throws IOException {
    table.checkOpen();
    assert valid;
    if (onOthers) {
      nextOfOthers();
    } else {
      rows.next(reverse);
    }
    if (!othersHere && rows.valid()) {
      onOthers = false; // the common case: a group without overflow
      return;
    }
    if (!choose()) {
      leaveGroup();
    }
  }

  private void nextOfOthers() throws IOException {
    InternalCursor overflow = others();
    overflow.next();
    othersHere = overflow.valid() && prefix.holds(overflow.key());
  }

  private void leaveGroup() throws IOException {
    valid = false;
    if (only != null) {
      return;
    }
    GroupWalk walk = walk();
    if (!walking) {
      walk.toBehind(prefix.bytes());
      walking = true;
    }
    enterNext(walk);
  }

  private void enterNext(GroupWalk walk) throws IOException {
    valid = false;
    for (int next = walk.next(); next != 0; next = walk.next()) {
      if (enter(next, null)) {
        return;
      }
    }
  }

  /**
   * Goes to the first entry of {@code group} at or behind {@code target} in the direction.
   *
   * @param target a key of the group; null: all entries are behind it
   * @return whether there is one
   */
  private boolean enter(int group, @Nullable Slice target) throws IOException {
    this.group = group;
    keyHasPrefix = false;
    int state = groups.state(group);
    int count = Groups.rows(state);
    rows.enter(group, state);
    int prefixLength = prefix.enter(groups, group);
    if (target == null) {
      rows.moveToKeyOf(reverse ? count - 1 : 0);
    } else {
      int ordinal = groups.firstAtOrBehind(group, count, target);
      rows.moveToKeyOf(ordinal);
      if (reverse && !(rows.valid() && rows.compareSuffix(target, prefixLength) == 0)) {
        rows.moveToKeyOf(ordinal - 1);
      }
    }
    othersHere = false;
    merging = Groups.overflowed(state);
    if (merging) {
      seekOthers(target);
    }
    return choose();
  }

  private void seekOthers(@Nullable Slice target) throws IOException {
    InternalCursor overflow = others();
    if (target != null) {
      overflow.seek(target);
    } else if (!reverse) {
      overflow.seek(prefix.bytes());
    } else {
      Slice end = prefix.end();
      if (end == null) {
        overflow.seekFirst();
      } else {
        overflow.seek(end);
        while (overflow.valid() && overflow.key().equals(end) && !prefix.holds(end)) {
          overflow.next();
        }
      }
    }
    othersHere = overflow.valid() && prefix.holds(overflow.key());
  }

  /** Decides whether the row or the overflow's entry comes first; false: the group is done. */
  private boolean choose() {
    if (!rows.valid() && !reverse && !merging && !rows.versioned()) {
      // Rows may have come since the group was entered. They are behind all of its rows, but
      // maybe not behind an entry of the overflow that was shown already, or newer versions of
      // what was shown.
      int state = groups.state(group);
      int count = Groups.rows(state);
      if (count > rows.rows() && !Groups.versioned(state)) {
        rows.grow(count);
        rows.moveTo(rows.ordinal());
      }
    }
    if (!othersHere) {
      onOthers = false;
      valid = rows.valid();
      return valid;
    }
    valid = true;
    if (!rows.valid()) {
      onOthers = true;
      return true;
    }
    InternalCursor overflow = others();
    int compared = rows.compareSuffix(overflow.key(), prefix.bytes().length());
    onOthers =
        compared == 0
            ? overflow.sequence() > groups.sequence(rows.meta())
            : compared > 0 != reverse;
    return true;
  }

  /** Rows of the same group, where none of its keys has overflowed or was overwritten. */
  @Override
  public void plainRows(PlainRows question) {
    if (onOthers || merging || rows.versioned()) {
      return;
    }
    int last = reverse ? 0 : rows.rows() - 1;
    Slice end = question.end();
    if (end != null && prefix.holds(end)) {
      int first = groups.firstAtOrBehind(group, rows.rows(), end);
      last = reverse ? first + 1 : first - 1;
    }
    if (reverse ? last < rows.ordinal() : last > rows.ordinal()) {
      question.are(this, rows.plainRows(last, question.snapshot(), question.expiredUpToMillis()));
    }
  }

  private GroupWalk walk() {
    GroupWalk made = walk;
    if (made == null) {
      made = new GroupWalk(groups, order, reverse);
      walk = made;
    }
    return made;
  }

  private InternalCursor others() {
    InternalCursor made = others;
    if (made == null) {
      var overflow = table.overflow();
      if (overflow == null) {
        throw new AssertionError("a group is marked, but nothing has overflowed");
      }
      made =
          overflow.cursor(new ScanBounds(bounds.direction(), null, null, bounds.limitRows(), true));
      others = made;
    }
    return made;
  }

  @Override
  public Slice key() {
    table.checkOpen();
    if (onOthers) {
      return others().key();
    }
    Slice head = prefix.bytes();
    int prefixLength = head.length();
    int length = prefixLength + rows.suffixLength();
    if (!keyHasPrefix || length > keyBytes.length) {
      if (length > keyBytes.length) {
        keyBytes = Arrays.copyOf(keyBytes, Math.max(length, keyBytes.length * 2));
        keySegment = MemorySegment.ofArray(keyBytes);
        keyLength = -1;
      }
      head.copyTo(keySegment, 0);
      keyHasPrefix = true;
    }
    rows.copySuffix(keySegment, prefixLength);
    if (keyLength != length) {
      key.set(keySegment, 0, length);
      keyLength = length;
    }
    return key;
  }

  @Override
  public long sequence() {
    table.checkOpen();
    return onOthers ? others().sequence() : groups.sequence(rows.meta());
  }

  @Override
  public EntryKind kind() {
    table.checkOpen();
    return onOthers ? others().kind() : Groups.kind(rows.meta());
  }

  @Override
  public long timeMillis() {
    table.checkOpen();
    return onOthers ? others().timeMillis() : rows.timeMillis();
  }

  @Override
  public int valueLength() {
    table.checkOpen();
    return onOthers ? others().valueLength() : Groups.valueLength(rows.meta());
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
  public Slice value() throws IOException {
    table.checkOpen();
    if (onOthers) {
      return others().value();
    }
    rows.value(value);
    return value;
  }

  @Override
  public void close() {
    valid = false;
    walk = null;
    InternalCursor made = others;
    others = null;
    if (made != null) {
      made.close();
    }
  }
}
