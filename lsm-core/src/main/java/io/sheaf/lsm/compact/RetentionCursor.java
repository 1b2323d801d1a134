package io.sheaf.lsm.compact;

import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.key.RangeTombstones;
import java.io.IOException;
import java.util.List;

/**
 * Skeleton: to be written. Walks merged inputs in key order and shows only the entries that some
 * reader can still see.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class RetentionCursor implements AutoCloseable {
  /**
   * @param inputs newest first, each forward
   * @param tombstones of all inputs
   * @param snapshots rising
   * @param oldestRun whether no older run holds a key of these ranges: deletes may go
   * @param expiredBefore rows with a write time below it are dropped; 0: none
   */
  public RetentionCursor(
      List<InternalCursor> inputs,
      RangeTombstones tombstones,
      long[] snapshots,
      boolean oldestRun,
      long expiredBefore) {
    throw new UnsupportedOperationException();
  }

  /** Moves to the next survivor; false at the end. */
  public boolean next() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** The input entry; valid until next. */
  public InternalCursor entry() {
    throw new UnsupportedOperationException();
  }

  /** Sequence number to store: 0 where no reader can tell. */
  public long sequence() {
    throw new UnsupportedOperationException();
  }

  public long dropped() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
