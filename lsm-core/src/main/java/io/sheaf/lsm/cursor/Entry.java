package io.sheaf.lsm.cursor;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.value.ValueReference;
import java.io.IOException;

/**
 * One version of one key, as the layers of a table show it to each other.
 *
 * <p><b>Thread safety.</b> One thread at a time. <b>Ownership.</b> What {@link #key()} and {@link
 * #value()} return belongs to who shows the entry and is valid until that moves on or is closed.
 */
public interface Entry {
  /** The user's key. */
  Slice key();

  /** Sequence number of the entry. */
  long sequence();

  /** What the entry does to its key. */
  EntryKind kind();

  /** Write time in milliseconds since the epoch; 0 where the table keeps none. */
  long timeMillis();

  /** Length of the value in bytes; 0 for a delete. Reads nothing. */
  int valueLength();

  /** Whether the value lies in a value block. */
  boolean separated();

  /**
   * Fills {@code into} with where the value lies; only where {@link #separated()}. Reads nothing.
   */
  void reference(ValueReference into);

  /**
   * The value; a separated one is read from its block now, at the first call for this entry. Empty
   * for a delete.
   */
  Slice value() throws IOException;
}
