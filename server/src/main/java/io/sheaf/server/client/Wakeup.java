package io.sheaf.server.client;

import java.io.IOException;

/** Tells a call that waits that it is worth looking again: keys, or the queue of a user. */
@FunctionalInterface
public interface Wakeup {
  /**
   * Calls {@code changed} whenever something has changed, from any thread, until the answer is
   * closed. What changed before the call is not told.
   */
  Listening listen(Runnable changed) throws IOException;

  /** Listens until it is closed; to be closed once. */
  @FunctionalInterface
  interface Listening extends AutoCloseable {
    @Override
    void close();
  }
}
