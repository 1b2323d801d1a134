package io.sheaf.lsm.sstable;

import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.ScanBounds;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Yields the data blocks that a cursor goes through: from the cache, or from the file, where blocks
 * that the scan will come to are read with one access. Of a scan whose end is known the first
 * access takes what lies before the end, as far as the rows wanted reach; one that goes on from
 * block to block reads more and more at a time.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> Each block is the caller's to close. Holds what
 * was read ahead, as it is stored, until it is used up, the cursor jumps, or {@link #close}.
 */
final class BlockSource implements AutoCloseable {
  private static final int MAX_AHEAD_BLOCKS = 64;
  private static final int MAX_AHEAD_BYTES = 256 << 10;

  /** The first access takes no more: who looks at a row and stops does not pay for many. */
  private static final int MAX_FIRST_BYTES = 64 << 10;

  private static final int NONE = -2;

  private TableReader table;
  private TableIndex index;
  private ScanBounds bounds;
  private int step;
  private int lastBlock = NONE;
  private int aheadBlocks = 1;
  private @Nullable NativeBuffer stored;
  private int storedFrom;
  private int storedTo;

  BlockSource(TableReader table, ScanBounds bounds) {
    this.table = table;
    this.index = table.index();
    this.bounds = bounds;
    this.step = bounds.reverse() ? -1 : 1;
  }

  /** Yields the blocks of another table. */
  void open(TableReader table, ScanBounds bounds) {
    drop();
    this.table = table;
    this.index = table.index();
    this.bounds = bounds;
    this.step = bounds.reverse() ? -1 : 1;
    lastBlock = NONE;
    aheadBlocks = 1;
  }

  /** Whether keys of the block may lie before the end of the scan in its direction. */
  boolean wants(int block) {
    if (block < 0 || block >= index.blocks()) {
      return false;
    }
    Slice end = bounds.reverse() ? bounds.lower() : bounds.upper();
    if (end == null) {
      return true;
    }
    return bounds.reverse()
        ? index.compareUpper(block, end) >= 0
        : index.compareLower(block, end) < 0;
  }

  /** The decompressed block. */
  NativeBuffer block(int block) throws IOException {
    boolean goesOn = block == lastBlock + step;
    lastBlock = block;
    if (!goesOn) {
      drop();
      aheadBlocks = blocksOfRowsWanted();
      if (bounds.fillCache() && (aheadBlocks == 1 || !wants(block + step))) {
        return table.block(block);
      }
    }
    NativeBuffer cached = table.cache().get(table.fileNumber(), index.offset(block));
    if (cached != null) {
      return cached;
    }
    NativeBuffer bytes = stored;
    if (bytes == null || block < storedFrom || block >= storedTo) {
      if (goesOn) {
        aheadBlocks = Math.min(MAX_AHEAD_BLOCKS, aheadBlocks * 2);
      }
      bytes = readAhead(block, goesOn ? MAX_AHEAD_BYTES : MAX_FIRST_BYTES);
    }
    return unpack(bytes, block);
  }

  /** The most blocks that the first rows wanted lie in, if they are as long as others; or 1. */
  private int blocksOfRowsWanted() {
    if ((bounds.reverse() ? bounds.lower() : bounds.upper()) == null) {
      return 1;
    }
    long rowsOfBlock = table.properties().metadata().entries() / Math.max(1, index.blocks());
    return 1 + (int) Math.min(MAX_AHEAD_BLOCKS - 1, bounds.limitRows() / Math.max(1, rowsOfBlock));
  }

  private NativeBuffer readAhead(int block, int mostBytes) throws IOException {
    drop();
    int end = block + step;
    long length = index.storedBytes(block);
    while (Math.abs(end - block) < aheadBlocks
        && wants(end)
        && length + index.storedBytes(end) <= mostBytes) {
      length += index.storedBytes(end);
      end += step;
    }
    storedFrom = Math.min(block, end + 1);
    storedTo = Math.max(block + 1, end);
    NativeBuffer bytes = table.readStored(index.offset(storedFrom), (int) length);
    table.budget().add(MemoryBudget.Use.BUFFERS, bytes.capacity());
    stored = bytes;
    return bytes;
  }

  private NativeBuffer unpack(NativeBuffer bytes, int block) throws IOException {
    int start = (int) (index.offset(block) - index.offset(storedFrom));
    NativeBuffer raw = table.unpack(bytes, start, block);
    if (bounds.fillCache()) {
      table.cache().put(table.fileNumber(), index.offset(block), raw);
    }
    if (block == (step > 0 ? storedTo - 1 : storedFrom)) {
      drop();
    }
    return raw;
  }

  private void drop() {
    NativeBuffer bytes = stored;
    stored = null;
    if (bytes != null) {
      table.budget().add(MemoryBudget.Use.BUFFERS, -bytes.capacity());
      bytes.close();
    }
  }

  @Override
  public void close() {
    drop();
  }
}
