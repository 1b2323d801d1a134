package io.sheaf.grouping;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.memtable.ChunkArena;
import io.sheaf.lsm.memtable.ChunkPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The groups of a {@link GroupedMemTable} and their rows, off the heap: how they lie in memory, how
 * a row is appended, and how it is found again.
 *
 * <p><b>A group</b>, named by its address:
 *
 * <pre>
 *    0  int   the group made before this one; 0: none
 *    4  int   rows in bits 0-29; bit 30: some keys have several rows; bit 31: some
 *             keys of the group lie in the overflow                                  (published)
 *    8  int   newest index block; 0: none                                            (published)
 *   12  int   length of the prefix in bytes
 *   16  long  first eight bytes of the newest row's suffix          (of the writer alone)
 *   24  int   row 0
 *   28  int   row 1
 *   32        prefix
 * </pre>
 *
 * <p><b>An index block</b> holds the addresses of further rows; block {@code b} has room for {@code
 * 4 << b}, so the block and slot of a row follow from its ordinal, and n rows need log n blocks:
 *
 * <pre>
 *    0  int   the block before; 0: none
 *    4  int   number b of the block
 *    8  int   rows, 4 &lt;&lt; b of them
 * </pre>
 *
 * <p><b>A row</b>; what does not fit these widths goes to the overflow:
 *
 * <pre>
 *    0  long  bits 0-31 sequence − base sequence, 32 kind, 33-42 length of the suffix,
 *             43-63 length of the value
 *   [8  int   write time − base time, where times are kept]
 *             suffix, value
 * </pre>
 *
 * <p><b>Publication.</b> Rows of a group are ordered by suffix, and those of one key, which follow
 * one another, by sequence number. A row, its slot and its index block are written first, then the
 * number of rows is released. A reader acquires the number and may read that many rows with plain
 * loads. The newest index block is released before the rows in it; a reader that sees a newer block
 * than its number of rows needs walks back. A group is complete before its address is released, by
 * {@link PrefixTable} and by {@link #newest}.
 *
 * <p><b>Thread safety.</b> One writer, any number of readers. <b>Ownership.</b> Owns its memory.
 */
final class Groups implements AutoCloseable {
  /** Rows that a group names itself, without an index block. */
  static final int INLINE_ROWS = 2;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final VarHandle PUBLISHED = INT.varHandle().withInvokeExactBehavior();

  private static final int OLDER_GROUP = 0;
  private static final int STATE = 4;
  private static final int NEWEST_BLOCK = 8;
  private static final int PREFIX_LENGTH = 12;
  private static final int NEWEST_HEAD = 16;
  private static final int INLINE_SLOTS = 24;
  private static final int PREFIX = 32;

  private static final int OLDER_BLOCK = 0;
  private static final int BLOCK_NUMBER = 4;
  private static final int BLOCK_SLOTS = 8;
  private static final int FIRST_BLOCK_ROWS = 4;

  private static final int OVERFLOWED = 1 << 31;
  private static final int VERSIONED = 1 << 30;
  private static final int MAX_ROWS = 1 << 29;

  private static final int KIND_SHIFT = 32;
  private static final int SUFFIX_SHIFT = 33;
  private static final int VALUE_SHIFT = 43;
  private static final int MAX_SUFFIX_BYTES = (1 << (VALUE_SHIFT - SUFFIX_SHIFT)) - 1;
  private static final int MAX_VALUE_BYTES = (1 << (Long.SIZE - VALUE_SHIFT)) - 1;
  private static final long MAX_DELTA = 0xFFFF_FFFFL;

  private final ChunkArena arena;
  private final boolean keepsTimes;
  private final int suffixOffset;
  private volatile int newest;

  // Written before the first row is published, never after.
  private long baseSequence = -1;
  private long baseTime;

  Groups(boolean keepsTimes, ChunkPool chunks) {
    this.arena = new ChunkArena(chunks);
    this.keepsTimes = keepsTimes;
    this.suffixOffset = keepsTimes ? 12 : 8;
  }

  long memoryBytes() {
    return arena.memoryBytes();
  }

  /** The group made last; 0: none. From it {@link #older} leads to all groups. */
  int newest() {
    return newest;
  }

  /** The group made before {@code group}; 0: none. */
  int older(int group) {
    return arena.segment(group).get(INT, ChunkArena.offset(group) + OLDER_GROUP);
  }

  /** Makes an empty group of the first {@code prefixLength} bytes of {@code key}. */
  int create(Slice key, int prefixLength) {
    int group = arena.allocate(PREFIX + (long) prefixLength);
    MemorySegment segment = arena.segment(group);
    long offset = ChunkArena.offset(group);
    segment.set(INT, offset + OLDER_GROUP, newest);
    segment.set(INT, offset + STATE, 0);
    segment.set(INT, offset + NEWEST_BLOCK, 0);
    segment.set(INT, offset + PREFIX_LENGTH, prefixLength);
    MemorySegment.copy(key.segment(), key.offset(), segment, offset + PREFIX, prefixLength);
    newest = group;
    return group;
  }

  /**
   * Appends a row to {@code group} if it is in order and fits: a larger key than all of its group,
   * or once more the largest.
   *
   * @return whether it was; if not, nothing was changed
   */
  boolean append(
      int group, long sequence, EntryKind kind, long timeMillis, Slice key, Slice value) {
    MemorySegment groupSegment = arena.segment(group);
    long groupOffset = ChunkArena.offset(group);
    int state = groupSegment.get(INT, groupOffset + STATE);
    int ordinal = rows(state);
    int prefixLength = groupSegment.get(INT, groupOffset + PREFIX_LENGTH);
    int suffixLength = key.length() - prefixLength;
    long suffixHead = Slice.head(key.segment(), key.offset() + prefixLength, suffixLength);
    int next = state + 1;
    if (ordinal > 0) {
      long newestHead = groupSegment.get(LONG, groupOffset + NEWEST_HEAD);
      int order =
          suffixHead == newestHead
              ? compareSuffix(rowAt(group, ordinal - 1), key, prefixLength)
              : Long.compareUnsigned(newestHead, suffixHead);
      if (order > 0) {
        return false;
      }
      next |= order == 0 ? VERSIONED : 0;
    }
    int valueLength = value.length();
    if (suffixLength > MAX_SUFFIX_BYTES || valueLength > MAX_VALUE_BYTES || ordinal == MAX_ROWS) {
      return false;
    }
    if (baseSequence < 0) {
      baseSequence = sequence;
      baseTime = timeMillis;
    }
    long delta = sequence - baseSequence;
    long timeDelta = timeMillis - baseTime;
    if (delta > MAX_DELTA || (keepsTimes && (timeDelta < 0 || timeDelta > MAX_DELTA))) {
      return false;
    }

    int row = arena.allocate((long) suffixOffset + suffixLength + valueLength);
    MemorySegment segment = arena.segment(row);
    long offset = ChunkArena.offset(row);
    long kindAndLengths =
        ((long) kind.code() << KIND_SHIFT)
            | ((long) suffixLength << SUFFIX_SHIFT)
            | ((long) valueLength << VALUE_SHIFT);
    segment.set(LONG, offset, delta | kindAndLengths);
    if (keepsTimes) {
      segment.set(INT, offset + Long.BYTES, (int) timeDelta);
    }
    offset += suffixOffset;
    MemorySegment.copy(key.segment(), key.offset() + prefixLength, segment, offset, suffixLength);
    value.copyTo(segment, offset + suffixLength);

    setSlot(groupSegment, groupOffset, ordinal, row);
    groupSegment.set(LONG, groupOffset + NEWEST_HEAD, suffixHead);
    PUBLISHED.setRelease(groupSegment, groupOffset + STATE, next);
    return true;
  }

  private void setSlot(MemorySegment groupSegment, long groupOffset, int ordinal, int row) {
    if (ordinal < INLINE_ROWS) {
      groupSegment.set(INT, groupOffset + INLINE_SLOTS + 4L * ordinal, row);
      return;
    }
    int number = blockOf(ordinal);
    int slot = ordinal - firstRowOf(number);
    int block = groupSegment.get(INT, groupOffset + NEWEST_BLOCK);
    if (slot > 0) {
      arena.segment(block).set(INT, ChunkArena.offset(block) + BLOCK_SLOTS + 4L * slot, row);
      return;
    }
    long slotsBytes = ((long) FIRST_BLOCK_ROWS * Integer.BYTES) << number;
    int added = arena.allocate(BLOCK_SLOTS + slotsBytes);
    MemorySegment segment = arena.segment(added);
    long offset = ChunkArena.offset(added);
    segment.set(INT, offset + OLDER_BLOCK, block);
    segment.set(INT, offset + BLOCK_NUMBER, number);
    segment.set(INT, offset + BLOCK_SLOTS, row);
    PUBLISHED.setRelease(groupSegment, groupOffset + NEWEST_BLOCK, added);
  }

  /** Publishes that keys of {@code group} lie in the overflow. */
  void markOverflowed(int group) {
    MemorySegment segment = arena.segment(group);
    long offset = ChunkArena.offset(group) + STATE;
    PUBLISHED.setRelease(segment, offset, segment.get(INT, offset) | OVERFLOWED);
  }

  /** Rows and marks of {@code group}, to be taken apart by the next three. */
  int state(int group) {
    return (int) PUBLISHED.getAcquire(arena.segment(group), ChunkArena.offset(group) + STATE);
  }

  /** Number of rows that may be read. */
  static int rows(int state) {
    return state & ~(OVERFLOWED | VERSIONED);
  }

  /** Whether keys of the group have several rows. */
  static boolean versioned(int state) {
    return (state & VERSIONED) != 0;
  }

  /** Whether keys of the group lie in the overflow. */
  static boolean overflowed(int state) {
    return state < 0;
  }

  int prefixLength(int group) {
    return arena.segment(group).get(INT, ChunkArena.offset(group) + PREFIX_LENGTH);
  }

  /** Points {@code into} at the prefix of {@code group}. */
  void prefix(int group, Slice into) {
    into.set(arena.segment(group), ChunkArena.offset(group) + PREFIX, prefixLength(group));
  }

  /** Compares the prefix of {@code group} with the first {@code length} bytes of {@code key}. */
  int comparePrefix(int group, Slice key, int length) {
    return Slice.compare(
        arena.segment(group),
        ChunkArena.offset(group) + PREFIX,
        prefixLength(group),
        key.segment(),
        key.offset(),
        length);
  }

  /** Compares the prefixes of two groups. */
  int comparePrefixes(int a, int b) {
    return Slice.compare(
        arena.segment(a),
        ChunkArena.offset(a) + PREFIX,
        prefixLength(a),
        arena.segment(b),
        ChunkArena.offset(b) + PREFIX,
        prefixLength(b));
  }

  /** The first eight bytes of the prefix of {@code group}, see {@link Slice#head()}. */
  long prefixHead(int group) {
    return Slice.head(arena.segment(group), ChunkArena.offset(group) + PREFIX, prefixLength(group));
  }

  /** Number of the index block that names row {@code ordinal}, which is no inline one. */
  static int blockOf(int ordinal) {
    int scaled = (ordinal - INLINE_ROWS) / FIRST_BLOCK_ROWS + 1;
    return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(scaled);
  }

  /** Ordinal of the first row that index block {@code number} names. */
  static int firstRowOf(int number) {
    return INLINE_ROWS + FIRST_BLOCK_ROWS * ((1 << number) - 1);
  }

  /** Address of index block {@code number} of {@code group}. */
  int block(int group, int number) {
    int block =
        (int) PUBLISHED.getAcquire(arena.segment(group), ChunkArena.offset(group) + NEWEST_BLOCK);
    while (blockNumber(block) > number) {
      block = arena.segment(block).get(INT, ChunkArena.offset(block) + OLDER_BLOCK);
    }
    return block;
  }

  private int blockNumber(int block) {
    return arena.segment(block).get(INT, ChunkArena.offset(block) + BLOCK_NUMBER);
  }

  /** The chunk in which row slots of {@code block}, or the inline ones of a group, lie. */
  MemorySegment slotSegment(int blockOrGroup) {
    return arena.segment(blockOrGroup);
  }

  /** Offset in bytes of the first slot of {@code block}. */
  static long blockSlotOffset(int block) {
    return ChunkArena.offset(block) + BLOCK_SLOTS;
  }

  /** Offset in bytes of the slot of row 0 of {@code group}. */
  static long inlineSlotOffset(int group) {
    return ChunkArena.offset(group) + INLINE_SLOTS;
  }

  /** Address of row {@code ordinal} of {@code group}, which must be published. */
  int rowAt(int group, int ordinal) {
    if (ordinal < INLINE_ROWS) {
      return arena.segment(group).get(INT, inlineSlotOffset(group) + 4L * ordinal);
    }
    int number = blockOf(ordinal);
    int block = block(group, number);
    int slot = ordinal - firstRowOf(number);
    return arena.segment(block).get(INT, blockSlotOffset(block) + 4L * slot);
  }

  /**
   * The ordinal of the first of {@code rows} rows of {@code group} whose suffix is at or behind
   * that of {@code key}; {@code rows} when there is none.
   */
  int firstAtOrBehind(int group, int rows, Slice key) {
    int prefixLength = prefixLength(group);
    int low = 0;
    int high = rows;
    // New rows are read most: look for the block from the newest, then inside it.
    while (high > INLINE_ROWS) {
      int first = firstRowOf(blockOf(high - 1));
      if (compareSuffix(rowAt(group, first), key, prefixLength) < 0) {
        low = first + 1;
        break;
      }
      high = first;
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (compareSuffix(rowAt(group, middle), key, prefixLength) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * The ordinal of the newest row of {@code key} that a reader at {@code snapshot} sees, of the
   * first {@code rows} of {@code group}; -1: there is none.
   */
  int find(int group, int rows, Slice key, long snapshot) {
    int prefixLength = prefixLength(group);
    int low = 0;
    int high = rows;
    // What was written last is read most: look at that, then for the block from the newest.
    if (rows > 0 && !isBehind(rowAt(group, rows - 1), key, prefixLength, snapshot)) {
      low = rows;
    }
    while (low < high && high > INLINE_ROWS) {
      int first = firstRowOf(blockOf(high - 1));
      if (!isBehind(rowAt(group, first), key, prefixLength, snapshot)) {
        low = first + 1;
        break;
      }
      high = first;
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (isBehind(rowAt(group, middle), key, prefixLength, snapshot)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    int found = low - 1;
    return found >= 0 && compareSuffix(rowAt(group, found), key, prefixLength) == 0 ? found : -1;
  }

  /** Whether {@code row} comes behind all rows of {@code key} that a reader sees. */
  private boolean isBehind(int row, Slice key, int prefixLength, long snapshot) {
    int order = compareSuffix(row, key, prefixLength);
    return order > 0 || (order == 0 && sequence(meta(row)) > snapshot);
  }

  /** Whether two rows of a group are of one key. */
  boolean sameSuffix(int a, int b) {
    int length = suffixLength(meta(a));
    return length == suffixLength(meta(b))
        && Slice.compare(
                arena.segment(a),
                suffixOffset(a),
                length,
                arena.segment(b),
                suffixOffset(b),
                length)
            == 0;
  }

  /** Compares the suffix of {@code row} with what {@code key} has behind its prefix. */
  int compareSuffix(int row, Slice key, int prefixLength) {
    MemorySegment segment = arena.segment(row);
    long offset = ChunkArena.offset(row);
    return Slice.compare(
        segment,
        offset + suffixOffset,
        suffixLength(segment.get(LONG, offset)),
        key.segment(),
        key.offset() + prefixLength,
        key.length() - prefixLength);
  }

  /** The chunk that {@code row} lies in. */
  MemorySegment rowSegment(int row) {
    return arena.segment(row);
  }

  /** The first eight bytes of {@code row}, to be taken apart by the next ones. */
  long meta(int row) {
    return arena.segment(row).get(LONG, ChunkArena.offset(row));
  }

  long sequence(long meta) {
    return baseSequence + (meta & MAX_DELTA);
  }

  static EntryKind kind(long meta) {
    return (meta >>> KIND_SHIFT & 1) != 0 ? EntryKind.PUT : EntryKind.DELETE;
  }

  static int suffixLength(long meta) {
    return (int) (meta >>> SUFFIX_SHIFT) & MAX_SUFFIX_BYTES;
  }

  static int valueLength(long meta) {
    return (int) (meta >>> VALUE_SHIFT);
  }

  long timeMillis(int row) {
    return keepsTimes
        ? baseTime + (arena.segment(row).get(INT, ChunkArena.offset(row) + Long.BYTES) & MAX_DELTA)
        : 0;
  }

  /** Offset in bytes of the suffix of {@code row} in its segment; the value lies behind it. */
  long suffixOffset(int row) {
    return ChunkArena.offset(row) + suffixOffset;
  }

  @Override
  public void close() {
    arena.close();
  }
}
