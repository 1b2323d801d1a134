package io.sheaf.bench.phase;

import java.io.IOException;
import java.time.Duration;

/**
 * Writes batches at a {@link Pace}.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class PacedWriter {
  private PacedWriter() {}

  /**
   * Writes until the writer has no more rows, or for so long.
   *
   * @return whether all rows were written
   */
  static boolean write(BatchWriter writer, double batchesPerSecond, Duration atMost)
      throws IOException {
    Pace pace = new Pace(batchesPerSecond);
    while (writer.prepare()) {
      writer.write(pace.awaitNext());
      if (pace.nanos() > atMost.toNanos()) {
        return false;
      }
    }
    return true;
  }
}
