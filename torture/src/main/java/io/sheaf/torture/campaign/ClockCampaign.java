package io.sheaf.torture.campaign;

import io.sheaf.engine.StoreModelRun;

/** A clock that jumps, forwards and back. */
public final class ClockCampaign implements Campaign {
  private static final int OPERATIONS = 4_000;

  @Override
  public String name() {
    return "clock";
  }

  @Override
  public String description() {
    return "random operations under a clock that jumps forwards and back, by up to years: only rows"
        + " that had expired by what it once showed may be gone";
  }

  @Override
  public Counts counts() {
    return new Counts("runs", 1, 200);
  }

  @Override
  public void run(long seed, Tally tally) throws Exception {
    try (StoreModelRun run = StoreModelRun.withJumpingClock(seed)) {
      run.run(OPERATIONS);
    }
    tally.tried();
  }
}
