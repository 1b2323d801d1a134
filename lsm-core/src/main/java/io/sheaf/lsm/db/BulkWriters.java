package io.sheaf.lsm.db;

import io.sheaf.lsm.io.ClosedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The bulk writers of an open store, which end before it gives its directory up: the numbers of
 * their files are its own, and the next opener would give them again.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class BulkWriters implements AutoCloseable {
  private final Set<BulkWriter> open = new HashSet<>();
  private boolean closed;

  /**
   * Notes one that has written nothing yet.
   *
   * @throws ClosedException after {@link #close}
   */
  synchronized void add(BulkWriter writer) {
    if (closed) {
      throw new ClosedException("the store");
    }
    open.add(writer);
  }

  /** Forgets one that ended by itself. */
  synchronized void remove(BulkWriter writer) {
    open.remove(writer);
  }

  /** Ends all: waits for what they write, and removes what is not the store's. */
  @Override
  public void close() {
    List<BulkWriter> left;
    synchronized (this) {
      closed = true;
      left = new ArrayList<>(open);
      open.clear();
    }
    left.forEach(BulkWriter::end); // why a part of what is removed was not written tells nobody
  }
}
