package io.sheaf.lsm.io;

/**
 * Threads whose work can wait: flushes and merges. Where the system lets it be said, they get the
 * processor after those that serve users, who would otherwise wait for a time slice of each of
 * them. They still get what the others leave, and a share that keeps them from standing still.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class BackgroundThread {
  /** The scheduler's weight is then about a third of the usual. */
  private static final int NICENESS = 5;

  private BackgroundThread() {}

  /** A daemon thread of this name that is not started yet. */
  public static Thread of(String name, Runnable work) {
    return Thread.ofPlatform()
        .daemon(true)
        .name(name)
        .unstarted(() -> {
          LinuxCalls calls = LinuxCalls.available();
          if (calls != null) {
            calls.beNice(NICENESS);
          }
          work.run();
        });
  }

  /** Starts {@code thread}; where the system gives none, its work is done here and now. */
  public static void startOrRun(Thread thread, Runnable work) {
    try {
      thread.start();
    } catch (OutOfMemoryError noThread) {
      work.run();
    }
  }

  /** Waits until {@code thread} has ended; an interruption is kept for later. */
  public static void awaitEnd(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
