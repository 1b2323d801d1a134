package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.Slice;

/**
 * A key that is kept after its owner has moved on, off the heap like the keys it is compared with.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> The creator closes it.
 */
final class KeyCopy implements AutoCloseable {
  private final GrowableBuffer bytes = new GrowableBuffer(64);
  private final Slice view = new Slice();
  private boolean present;

  /** Whether a key was ever set. */
  boolean isPresent() {
    return present;
  }

  /** Keeps a copy of {@code key} instead of what was kept. */
  void set(Slice key) {
    bytes.clear();
    bytes.putBytes(key);
    view.set(bytes.segment(), 0, bytes.size());
    present = true;
  }

  /** The key; valid until {@link #set}. Empty where none was set. */
  Slice get() {
    return view;
  }

  @Override
  public void close() {
    view.clear();
    bytes.close();
  }
}
