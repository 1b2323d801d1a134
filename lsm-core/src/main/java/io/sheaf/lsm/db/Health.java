package io.sheaf.lsm.db;

import io.sheaf.lsm.io.ClosedException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Whether a store takes writes: open, read-only after a failure, or closed. The first failure is
 * kept as the cause of all refusals.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class Health {
  private volatile @Nullable Throwable failure;
  private volatile boolean closed;

  /** Notes a failure after which nothing more may be acknowledged. */
  synchronized void fail(Throwable cause) {
    if (failure == null) {
      failure = cause;
    }
  }

  synchronized void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  @Nullable Throwable failure() {
    return failure;
  }

  void checkOpen() {
    if (closed) {
      throw new ClosedException("the store");
    }
  }

  void checkWritable() throws IOException {
    checkOpen();
    Throwable cause = failure;
    if (cause != null) {
      throw new IOException(
          "the store is read-only since a write failed ("
              + cause.getMessage()
              + "); reads go on; mend the cause and open it again",
          cause);
    }
  }
}
