package io.sheaf.bench.phase;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.engine.EngineSettings;
import io.sheaf.bench.result.Output;
import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.console.FailureLine;
import io.sheaf.testdata.StandardWorkload;
import java.io.IOException;
import java.util.List;

/**
 * One engine's part of the race: runs its phases one after the other on one store.
 *
 * <p><em>Thread safety:</em> none; it runs once.
 */
public final class EnginePhases {
  private final EngineName name;
  private final EngineSettings settings;
  private final StandardWorkload workload;
  private final int batchRows;
  private final Tempo tempo;

  /**
   * The phases of one engine.
   *
   * @param settings of the store, whose directory is empty
   * @param workload the rows to load
   * @param batchRows rows in a batch
   */
  public EnginePhases(
      EngineName name,
      EngineSettings settings,
      StandardWorkload workload,
      int batchRows,
      Tempo tempo) {
    this.name = name;
    this.settings = settings;
    this.workload = workload;
    this.batchRows = batchRows;
    this.tempo = tempo;
  }

  /**
   * Runs the phases in this order and tells what was measured.
   *
   * @return false if the engine failed or returned wrong rows: the last that is told is a failure
   */
  public boolean run(List<PhaseName> phases, Output output) throws InterruptedException {
    PhaseName current = phases.getFirst();
    try (RaceStore store = new RaceStore(name, settings, workload, batchRows, tempo)) {
      for (PhaseName phase : phases) {
        current = phase;
        phase.phase().run(store, new PhaseReport(output, phase));
      }
      return true;
    } catch (CommandFailure | IOException e) {
      output.failure(current.label(), FailureLine.of(e));
      return false;
    } catch (RuntimeException e) {
      output.failure(current.label(), e.toString());
      return false;
    }
  }
}
