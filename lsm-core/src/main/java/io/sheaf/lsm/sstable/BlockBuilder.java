package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.value.ValueReference;

/**
 * Builds data blocks, one after the other, as {@link TableFormat} says: cuts the rows into runs.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> The creator closes it.
 */
final class BlockBuilder implements AutoCloseable {
  /** Offsets of runs up to this one fit into 2 bytes. */
  private static final int NARROW_BYTES = 1 << 16;

  private final int targetBytes;
  private final boolean keepsTimes;
  private final RunEncoder run;
  private final GrowableBuffer block;
  private final GrowableBuffer offsets;
  private boolean separated;
  private long baseSequence;
  private long baseTime;

  BlockBuilder(int targetBytes, boolean keepsTimes) {
    this.targetBytes = targetBytes;
    this.keepsTimes = keepsTimes;
    this.block = new GrowableBuffer(targetBytes * 2); // first: it may be too large
    this.run = new RunEncoder(keepsTimes);
    this.offsets = new GrowableBuffer(1 << 10);
  }

  /** Whether there is no row in the block. */
  boolean isEmpty() {
    return block.size() == 0 && run.rows() == 0;
  }

  /** Bytes of the block before compression, roughly. */
  int estimatedBytes() {
    return block.size() + (run.rows() == 0 ? 0 : run.estimatedBytes());
  }

  /**
   * Whether the block is to be finished before a row is added. A run of separated rows is not torn
   * for that: it would need a second reference.
   *
   * @param newPrefix whether the row is the first of its prefix
   */
  boolean isFullBefore(boolean newPrefix, EntryKind kind) {
    return estimatedBytes() >= targetBytes && (!separated || newPrefix || !run.takesInline(kind));
  }

  /** See {@link #isFullBefore(boolean, EntryKind)}; for a row whose value is separated. */
  boolean isFullBefore(boolean newPrefix, ValueReference reference) {
    return estimatedBytes() >= targetBytes && (!separated || newPrefix || !run.takes(reference));
  }

  /** Adds a row with its value inside, or a delete. */
  void add(
      Slice key,
      boolean newPrefix,
      boolean sameKey,
      long sequence,
      EntryKind kind,
      long timeMillis,
      Slice value) {
    begin(newPrefix || !run.takesInline(kind), sequence, timeMillis);
    separated = separated && kind == EntryKind.DELETE;
    run.add(key, sameKey, sequence, kind, timeMillis, value);
  }

  /** Adds a row with its value in a value block. */
  void addReference(
      Slice key,
      boolean newPrefix,
      boolean sameKey,
      long sequence,
      long timeMillis,
      ValueReference reference) {
    begin(newPrefix || !run.takes(reference), sequence, timeMillis);
    separated = true;
    run.add(key, sameKey, sequence, timeMillis, reference);
  }

  private void begin(boolean cut, long sequence, long timeMillis) {
    if (isEmpty()) {
      baseSequence = sequence;
      baseTime = keepsTimes ? timeMillis : 0;
    }
    if (cut) {
      endRun();
    }
  }

  private void endRun() {
    if (run.rows() > 0) {
      offsets.putInt(block.size());
      run.finish(baseSequence, baseTime, block);
      separated = false;
    }
  }

  /** Completes the block; what is returned is valid until {@link #clear}. */
  GrowableBuffer finish() {
    endRun();
    int runs = offsets.size() / Integer.BYTES;
    boolean wide = block.size() > NARROW_BYTES;
    for (int i = 0; i < runs; i++) {
      int offset = offsets.segment().get(BlockReader.INT, (long) i * Integer.BYTES);
      if (wide) {
        block.putInt(offset);
      } else {
        block.putByte(offset);
        block.putByte(offset >>> Byte.SIZE);
      }
    }
    block.putLong(baseSequence);
    block.putLong(baseTime);
    block.putInt(
        runs
            | (wide ? TableFormat.BLOCK_IS_WIDE : 0)
            | (keepsTimes ? TableFormat.BLOCK_HAS_TIMES : 0));
    return block;
  }

  /** Begins the next block. */
  void clear() {
    block.clear();
    offsets.clear();
  }

  @Override
  public void close() {
    run.close();
    block.close();
    offsets.close();
  }
}
