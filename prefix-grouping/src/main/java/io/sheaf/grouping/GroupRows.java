package io.sheaf.grouping;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.EntryKind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Stands on a row of one group and steps to its neighbours: slots of one index block are walked
 * without looking for the block again. Where keys have several rows, those of a key are shown from
 * the newest to the oldest, in both directions.
 *
 * <p><b>Thread safety.</b> One thread; the group may grow meanwhile.
 */
final class GroupRows {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final MemorySegment NOTHING = MemorySegment.ofArray(new byte[0]);

  /**
   * Rows whose fields are fetched together by who reads all rows. The rows of a group lie far apart
   * in memory; asked for at once, they come in the time of one.
   */
  private static final int FETCHED_ROWS = 8;

  /** Rows that are looked at in advance by who asks for {@link #plainRows}. */
  private static final int MOST_PLAIN_ROWS = 16;

  private Groups groups;
  private boolean readsAll;
  private int group;
  private int rows;
  private int ordinal;

  /** Whether keys of the group have several rows. */
  private boolean versioned;

  // Where they do: those of the current key.
  private int firstOfKey;
  private int lastOfKey;

  // The slots at hand: rows lowest to end - 1 are named by slots from slotsOffset on.
  private MemorySegment slots = NOTHING;
  private long slotsOffset;
  private int lowest;
  private int end;

  private int row;
  private long meta;

  // The fields of rows firstFetched to endFetched - 1.
  private final long[] fetched = new long[FETCHED_ROWS];
  private int firstFetched;
  private int endFetched;

  /**
   * @param readsAll whether rows are read one after another, most of them
   */
  GroupRows(Groups groups, boolean readsAll) {
    this.groups = groups;
    this.readsAll = readsAll;
  }

  /** Stands on rows of other groups. */
  void open(Groups groups, boolean readsAll) {
    this.groups = groups;
    this.readsAll = readsAll;
    rows = 0;
    ordinal = -1;
    versioned = false;
  }

  /** Enters {@code group}, whose rows {@code state} tells; not positioned yet. */
  void enter(int group, int state) {
    this.group = group;
    rows = Groups.rows(state);
    versioned = Groups.versioned(state);
    ordinal = -1;
    showInlineSlots();
  }

  private void showInlineSlots() {
    slots = groups.slotSegment(group);
    slotsOffset = Groups.inlineSlotOffset(group);
    lowest = 0;
    end = Groups.INLINE_ROWS;
    endFetched = 0;
  }

  /** Number of rows known; {@link #grow} lets it rise. */
  int rows() {
    return rows;
  }

  /** Whether keys of the group have several rows. */
  boolean versioned() {
    return versioned;
  }

  /** Takes note that {@code rows} rows may be read now, each the only one of its key. */
  void grow(int rows) {
    this.rows = rows;
  }

  /** Whether the position is on a row. */
  boolean valid() {
    return ordinal >= 0 && ordinal < rows;
  }

  int ordinal() {
    return ordinal;
  }

  /** Goes to the newest row of the key of row {@code to}; outside of the rows, to nothing. */
  void moveToKeyOf(int to) {
    if (!versioned || to < 0 || to >= rows) {
      moveTo(to);
      return;
    }
    firstOfKey = endOfKey(to, -1);
    lastOfKey = endOfKey(to, 1);
    moveTo(lastOfKey);
  }

  /**
   * The first or last row of the key of row {@code from}. Strides double while they stay within the
   * key and halve behind it: a row that was overwritten a thousand times takes twenty steps.
   *
   * @param direction 1 or -1
   */
  private int endOfKey(int from, int direction) {
    int row = groups.rowAt(group, from);
    int end = from;
    int stride = 1;
    while (isOfKey(row, end + direction * stride)) {
      end += direction * stride;
      stride *= 2;
    }
    for (stride /= 2; stride > 0; stride /= 2) {
      if (isOfKey(row, end + direction * stride)) {
        end += direction * stride;
      }
    }
    return end;
  }

  private boolean isOfKey(int row, int at) {
    return at >= 0 && at < rows && groups.sameSuffix(groups.rowAt(group, at), row);
  }

