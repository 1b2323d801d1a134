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

  /** Whether who listens is told when to look for the first time, and does not look before. */
  default boolean tellsWhenToBegin() {
    return false;
  }

  /** Memory that listening takes, about, in bytes. */
  default long heldBytes() {
    return 0;
  }

  /** Whether CLIENT UNBLOCK may end the waiting. */
  default boolean mayBeCutShort() {
    return true;
  }

  /** Listens until it is closed; to be closed once. */
  @FunctionalInterface
  interface Listening extends AutoCloseable {
    @Override
    void close();

    /** Says that the call has looked, and that there was nothing. */
    default void lookedInVain() {
      // nobody waits behind it
    }
  }
}
