package io.sheaf.torture.campaign;

import io.sheaf.engine.CrashScenario;
import java.util.Random;

/** Power cuts and killed processes on a simulated disk, at every kind of call to it. */
public final class CrashCampaign implements Campaign {
  private static final int CRASHES_OF_RUN = 40;

  @Override
  public String name() {
    return "crash";
  }

  @Override
  public String description() {
    return "simulated power cuts and kills before any call to the disk, recovery included:"
        + " all that was acknowledged is there, as a prefix of whole batches";
  }

  @Override
  public Counts counts() {
    return new Counts("crashes", 60, 100_000);
  }

  @Override
  public void run(long seed, Tally tally) throws Exception {
    new CrashScenario(
            new Random(seed),
            CRASHES_OF_RUN,
            crash -> tally.tried(crash.powerCut() ? "power cuts" : "kills"))
        .run();
  }
}