  /** Goes to the next row: an older one of the key, or the newest of the next key. */
  void next(boolean reverse) {
    if (!versioned) {
      moveTo(ordinal + (reverse ? -1 : 1));
    } else if (ordinal > firstOfKey) {
      moveTo(ordinal - 1);
    } else {
      moveToKeyOf(reverse ? firstOfKey - 1 : lastOfKey + 1);
    }
  }

  /** Goes to row {@code to}; outside of the rows there are, the position is not valid. */
  void moveTo(int to) {
    ordinal = to;
    if (to < 0 || to >= rows) {
      return;
    }
    if (to < lowest || to >= end) {
      findSlots(to);
    }
    row = slot(to);
    if (!readsAll || versioned) {
      meta = groups.meta(row);
      return;
    }
    if (to < firstFetched || to >= endFetched) {
      fetchFrom(to);
    }
    meta = fetched[to - firstFetched];
  }

  private int slot(int of) {
    return slots.get(INT, slotsOffset + (long) (of - lowest) * Integer.BYTES);
  }

  private void fetchFrom(int first) {
    firstFetched = first;
    endFetched = Math.min(Math.min(first + FETCHED_ROWS, end), rows);
    for (int i = first; i < endFetched; i++) {
      fetched[i - first] = groups.meta(slot(i));
    }
  }

  private void findSlots(int to) {
    if (to < Groups.INLINE_ROWS) {
      showInlineSlots();
      return;
    }
    int number = Groups.blockOf(to);
    int block = groups.block(group, number);
    slots = groups.slotSegment(block);
    slotsOffset = Groups.blockSlotOffset(block);
    lowest = Groups.firstRowOf(number);
    end = Groups.firstRowOf(number + 1);
  }

  /**
   * Number of rows behind the current one that are PUTs which a reader at {@code snapshot} sees and
   * that have not expired, none beyond ordinal {@code last}. Looks only at rows whose slots are at
   * hand; as these lie far apart in memory, they come in the time of one.
   */
  int plainRows(int last, long snapshot, long expiredUpToMillis) {
    int step = last < ordinal ? -1 : 1;
    int found = 0;
    for (int at = ordinal; at != last && found < MOST_PLAIN_ROWS; found++) {
      at += step;
      if (at < lowest || at >= end) {
        break;
      }
      int candidate = slot(at);
      long fields = groups.meta(candidate);
      if (Groups.kind(fields) == EntryKind.DELETE
          || groups.sequence(fields) > snapshot
          || isExpired(groups.timeMillis(candidate), expiredUpToMillis)) {
        break;
      }
    }
    return found;
  }

  private static boolean isExpired(long timeMillis, long expiredUpToMillis) {
    return timeMillis != 0 && timeMillis <= expiredUpToMillis;
  }

  /** The row's packed fields, see {@link Groups#meta}. */
  long meta() {
    return meta;
  }

  long timeMillis() {
    return groups.timeMillis(row);
  }

  int suffixLength() {
    return Groups.suffixLength(meta);
  }

  /** Compares the suffix with what {@code key} has behind its first {@code prefixLength} bytes. */
  int compareSuffix(Slice key, int prefixLength) {
    return groups.compareSuffix(row, key, prefixLength);
  }

  /** Copies the suffix to {@code target} from {@code at}. */
  void copySuffix(MemorySegment target, int at) {
    int length = suffixLength();
    MemorySegment segment = groups.rowSegment(row);
    long from = groups.suffixOffset(row);
    if (length == Long.BYTES) {
      target.set(LONG, at, segment.get(LONG, from)); // most suffixes are ids
    } else if (length > Long.BYTES && length <= 2 * Long.BYTES) {
      // Two longs that may overlap.
      int last = length - Long.BYTES;
      target.set(LONG, at, segment.get(LONG, from));
      target.set(LONG, at + last, segment.get(LONG, from + last));
    } else {
      MemorySegment.copy(segment, from, target, at, length);
    }
  }

  /** Points {@code into} at the value. */
  void value(Slice into) {
    into.set(
        groups.rowSegment(row),
        groups.suffixOffset(row) + suffixLength(),
        Groups.valueLength(meta));
  }
}
