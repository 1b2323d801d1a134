package io.sheaf.lsm.db;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What readers share (open files, cached blocks, separated values), closed when the store has let
 * go of it and no view is left.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class SharedFiles implements AutoCloseable {
  private final AtomicInteger references = new AtomicInteger(1);
  private final Runnable closeAll;

  /** Shares with one reference, the store's. */
  SharedFiles(Runnable closeAll) {
    this.closeAll = closeAll;
  }

  SharedFiles retain() {
    int before = references.getAndIncrement();
    assert before > 0 : "files were shared after they were closed";
    return this;
  }

  @Override
  public void close() {
    if (references.decrementAndGet() == 0) {
      closeAll.run();
    }
  }
}
