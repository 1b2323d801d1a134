package io.sheaf.torture.campaign;

import io.sheaf.torture.machine.Scratch;
import io.sheaf.torture.stress.StressRun;

/** Everything at once, on one store and for long. A run lasts as long as is wanted. */
public final class StressCampaign implements Campaign {
  private static final long USUAL_SECONDS = 4;
  private static final long FULL_SECONDS = 30 * 60;

  private final long seconds;

  /** A campaign that lasts some seconds. */
  public StressCampaign() {
    this(USUAL_SECONDS);
  }

  private StressCampaign(long seconds) {
    this.seconds = seconds;
  }

  @Override
  public String name() {
    return "stress";
  }

  @Override
  public String description() {
    return "writers, readers, snapshots, merges, collection, scrubbing and checkpoints at once, for"
        + " long: each read is right, memory is steady, and none is forgotten";
  }

  @Override
  public Counts counts() {
    return new Counts("seconds", USUAL_SECONDS, FULL_SECONDS);
  }

  @Override
  public Campaign lasting(long count) {
    return new StressCampaign(count);
  }

  @Override
  public void run(long seed, Tally tally) throws Exception {
    try (Scratch scratch = Scratch.create()) {
      tally.note(new StressRun(scratch.resolve("run"), seed).run(seconds, tally::tried));
    }
  }
}
