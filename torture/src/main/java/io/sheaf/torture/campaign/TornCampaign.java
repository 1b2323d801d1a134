package io.sheaf.torture.campaign;

import io.sheaf.engine.DamagedStore;
import java.util.Arrays;
import java.util.Random;

/**
 * The newest log ends too early, or goes on with zeros or garbage. A run cuts the log of a store at
 * every 32nd byte; so many runs with seeds one behind the other cut it at each byte.
 */
public final class TornCampaign implements Campaign {
  private static final int STEP_BYTES = 32;
  private static final int LONGEST_TAIL_BYTES = 20_000;

  @Override
  public String name() {
    return "torn";
  }

  @Override
  public String description() {
    return "the log cut at every byte, with a tail of nothing, zeros or garbage:"
        + " opens with the batches before the cut";
  }

  @Override
  public Counts counts() {
    return new Counts("cuts", 300, 100_000);
  }

  @Override
  public void run(long seed, Tally tally) throws Exception {
    Random random = new Random(seed);
    DamagedStore store = new DamagedStore(new Random(Math.floorDiv(seed, (long) STEP_BYTES)));
    String log = store.image().names(".log").getLast();
    byte[] whole = store.image().content(log);
    int first = (int) Math.floorMod(seed, (long) STEP_BYTES);
    for (int length = first; length <= whole.length; length += STEP_BYTES) {
      byte[] torn = Arrays.copyOf(whole, length + tail(random));
      boolean garbage = random.nextBoolean();
      for (int i = length; garbage && i < torn.length; i++) {
        torn[i] = (byte) random.nextInt();
      }
      String damage =
          "cut at "
              + length
              + ", then "
              + (torn.length - length)
              + (garbage ? " garbage" : " zeros");
      DamagedStore.Outcome outcome =
          store.check(store.image().with(log, torn), log, damage, store.leastOfCutLog(log, length));
      if (outcome == DamagedStore.Outcome.ERROR) {
        throw new AssertionError(log + " " + damage + ": opened, and some reads fail");
      }
      tally.tried(outcome == DamagedStore.Outcome.REFUSED ? "refused" : "opened");
    }
  }

  private static int tail(Random random) {
    return random.nextInt(3) == 0 ? 0 : random.nextInt(1 + random.nextInt(LONGEST_TAIL_BYTES));
  }
}
