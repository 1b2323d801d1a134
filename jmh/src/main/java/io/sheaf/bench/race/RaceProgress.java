package io.sheaf.bench.race;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.result.Line;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.Progress;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far a worker is: round, engine, phase, and how far that is.
 *
 * <p><em>Thread safety:</em> none.
 *
 * <p><em>Ownership:</em> who made it closes it.
 */
final class RaceProgress implements AutoCloseable {
  private final Console console;
  private final boolean shown;
  private final String task;
  private String phase = "";
  private long total;
  private @Nullable Progress progress;

  RaceProgress(Console console, boolean shown, int round, int rounds, EngineName engine) {
    this.console = console;
    this.shown = shown;
    this.task = "round " + round + "/" + rounds + " " + engine.label();
  }

  /** The worker said so. */
  void show(Line.Progress line) {
    Progress current = progress;
    if (current == null || !phase.equals(line.phase()) || total != line.total()) {
      close();
      phase = line.phase();
      total = line.total();
      current = Progress.start(console, shown, task + " " + phase, line.unit(), total);
      progress = current;
    }
    current.stepTo(line.done());
  }

  @Override
  public void close() {
    if (progress != null) {
      progress.close();
      progress = null;
    }
  }
}
