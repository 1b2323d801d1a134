package io.sheaf.cli.compact;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.Figures;
import io.sheaf.cli.console.Progress;
import io.sheaf.engine.compact.CompactionProgress;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far a compaction is.
 *
 * <p><em>Thread safety:</em> safe for any number of threads. <em>Ownership:</em> who made it closes
 * it.
 */
final class ShownProgress implements CompactionProgress, AutoCloseable {
  private static final long UNIT_BYTES = 1_000_000;

  private final Console console;
  private final boolean shown;
  private @Nullable Progress progress;
  private long doneBytes;

  ShownProgress(Console console, boolean shown) {
    this.console = console;
    this.shown = shown;
  }

  @Override
  public synchronized void begins(long totalBytes, long doneBytes, long neededBytes) {
    if (shown) {
      console
          .err()
          .println(
              "To merge: "
                  + Figures.bytes(totalBytes)
                  + " of keys and values"
                  + (doneBytes == 0
                      ? ""
                      : ", of which " + Figures.bytes(doneBytes) + " were merged before")
                  + "; the new files need about "
                  + Figures.bytes(neededBytes)
                  + " beside the old ones");
    }
    this.doneBytes = doneBytes;
    progress =
        Progress.resume(
            console,
            shown,
            "compact",
            "MB",
            Math.ceilDiv(totalBytes, UNIT_BYTES),
            doneBytes / UNIT_BYTES);
  }

  @Override
  public synchronized void read(long bytes) {
    doneBytes += bytes;
    if (progress != null) {
      progress.stepTo(doneBytes / UNIT_BYTES);
    }
  }

  @Override
  public synchronized void close() {
    if (progress != null) {
      progress.close();
    }
  }
}
