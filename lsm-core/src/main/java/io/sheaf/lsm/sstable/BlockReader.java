package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Finds rows in a decompressed data block, see {@link TableFormat}. A flyweight: {@link #open}
 * points it at a block.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> Holds no reference; valid as long as the block
 * is.
 */
final class BlockReader {
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final ByteReader in = new ByteReader();
  private MemorySegment segment = MemorySegment.NULL;
  private int runs;
  private long runsEnd;
  private boolean wide;
  private boolean hasTimes;
  private long baseSequence;
  private long baseTime;

  /**
   * Points at {@code block}.
   *
   * @throws MalformedException when its end is not that of a data block
   */
  void open(NativeBuffer block) {
    segment = block.segment();
    long trailer = segment.byteSize() - TableFormat.BLOCK_TRAILER_BYTES;
    if (trailer < 0) {
      throw new MalformedException("data block of " + segment.byteSize() + " bytes");
    }
    baseSequence = segment.get(LONG, trailer);
    baseTime = segment.get(LONG, trailer + 8);
    int word = segment.get(INT, trailer + 16);
    hasTimes = (word & TableFormat.BLOCK_HAS_TIMES) != 0;
    wide = (word & TableFormat.BLOCK_IS_WIDE) != 0;
    runs = word & ~(TableFormat.BLOCK_HAS_TIMES | TableFormat.BLOCK_IS_WIDE);
    runsEnd = trailer - (long) runs * (wide ? Integer.BYTES : Short.BYTES);
    if (runs == 0 || runsEnd <= 0) {
      throw new MalformedException(runs + " runs in " + segment.byteSize() + " bytes");
    }
  }

  /**
   * Checks that the block is made of runs as it says, once, after it came from the device: what
   * reads it later relies on it.
   *
   * @throws MalformedException when it is not
   */
  static void check(NativeBuffer block) {
    BlockReader reader = new BlockReader();
    RunReader run = new RunReader();
    reader.open(block);
    if (reader.runOffset(0) != 0) {
      throw new MalformedException("first run at " + reader.runOffset(0));
    }
    for (int i = 0; i < reader.runs; i++) {
      long end = i + 1 < reader.runs ? reader.runOffset(i + 1) : reader.runsEnd;
      reader.openRun(i, run);
      run.check();
      if (reader.in.position() != end) {
        throw new MalformedException(
            "run " + i + " ends at " + reader.in.position() + ", the next one begins at " + end);
      }
    }
  }

  /** Number of runs. */
  int runs() {
    return runs;
  }

  /** Points {@code run} at the run with this number. */
  void openRun(int index, RunReader run) {
    long offset = runOffset(index);
    in.set(segment, offset, runsEnd - offset);
    run.open(in, segment, index, hasTimes, baseSequence, baseTime);
  }

  /**
   * Finds the first row whose key is not below {@code key}, or above it where {@code above}.
   *
   * @param run is pointed at the run of that row
   * @return the row in its run; -1 when there is none in this block
   */
  int search(Slice key, boolean above, RunReader run) {
    int next = firstRun(key, above);
    if (next > 0) {
      openRun(next - 1, run);
      int row = run.search(key, above);
      if (row < run.rows()) {
        return row;
      }
    }
    if (next == runs) {
      return -1;
    }
    openRun(next, run);
    return 0;
  }

  /** The first run whose first key is not below {@code key}, or above it; their number if none. */
  private int firstRun(Slice key, boolean above) {
    int low = 0;
    int high = runs;
    while (low < high) {
      int middle = (low + high) >>> 1;
      int order = compareFirstKey(middle, key);
      if (order < 0 || (above && order == 0)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private int compareFirstKey(int index, Slice key) {
    long at = runOffset(index);
    at += (segment.get(ValueLayout.JAVA_BYTE, at) & TableFormat.SINGLE) != 0 ? 1 : 2;
    int length = 0;
    byte part;
    int shift = 0;
    do {
      part = segment.get(ValueLayout.JAVA_BYTE, at++);
      length |= (part & 0x7F) << shift;
      shift += 7;
    } while (part < 0);
    return Slice.compare(segment, at, length, key.segment(), key.offset(), key.length());
  }

  private long runOffset(int index) {
    return wide
        ? segment.get(INT, runsEnd + (long) index * Integer.BYTES) & 0xFFFF_FFFFL
        : segment.get(SHORT, runsEnd + (long) index * Short.BYTES) & 0xFFFF;
  }
}
