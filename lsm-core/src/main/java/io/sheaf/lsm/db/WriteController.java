package io.sheaf.lsm.db;

import java.util.concurrent.locks.LockSupport;
import java.util.function.DoubleSupplier;

/**
 * Slows writers smoothly, so that they come down to the speed of the background before they would
 * have to stop.
 *
 * <p>Memtables that fill no faster than those before them are flushed cost nothing. Where they are
 * ahead, each written byte owes time: the nearer they are to being full, the more exactly the time
 * that the rest of the flush will take, shared by the bytes that they have room for. Compaction
 * that lags behind costs nothing up to a pressure of one half, at three quarters as much as a flush
 * takes for a byte, and beyond that in proportion more. What is owed is slept off in portions of a
 * quarter of a millisecond; what the operating system lets a portion last longer is taken off the
 * next.
 *
 * <p><b>Thread safety.</b> {@link #pace} is called by the leader of a write group; the rest by any
 * thread.
 */
final class WriteController {
  private static final long PORTION_NANOS = 250_000;
  private static final long LONGEST_SLEEP_NANOS = 40 * PORTION_NANOS;
  private static final double FREE = 0.5;

  /** Room that is taken to be left at the least, as a share of the memtables. */
  private static final double LEAST_ROOM = 0.000_5;

  /** From here on all of what a byte has to wait is owed, and less in proportion before. */
  private static final double CLEARLY_AHEAD = 0.25;

  /** A flush of fewer bytes tells no speed: most of its time goes to making it durable. */
  private static final long TELLING_BYTES = 1 << 20;

  /** The share of a flush that tells its speed. */
  private static final double TELLING_SHARE = 0.1;

  private final DoubleSupplier fill;
  private final DoubleSupplier flushed;
  private final DoubleSupplier compaction;
  private volatile double lastNanosPerByte = 5;
  private volatile Flush flush = new Flush(0, 0);
  private double owedNanos;

  /** A flush that has begun. */
  private record Flush(long beginNanos, long bytes) {}

  /**
   * A controller of these.
   *
   * @param fill share of the filling memtables that is taken, 0 to 1 and above
   * @param flushed share of the time that the flush of those before them has taken; 1: it is over
   * @param compaction how far compaction lags behind, 0 to 1 and above
   */
  WriteController(DoubleSupplier fill, DoubleSupplier flushed, DoubleSupplier compaction) {
    this.fill = fill;
    this.flushed = flushed;
    this.compaction = compaction;
  }

  /** Notes that a flush of so many bytes begins. */
  void flushBegins(long bytes, long nowNanos) {
    flush = new Flush(nowNanos, bytes);
  }

  /** Takes the speed of a flush that has ended as that of the next. */
  void flushEnds(long nowNanos) {
    Flush ended = flush;
    if (ended.bytes >= TELLING_BYTES) {
      lastNanosPerByte = speed((double) (nowNanos - ended.beginNanos) / ended.bytes);
    }
  }

  private static double speed(double nanosPerByte) {
    return Math.clamp(nanosPerByte, 0.1, 1000);
  }

  WritePressure pressure() {
    double ahead = fill.getAsDouble() - flushed.getAsDouble();
    double debt = (compaction.getAsDouble() - FREE) / (1 - FREE);
    double level = Math.clamp(Math.max(ahead, debt), 0, 1);
    if (level == 0) {
      return new WritePressure(0, "writers are not slowed");
    }
    return new WritePressure(
        level,
        ahead >= debt
            ? "memtables fill faster than they are flushed"
            : "sorted runs pile up faster than they are merged");
  }

  /** Sleeps off what {@code bytes} owe; returns the nanoseconds slept. */
  long pace(long bytes) {
    long before = System.nanoTime();
    long owed = owe(bytes, before);
    if (owed == 0) {
      return 0;
    }
    LockSupport.parkNanos(owed);
    long slept = System.nanoTime() - before;
    slept(slept);
    return slept;
  }

  /** How long to sleep now that so many bytes were written, in nanoseconds; 0: not at all. */
  long owe(long bytes, long nowNanos) {
    double nanosPerByte = Math.max(owedToFlush(nowNanos), owedToCompaction());
    if (nanosPerByte == 0) {
      owedNanos = 0;
      return 0;
    }
    owedNanos += bytes * nanosPerByte;
    return owedNanos < PORTION_NANOS ? 0 : (long) Math.min(owedNanos, LONGEST_SLEEP_NANOS);
  }

  /** Takes off what was slept; of what was slept too long, no more than a portion counts. */
  void slept(long nanos) {
    owedNanos = Math.max(-PORTION_NANOS, owedNanos - nanos);
  }

  private double owedToFlush(long nowNanos) {
    double done = flushed.getAsDouble();
    double full = fill.getAsDouble();
    double ahead = full - done;
    if (ahead <= 0) {
      return 0;
    }
    double shared = (1 - done) / Math.max(1 - full, LEAST_ROOM);
    return nanosPerByte(done, nowNanos) * shared * Math.min(1, ahead / CLEARLY_AHEAD);
  }

  /** What the flush takes for a byte: by its own speed once that can be told. */
  private double nanosPerByte(double done, long nowNanos) {
    Flush running = flush;
    return done < TELLING_SHARE || running.bytes == 0
        ? lastNanosPerByte
        : speed((nowNanos - running.beginNanos) / (done * running.bytes));
  }

  private double owedToCompaction() {
    double pressure = Math.min(compaction.getAsDouble(), 1.5);
    return pressure <= FREE ? 0 : lastNanosPerByte * (pressure - FREE) * 4;
  }
}
