package io.sheaf.bench.summary;

import java.time.Instant;
import java.util.List;

/**
 * All that a race has found so far.
 *
 * @param begin when it began
 * @param roundsDone 0 to the rounds that are to be run
 * @param notes of the race itself: what a reader of the figures must know
 * @param runs in the order in which they ended
 */
public record RaceOutcome(
    RaceSettings settings,
    Machine machine,
    Instant begin,
    int roundsDone,
    List<String> notes,
    List<EngineRun> runs) {
  /** Copies the lists. */
  public RaceOutcome {
    notes = List.copyOf(notes);
    runs = List.copyOf(runs);
  }

  /** The figures of all engines and rounds. */
  public Summary summary() {
    return Summary.of(runs);
  }

  /** Runs that count for nothing. */
  public List<EngineRun> failed() {
    return runs.stream().filter(run -> run.failure() != null).toList();
  }
}
