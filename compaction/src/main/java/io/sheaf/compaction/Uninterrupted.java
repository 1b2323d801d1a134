package io.sheaf.compaction;

/**
 * Waits that an interrupt does not cut short, for threads that must not leave others behind with
 * files they share. The interrupt is kept for the caller.
 */
final class Uninterrupted {
  private Uninterrupted() {}

  /** Waits for the end of {@code thread}. */
  static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
