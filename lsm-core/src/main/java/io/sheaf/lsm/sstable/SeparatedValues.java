package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.value.ValueStore;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Shows separated values to a cursor: holds the value block that the cursor is in, so that it is
 * fetched once for all its rows.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> Holds a reference to one block until the next is
 * shown, {@link #release} or {@link #close}.
 */
final class SeparatedValues implements AutoCloseable {
  private static final int CACHE_LINE_BYTES = 64;
  private static final int MOST_TOUCHED_BYTES = 64 << 10;

  private ValueStore store;
  private boolean fillCache;
  private final ValueReference held = new ValueReference();
  private @Nullable NativeBuffer block;
  private MemorySegment bytes = MemorySegment.NULL;

  /** Kept so that the reads of {@link #touch} are not left out as useless. */
  @SuppressWarnings("UnusedVariable")
  private byte touched;

  SeparatedValues(ValueStore store, boolean fillCache) {
    this.store = store;
    this.fillCache = fillCache;
  }

  /** Shows values of another store; nothing is held. */
  void open(ValueStore store, boolean fillCache) {
    release();
    this.store = store;
    this.fillCache = fillCache;
  }

  /** Whether the block that {@code reference} points into is held. */
  boolean holds(ValueReference reference) {
    return block != null && held.sameBlock(reference);
  }

  /** Holds the block that {@code reference} points into, if it is cached; whether it is. */
  boolean holdCached(ValueReference reference) throws IOException {
    release();
    NativeBuffer cached = store.readCached(reference);
    if (cached != null) {
      take(cached, reference);
    }
    return cached != null;
  }

  /** Fetches the block that {@code reference} points into. */
  void hold(ValueReference reference) throws IOException {
    release();
    take(store.read(reference, fillCache), reference);
  }

  private void take(NativeBuffer read, ValueReference reference) {
    block = read;
    bytes = read.segment();
    held.set(reference);
  }

  /**
   * Points {@code into} at a value in the block that is held.
   *
   * @throws CorruptionException when the block does not reach so far
   */
  void show(long offset, int length, Slice into) throws CorruptionException {
    NativeBuffer values = block;
    if (values == null) {
      throw new IllegalStateException("no block is held");
    }
    if (offset < 0 || offset > values.capacity() - (long) length) {
      held.valueOffset = (int) offset;
      held.valueLength = length;
      throw tooShort(store, held, values);
    }
    into.set(bytes, offset, length);
  }

  /**
   * Asks the processor for the bytes from {@code from} to before {@code to} of the block that is
   * held, all at once. For who reads values from the last to the first: unlike rising addresses,
   * the processor does not see those coming, and each value would cost a wait for memory.
   */
  void touch(long from, long to) {
    MemorySegment segment = bytes;
    long end = Math.min(to, segment.byteSize());
    long begin = Math.max(0, Math.max(from, end - MOST_TOUCHED_BYTES));
    byte seen = 0;
    for (long at = begin; at < end; at += CACHE_LINE_BYTES) {
      seen ^= segment.get(ValueLayout.JAVA_BYTE, at);
    }
    touched = seen;
  }

  /** The block, long enough for the value; the caller closes it. */
  static NativeBuffer read(ValueStore store, ValueReference reference, boolean fillCache)
      throws IOException {
    NativeBuffer values = store.read(reference, fillCache);
    if (reference.valueOffset > values.capacity() - reference.valueLength) {
      values.close();
      throw tooShort(store, reference, values);
    }
    return values;
  }

  private static CorruptionException tooShort(
      ValueStore store, ValueReference reference, NativeBuffer values) {
    return new CorruptionException(
        store.fileName(reference.fileNumber),
        reference.blockOffset,
        "a block with " + reference,
        values.capacity() + " bytes");
  }

  /** Gives the block back. */
  void release() {
    NativeBuffer values = block;
    block = null;
    bytes = MemorySegment.NULL;
    if (values != null) {
      values.close();
    }
  }

  @Override
  public void close() {
    release();
  }
}
