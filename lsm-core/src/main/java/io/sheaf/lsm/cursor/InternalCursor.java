package io.sheaf.lsm.cursor;

import io.sheaf.lsm.coding.Slice;
import java.io.IOException;

/**
 * The one contract by which every layer (memtable, SSTable, run, merge) shows its entries in order.
 *
 * <p><b>Order.</b> A cursor goes one way, fixed when it is opened: keys rise or keys fall. In both
 * directions the versions of one key come <em>newest first</em>, so that merging and visibility are
 * the same code both ways.
 *
 * <p><b>State.</b> A new cursor is not positioned ({@link #valid} is false). {@link #seekFirst} and
 * {@link #seek} position it; {@link #next} moves on. The accessors of the {@link Entry} it stands
 * on may be called only while {@link #valid}. After an exception the cursor is not valid and may
 * only be positioned again or closed.
 *
 * <p><b>Bounds.</b> A layer may use the bounds and limit it was opened with to skip, stop and
 * prefetch, but may still show entries outside of them; whoever stands on top checks them.
 *
 * <p><b>Thread safety.</b> One thread at a time. <b>Ownership.</b> What {@link #key()} and {@link
 * #value()} return belongs to the cursor and is valid until it moves or is closed.
 */
public interface InternalCursor extends Entry, AutoCloseable {
  /** Whether the cursor stands on an entry. */
  boolean valid();

  /** Goes to the first entry in the cursor's direction. */
  void seekFirst() throws IOException;

  /**
   * Goes to the newest version of the first key at or behind {@code target} in the cursor's
   * direction: the smallest key ≥ {@code target} forwards, the largest key ≤ {@code target} in
   * reverse.
   */
  void seek(Slice target) throws IOException;

  /** Goes to the next entry; the cursor must be valid. */
  void next() throws IOException;

  /**
   * Answers how many rows behind the current entry are plain; a layer that cannot tell leaves the
   * answer as it is, none.
   */
  default void plainRows(PlainRows question) {}

  /** Goes to the next entry, of which {@link #plainRows} has said that it is plain. */
  default void nextPlain() throws IOException {
    next();
  }

  /** Gives back what the cursor holds; may be called more than once. */
  @Override
  void close();
}
