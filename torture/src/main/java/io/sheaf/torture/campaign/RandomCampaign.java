package io.sheaf.torture.campaign;

import io.sheaf.engine.StoreModelRun;

/** Random operations against a model. */
public final class RandomCampaign implements Campaign {
  private static final int OPERATIONS = 10_000;

  @Override
  public String name() {
    return "random";
  }

  @Override
  public String description() {
    return "10,000 random operations a run against a sorted map with versions, under random options,"
        + " with snapshots, compaction, collection, expiry and crashes: equal at every read";
  }

  @Override
  public Counts counts() {
    return new Counts("runs", 1, 1_000);
  }

  @Override
  public void run(long seed, Tally tally) throws Exception {
    try (StoreModelRun run = new StoreModelRun(seed)) {
      run.run(OPERATIONS);
    }
    tally.tried();
  }
}
