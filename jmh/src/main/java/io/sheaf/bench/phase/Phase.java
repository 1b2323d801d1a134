package io.sheaf.bench.phase;

import io.sheaf.cli.console.CommandFailure;
import java.io.IOException;

/** One thing that is measured. */
interface Phase {
  /**
   * Measures it, and tells the report.
   *
   * @throws CommandFailure if the engine returned wrong rows
   * @throws IOException if the engine failed
   */
  void run(RaceStore store, PhaseReport report)
      throws CommandFailure, IOException, InterruptedException;
}
