package io.sheaf.lsm.db;

/**
 * A moment of the store that never changes: reads that name it see what was written before it was
 * taken, and nothing since.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 *
 * <p><b>Ownership.</b> Who took it closes it; rows that only it can see are kept until then. Rows
 * of a table with a time to live expire all the same.
 */
public final class Snapshot implements AutoCloseable {
  private final SnapshotList list;
  private final long sequence;
  private boolean closed;

  Snapshot(SnapshotList list, long sequence) {
    this.list = list;
    this.sequence = sequence;
  }

  /** Sequence number of the last write it shows. */
  public long sequence() {
    return sequence;
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    list.release(sequence);
  }

  synchronized boolean isClosed() {
    return closed;
  }
}
