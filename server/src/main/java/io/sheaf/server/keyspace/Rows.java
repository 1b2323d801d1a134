package io.sheaf.server.keyspace;

import io.sheaf.lsm.coding.Slice;
import java.io.IOException;

/**
 * Rows in order, one at a time: those of the store with the changes of a transaction over them.
 *
 * <p><b>Thread safety.</b> One thread at a time. <b>Ownership.</b> Who asked for them closes them;
 * key and value are valid until the next step.
 */
public interface Rows extends AutoCloseable {
  /** Goes to the next row; false when there is none. */
  boolean next() throws IOException;

  /** Key of the row. */
  Slice key();

  /** Value of the row. */
  Slice value() throws IOException;

  @Override
  void close();
}
