package io.sheaf.server;

import java.util.concurrent.TimeUnit;

/** Until when a test waits at most. */
final class Deadline {
  private final long untilNanos;

  private Deadline(long untilNanos) {
    this.untilNanos = untilNanos;
  }

  static Deadline ofSeconds(long seconds) {
    return new Deadline(System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
  }

  /** What is left, in milliseconds; at least 1. */
  long leftMillis() {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(untilNanos - System.nanoTime()));
  }

  /** Fails when it has passed, with what the server says of itself. */
  void check(ServedStore store) {
    if (System.nanoTime() - untilNanos > 0) {
      throw new AssertionError("waited in vain; " + store.state());
    }
  }

  /** Waits for {@code thread}; fails when it has not ended by then. */
  void join(Thread thread, ServedStore store) throws InterruptedException {
    thread.join(leftMillis());
    if (thread.isAlive()) {
      StringBuilder where = new StringBuilder();
      for (StackTraceElement frame : thread.getStackTrace()) {
        where.append("\n  ").append(frame);
      }
      thread.interrupt();
      throw new AssertionError(thread.getName() + " hangs" + where + "\n" + store.state());
    }
  }
}
