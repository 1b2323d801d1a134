package io.sheaf.torture.campaign;

import io.sheaf.engine.FaultRun;
import io.sheaf.engine.FaultRun.Mode;
import io.sheaf.lsm.io.FaultFileSystem.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * The n-th call of a kind goes wrong. A run is a sweep: one kind of call and one way to go wrong,
 * for n = 1 and on until a workload has none left.
 */
public final class FaultCampaign implements Campaign {
  private static final int WORKLOADS = 20;

  /** Workloads without a call of a kind after which there seems to be none. */
  private static final int MOST_WITHOUT = 50;

  private record Sweep(Operation operation, Mode mode) {}

  private static final List<Sweep> SWEEPS = sweeps();

  private final boolean every;

  /**
   * A campaign.
   *
   * @param every whether to try each n, or a sample that thins out
   */
  public FaultCampaign(boolean every) {
    this.every = every;
  }

  @Override
  public String name() {
    return "fault";
  }

  @Override
  public String description() {
    return "the n-th read, write, sync, rename, link, truncation, deletion, listing, directory,"
        + " length or end of a file fails (once; from then on; a sync, and its pages are gone or in"
        + " memory only), finds no room, stops half-way, comes late or is a bit off:"
        + " nothing acknowledged is lost, the cause is told, reads go on, reopening recovers";
  }

  @Override
  public Counts counts() {
    return new Counts("sweeps", 6, (long) WORKLOADS * SWEEPS.size());
  }

  @Override
  public void run(long seed, Tally tally) throws Exception {
    Sweep sweep = SWEEPS.get((int) Math.floorMod(seed, (long) SWEEPS.size()));
    long n = 1;
    long struck = 0;
    long without = 0;
    while (true) {
      FaultRun run = new FaultRun(new Random(seed + SWEEPS.size() * without));
      boolean strikes;
      try {
        strikes = run.run(sweep.operation(), sweep.mode(), n);
      } catch (Exception | AssertionError e) {
        throw new AssertionError(sweep + ", call " + n + ": " + e.getMessage(), e);
      }
      if (strikes) {
        struck++;
        tally.note(sweep.mode().name().toLowerCase(Locale.ROOT).replace('_', ' '));
        n += every ? 1 : 1 + n / 3;
      } else if (struck > 0 || ++without == MOST_WITHOUT) {
        break;
      }
    }
    tally.tried();
  }

  private static List<Sweep> sweeps() {
    List<Sweep> sweeps = new ArrayList<>();
    for (Operation operation : Operation.values()) {
      for (Mode mode : Mode.values()) {
        if (mode.means(operation)) {
          sweeps.add(new Sweep(operation, mode));
        }
      }
    }
    return List.copyOf(sweeps);
  }
}
