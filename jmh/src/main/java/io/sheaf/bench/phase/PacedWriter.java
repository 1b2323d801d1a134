package io.sheaf.bench.phase;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes batches at a steady rate. The time of a batch counts from the moment when it should have
 * been written, so that a batch which has to wait for the one before it shows the wait too. The
 * time that this thread takes to wake up is in it: some microseconds, the same for each engine.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class PacedWriter {
  private static final Path TIMER_SLACK = Path.of("/proc/thread-self/timerslack_ns");
  private static final byte[] LEAST_SLACK = "1\n".getBytes(StandardCharsets.US_ASCII);

  private PacedWriter() {}

  /**
   * Writes until the writer has no more rows, or for so long.
   *
   * @return whether all rows were written
   */
  static boolean write(BatchWriter writer, double batchesPerSecond, Duration atMost)
      throws IOException {
    wakeInTime();
    long begin = System.nanoTime();
    for (long batch = 0; writer.prepare(); batch++) {
      long intended = begin + (long) (batch * 1e9 / batchesPerSecond);
      long now = System.nanoTime();
      while (now - intended < 0) {
        LockSupport.parkNanos(intended - now);
        now = System.nanoTime();
      }
      writer.write(intended);
      if (now - begin > atMost.toNanos()) {
        return false;
      }
    }
    return true;
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
