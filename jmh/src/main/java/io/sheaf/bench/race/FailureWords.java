package io.sheaf.bench.race;

import io.sheaf.bench.summary.EngineRun;

/** Says why a run counts for nothing. */
final class FailureWords {
  private FailureWords() {}

  static String of(EngineRun run, EngineRun.Failure failure) {
    return run.engine().label()
        + " failed in round "
        + run.round()
        + ", phase "
        + failure.phase()
        + ": "
        + failure.text()
        + (failure.store() == null ? "" : "; its store is kept in " + failure.store());
  }
}
