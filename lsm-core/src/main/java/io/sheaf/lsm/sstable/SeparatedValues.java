package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.value.ValueStore;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Shows separated values to a cursor: holds the value block that the cursor is in, so that it is
 * fetched once for all its rows.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> Holds a reference to one block until the next is
 * shown, {@link #release} or {@link #close}.
 */
final class SeparatedValues implements AutoCloseable {
  private final ValueStore store;
  private final boolean fillCache;
  private final ValueReference wanted = new ValueReference();
  private final ValueReference held = new ValueReference();
  private @Nullable NativeBuffer block;

  SeparatedValues(ValueStore store, boolean fillCache) {
    this.store = store;
    this.fillCache = fillCache;
  }

  /** Whether the block that {@code reference} points into is held. */
  boolean holds(ValueReference reference) {
    return block != null && held.sameBlock(reference);
  }

  /**
   * Points {@code into} at the value of a row of a separated run, fetching its block if need be.
   */
  void show(RunReader run, int row, Slice into) throws IOException {
    run.reference(row, wanted);
    NativeBuffer values = block;
    if (values == null || !held.sameBlock(wanted)) {
      release();
      values = read(store, wanted, fillCache);
      block = values;
      held.set(wanted);
    }
    check(store, wanted, values);
    into.set(values.segment(), wanted.valueOffset, wanted.valueLength);
  }

  /** The block, long enough for the value; the caller closes it. */
  static NativeBuffer read(ValueStore store, ValueReference reference, boolean fillCache)
      throws IOException {
    NativeBuffer values = store.read(reference, fillCache);
    try {
      check(store, reference, values);
      return values;
    } catch (Throwable e) {
      values.close();
      throw e;
    }
  }

  private static void check(ValueStore store, ValueReference reference, NativeBuffer values)
      throws CorruptionException {
    if (reference.valueOffset > values.capacity() - reference.valueLength) {
      throw new CorruptionException(
          store.fileName(reference.fileNumber),
          reference.blockOffset,
          "a block with " + reference,
          values.capacity() + " bytes");
    }
  }

  /** Gives the block back. */
  void release() {
    NativeBuffer values = block;
    block = null;
    if (values != null) {
      values.close();
    }
  }

  @Override
  public void close() {
    release();
  }
}
