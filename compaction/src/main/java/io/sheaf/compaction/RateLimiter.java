package io.sheaf.compaction;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Keeps the bytes that compactions write below a rate, however many jobs share it.
 *
 * <p>Each request books the next free stretch of time, as long as its bytes take at the rate, and
 * waits until that has passed. Time in which nothing was booked is kept for later, but no more than
 * {@link #BURST_NANOS}, so that a pause is no licence to flood the device.
 *
 * <p><b>Source.</b> Turner, <i>New Directions in Communications</i>, 1986 (the leaky bucket), in
 * the form that keeps one time instead of a level.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class RateLimiter {
  /** Time that may be saved up, in nanoseconds. */
  static final long BURST_NANOS = 100_000_000;

  /**
   * A wait is cut into pieces of this length, in nanoseconds, to look whether it is still wanted.
   */
  static final long LOOK_NANOS = 20_000_000;

  private static final double NANOS_PER_SECOND = 1e9;

  /** Where time comes from, so that tests can turn the clock. */
  interface Clock {
    /** A time in nanoseconds that never goes back. */
    long nanoTime();

    /** Waits for about so long. */
    void waitNanos(long nanos);

    /** The clock of the machine. */
    Clock SYSTEM =
        new Clock() {
          @Override
          public long nanoTime() {
            return System.nanoTime();
          }

          @Override
          public void waitNanos(long nanos) {
            LockSupport.parkNanos(nanos);
          }
        };
  }

  private final long bytesPerSecond;
  private final Clock clock;
  private long bookedUntilNanos; // guarded by this

  /**
   * A limiter of all who share it.
   *
   * @param bytesPerSecond the rate; 0: no limit
   */
  public RateLimiter(long bytesPerSecond) {
    this(bytesPerSecond, Clock.SYSTEM);
  }

  RateLimiter(long bytesPerSecond, Clock clock) {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "bytesPerSecond must not be negative, not " + bytesPerSecond);
    }
    this.bytesPerSecond = bytesPerSecond;
    this.clock = clock;
    this.bookedUntilNanos = clock.nanoTime() - BURST_NANOS;
  }

  /** Waits until {@code bytes} more may have been written, or {@code cancelled} says true. */
  public void acquire(long bytes, BooleanSupplier cancelled) {
    if (bytesPerSecond == 0 || bytes <= 0) {
      return;
    }
    long until = book(bytes);
    while (!cancelled.getAsBoolean()) {
      long left = until - clock.nanoTime();
      if (left <= 0) {
        return;
      }
      clock.waitNanos(Math.min(left, LOOK_NANOS));
    }
  }

  /** Counts {@code bytes} that were written already; who asks next waits for them. */
  public void charge(long bytes) {
    if (bytesPerSecond > 0 && bytes > 0) {
      book(bytes);
    }
  }

  private synchronized long book(long bytes) {
    long earliest = clock.nanoTime() - BURST_NANOS;
    if (bookedUntilNanos - earliest < 0) {
      bookedUntilNanos = earliest;
    }
    bookedUntilNanos += (long) (bytes * NANOS_PER_SECOND / bytesPerSecond);
    return bookedUntilNanos;
  }
}
