package io.sheaf.lsm.db;

import java.util.concurrent.locks.LockSupport;
import java.util.function.DoubleSupplier;

/**
 * Slows writers smoothly, so that they come down to the speed of the background before they would
 * have to stop.
 *
 * <p>Pressure up to one half costs nothing. From there on each written byte owes time: at three
 * quarters as much as a flush takes for a byte, beyond that in proportion more. The time is slept
 * off in portions of half a millisecond, as shorter sleeps are not kept by the operating system.
 *
 * <p><b>Thread safety.</b> {@link #pace} is called by the leader of a write group; the rest by any
 * thread.
 */
final class WriteController {
  private static final long PORTION_NANOS = 500_000;
  private static final double FREE = 0.5;

  private final DoubleSupplier memtables;
  private final DoubleSupplier compaction;
  private volatile double flushNanosPerByte = 2.0;
  private double owedNanos;

  /**
   * A controller of these pressures, 0 to 1 and above.
   *
   * @param memtables how far the filling memtables are ahead of the flush
   * @param compaction how far compaction lags behind
   */
  WriteController(DoubleSupplier memtables, DoubleSupplier compaction) {
    this.memtables = memtables;
    this.compaction = compaction;
  }

  /** Takes the speed of a finished flush as the speed of the background. */
  void flushed(long bytes, long nanos) {
    if (bytes > 0) {
      flushNanosPerByte = Math.clamp((double) nanos / bytes, 0.1, 1000);
    }
  }

  WritePressure pressure() {
    double fill = memtables.getAsDouble();
    double debt = compaction.getAsDouble();
    double level = Math.clamp((Math.max(fill, debt) - FREE) / (1 - FREE), 0, 1);
    if (level == 0) {
      return new WritePressure(0, "writers are not slowed");
    }
    return new WritePressure(
        level,
        fill >= debt
            ? "memtables fill faster than they are flushed"
            : "sorted runs pile up faster than they are merged");
  }

  /** Sleeps off what {@code bytes} owe; returns the nanoseconds slept. */
  long pace(long bytes) {
    double pressure = Math.max(memtables.getAsDouble(), compaction.getAsDouble());
    if (pressure <= FREE) {
      owedNanos = 0;
      return 0;
    }
    owedNanos += bytes * flushNanosPerByte * (Math.min(pressure, 1.5) - FREE) * 4;
    if (owedNanos < PORTION_NANOS) {
      return 0;
    }
    long before = System.nanoTime();
    LockSupport.parkNanos((long) Math.min(owedNanos, 20 * PORTION_NANOS));
    long slept = System.nanoTime() - before;
    owedNanos = Math.max(0, owedNanos - slept);
    return slept;
  }
}
