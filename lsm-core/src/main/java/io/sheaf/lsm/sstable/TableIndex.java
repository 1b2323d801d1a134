package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.FileHeader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Where the data blocks of a table lie and which keys each one holds: lower ≤ every key of the
 * block ≤ upper. Where the lower of a block is not its first key it is above the last key of the
 * block before; where the upper is not its last key it is below the first key of the next block.
 * They are the keys themselves unless those are long, so that a seek into the gap between two
 * blocks reads neither in vain.
 *
 * <pre>
 * index := offset:8 for each block, end of the last one:8,
 *          end of each block's lower and upper among the keys:4 (two for each block),
 *          keys, number of blocks:4
 * </pre>
 *
 * <p><b>Thread safety.</b> Immutable. <b>Ownership.</b> Counts references like its memory: the
 * table holds one, each cursor one.
 */
final class TableIndex {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final NativeBuffer memory;
  private final MemorySegment segment;
  private final int blocks;
  private final long endsOffset;
  private final long keysOffset;

  // What decides nearly every step of a search, close together: of each key the head behind the
  // bytes that all keys share.
  private final Slice shared = new Slice();
  private final long[] lowerHeads;
  private final long[] upperHeads;

  private TableIndex(NativeBuffer memory, int blocks) {
    this.memory = memory;
    this.segment = memory.segment();
    this.blocks = blocks;
    this.endsOffset = (blocks + 1L) * Long.BYTES;
    this.keysOffset = endsOffset + 2L * blocks * Integer.BYTES;
    this.lowerHeads = new long[blocks];
    this.upperHeads = new long[blocks];
  }

  private void takeHeads() {
    if (blocks == 0) {
      return;
    }
    Slice key = new Slice();
    Slice last = new Slice();
    point(0, key);
    point(2 * blocks - 1, last);
    shared.set(key, 0, key.commonPrefixLength(last));
    for (int i = 0; i < blocks; i++) {
      lowerHeads[i] = head(point(2 * i, key));
      upperHeads[i] = head(point(2 * i + 1, key));
    }
  }

  private Slice point(int number, Slice into) {
    long at = endsOffset + (long) number * Integer.BYTES;
    int start = number == 0 ? 0 : segment.get(INT, at - Integer.BYTES);
    return into.set(segment, keysOffset + start, segment.get(INT, at) - start);
  }

  /** The head of {@code key}, which begins with the bytes that all have. */
  private long head(Slice key) {
    int from = Math.min(shared.length(), key.length());
    return Slice.head(key.segment(), key.offset() + from, key.length() - from);
  }

  /** Below zero: {@code key} lies below all keys that begin like these; above zero: above them. */
  private int outside(Slice key) {
    return key.startsWith(shared) ? 0 : key.compareTo(shared);
  }

  /**
   * Makes an index of the block, whose reference it takes over.
   *
   * @param mostDataEnd what data blocks cannot lie behind, in bytes of the file: a place beyond it
   *     would have memory taken for what is not there
   */
  static TableIndex parse(NativeBuffer block, long mostDataEnd) {
    long keysEnd = (long) block.capacity() - Integer.BYTES;
    if (keysEnd < Long.BYTES) {
      throw new MalformedException("index of " + block.capacity() + " bytes");
    }
    int blocks = block.segment().get(INT, keysEnd);
    if (blocks < 0 || blocks > (keysEnd - Long.BYTES) / (Long.BYTES + 2 * Integer.BYTES)) {
      throw new MalformedException(blocks + " blocks in an index of " + block.capacity());
    }
    TableIndex index = new TableIndex(block, blocks);
    long end = 0;
    for (int i = 0; i < 2 * blocks; i++) {
      int next = index.segment.get(INT, index.endsOffset + (long) i * Integer.BYTES);
      if (next < end || index.keysOffset + next > keysEnd) {
        throw new MalformedException("key " + i + " ends at " + next + ", begins at " + end);
      }
      end = next;
    }
    if (index.keysOffset + end != keysEnd || index.offset(0) < FileHeader.BYTES) {
      throw new MalformedException("keys of " + end + " bytes, first block at " + index.offset(0));
    }
    for (int i = 0; i < blocks; i++) {
      long length = index.offset(i + 1) - index.offset(i);
      if (length < TableFormat.STORED_OVERHEAD_BYTES || length > Integer.MAX_VALUE) {
        throw new MalformedException("block " + i + " of " + length + " bytes");
      }
    }
    if (index.offset(blocks) > mostDataEnd) {
      throw new MalformedException(
          "data blocks up to " + index.offset(blocks) + ", beyond " + mostDataEnd);
    }
    index.takeHeads();
    return index;
  }

  /** Number of blocks. */
  int blocks() {
    return blocks;
  }

  /** Where the block begins; for the number of blocks, where the last one ends. */
  long offset(int block) {
    return segment.get(LONG, (long) block * Long.BYTES);
  }

  /** Length of the block as it is stored, in bytes. */
  int storedBytes(int block) {
    return (int) (offset(block + 1) - offset(block));
  }

  /** A copy of the block's lower. */
  Slice lower(int block) {
    return Slice.copyOf(point(2 * block, new Slice()));
  }

  /** A copy of the block's upper. */
  Slice upper(int block) {
    return Slice.copyOf(point(2 * block + 1, new Slice()));
  }

  /** The block that begins at {@code offset}; there must be one. */
  int blockAt(long offset) {
    int low = 0;
    int high = blocks - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long found = offset(middle);
      if (found == offset) {
        return middle;
      }
      if (found < offset) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    throw new IllegalArgumentException("no block begins at " + offset);
  }

  /** The first block whose upper is not below {@code key}; the number of blocks if none is. */
  int firstNotBelow(Slice key) {
    int outside = outside(key);
    if (outside != 0) {
      return outside < 0 ? 0 : blocks;
    }
    long head = head(key);
    int low = 0;
    int high = blocks;
    while (low < high) {
      int middle = (low + high) >>> 1;
      int order = Long.compareUnsigned(upperHeads[middle], head);
      if (order == 0) {
        order = compareUpper(middle, key);
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * The last block whose lower is below {@code key}, or at it where {@code orAt}; -1 if none is.
   */
  int lastBelow(Slice key, boolean orAt) {
    int outside = outside(key);
    if (outside != 0) {
      return outside < 0 ? -1 : blocks - 1;
    }
    long head = head(key);
    int low = 0;
    int high = blocks;
    while (low < high) {
      int middle = (low + high) >>> 1;
      int order = Long.compareUnsigned(lowerHeads[middle], head);
      if (order == 0) {
        order = compareLower(middle, key);
      }
      if (order < 0 || (orAt && order == 0)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /** Order of the block's lower and {@code key}. */
  int compareLower(int block, Slice key) {
    return compare(2 * block, key);
  }

  /** Order of the block's upper and {@code key}. */
  int compareUpper(int block, Slice key) {
    return compare(2 * block + 1, key);
  }

  private int compare(int number, Slice key) {
    long at = endsOffset + (long) number * Integer.BYTES;
    int start = number == 0 ? 0 : segment.get(INT, at - Integer.BYTES);
    int length = segment.get(INT, at) - start;
    return Slice.compare(
        segment, keysOffset + start, length, key.segment(), key.offset(), key.length());
  }

  /** Bytes of memory that it takes. */
  int memoryBytes() {
    return memory.capacity() + 2 * Long.BYTES * blocks;
  }

  /** Counts one more reference. */
  void retain() {
    memory.retain();
  }

  /** Gives one reference back. */
  void release() {
    memory.close();
  }
}
