package io.sheaf.bench.phase;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * Operations at a steady rate. The time of one counts from the moment when it was due, so that an
 * operation which has to wait for the one before it shows the wait too. The time that the thread
 * takes to wake up is in it: some microseconds, the same for each engine.
 *
 * <p><em>Thread safety:</em> none; of the thread that made it.
 */
final class Pace {
  private static final Path TIMER_SLACK = Path.of("/proc/thread-self/timerslack_ns");
  private static final byte[] LEAST_SLACK = "1\n".getBytes(StandardCharsets.US_ASCII);

  private final double perSecond;
  private final long beginNanos;
  private long operations;

  /** From now on. */
  Pace(double perSecond) {
    this.perSecond = perSecond;
    wakeInTime();
    this.beginNanos = System.nanoTime();
  }

  /**
   * Waits until the next operation is due.
   *
   * @return when it was, by {@link System#nanoTime}
   */
  long awaitNext() {
    long due = beginNanos + (long) (operations++ * 1e9 / perSecond);
    long now = System.nanoTime();
    while (now - due < 0) {
      LockSupport.parkNanos(due - now);
      now = System.nanoTime();
    }
    return due;
  }

  /** Nanoseconds since it began. */
  long nanos() {
    return System.nanoTime() - beginNanos;
  }

  /** Linux wakes a thread up to 50 µs late, unless it asks not to. */
  private static void wakeInTime() {
    try {
      Files.write(TIMER_SLACK, LEAST_SLACK);
    } catch (IOException e) {
      return; // another system, or not permitted: some microseconds more for each engine
    }
  }
}
