package io.sheaf.lsm.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.TestSeed;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Writers that are faster than the flush come down to its speed, and do not run into a wall. */
final class WriteControllerTest {
  private static final double GENERATION_BYTES = 64 << 20;
  private static final int BATCH_BYTES = 3_400;
  private static final double WRITER_NANOS_PER_BYTE = 5;
  private static final long LONGEST_SLEEP_NANOS = 10_000_000;

  /** A writer and a flush of memtables on a clock of their own, in nanoseconds. */
  private static final class Race {
    final WriteController controller =
        new WriteController(this::filled, this::flushedShare, () -> 0);
    final double lastShare;
    double filled;
    double now;
    double flushBegin;
    double flushNanos;
    long stoppedNanos;
    long longestNanos;
    double flushingNanos;

    /** A race where the last part of each flush shows no progress. */
    Race(double lastShare) {
      this.lastShare = lastShare;
    }

    double filled() {
      return filled;
    }

    boolean flushing() {
      return now < flushBegin + flushNanos;
    }

    double flushedShare() {
      return flushing()
          ? 0.9 * Math.min(1, (now - flushBegin) / (flushNanos * (1 - lastShare)))
          : 1;
    }

    /** Fills memtables once, with a flush of those before of this speed. */
    void fillOnce(double flushNanosPerByte) {
      filled = 0;
      flushBegin = now;
      flushNanos = flushNanosPerByte * GENERATION_BYTES;
      flushingNanos += flushNanos;
      controller.flushBegins((long) GENERATION_BYTES, (long) now);
      boolean ended = false;
      while (filled < 1) {
        filled += BATCH_BYTES / GENERATION_BYTES;
        long slept = controller.owe(BATCH_BYTES, (long) now);
        controller.slept(slept);
        longestNanos = Math.max(longestNanos, slept);
        now += BATCH_BYTES * WRITER_NANOS_PER_BYTE + slept;
        if (!ended && !flushing()) {
          controller.flushEnds((long) (flushBegin + flushNanos));
          ended = true;
        }
      }
      if (flushing()) {
        stoppedNanos += (long) (flushBegin + flushNanos - now);
        now = flushBegin + flushNanos;
        controller.flushEnds((long) now);
      }
    }
  }

  @Test
  void writersDoNotStop() {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    Race race = new Race(0.12);
    for (int i = 0; i < 100; i++) {
      race.fillOnce(8 + random.nextInt(16)); // the core has other work at times
    }
    assertEquals(0, race.stoppedNanos, "seed " + seed);
    assertTrue(race.longestNanos <= LONGEST_SLEEP_NANOS, "seed " + seed);
    double idle = 1 - race.flushingNanos / race.now;
    assertTrue(idle < 0.05, "seed " + seed + ": the flush rests for " + idle + " of the time");
  }

  @Test
  void writersThatAreSlowerThanTheFlushAreNotSlowed() {
    Race race = new Race(0.1);
    for (int i = 0; i < 10; i++) {
      race.fillOnce(4);
    }
    assertEquals(0, race.stoppedNanos);
    assertEquals(0, race.longestNanos);
  }
}
