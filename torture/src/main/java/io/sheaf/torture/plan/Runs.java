package io.sheaf.torture.plan;

import io.sheaf.torture.campaign.Campaign;
import io.sheaf.torture.campaign.Tally;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Runs a campaign from a seed on, each run from the next one, until the fault was tried often
 * enough or too much was found.
 *
 * <p><b>Thread safety.</b> One thread runs them, any may ask for what was done so far.
 */
public final class Runs {
  private final Campaign campaign;
  private final long seed;
  private final Consumer<Finding> found;
  private final Tally tally;
  private final List<Finding> findings = new CopyOnWriteArrayList<>();
  private final long begin = System.nanoTime();

  /**
   * Runs of {@code campaign}.
   *
   * @param seed of the first run
   * @param found is told of each finding at once
   * @param progress is told how much was tried so far
   */
  public Runs(Campaign campaign, long seed, Consumer<Finding> found, LongConsumer progress) {
    this.campaign = campaign;
    this.seed = seed;
    this.found = found;
    this.tally = new Tally(progress);
  }

  /** Tries the fault {@code count} times or a little more: a run is never cut short. */
  public Outcome run(long count) throws InterruptedException {
    Optional<String> obstacle = campaign.obstacle();
    if (obstacle.isPresent()) {
      return outcome(obstacle);
    }
    long next = seed;
    while (tally.count() < count && findings.size() < campaign.mostFindings()) {
      long before = tally.count();
      try {
        campaign.run(next, tally);
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception | AssertionError | OutOfMemoryError | StackOverflowError e) {
        Finding finding = new Finding(campaign.name(), next, e);
        found.accept(finding); // first: who ends the run may hold it there
        findings.add(finding);
      }
      if (tally.count() == before) {
        tally.tried(); // a run that has found something at once, or had nothing to try
      }
      next++;
    }
    return soFar();
  }

  /** What was tried and found by now. */
  public Outcome soFar() {
    return outcome(Optional.empty());
  }

  private Outcome outcome(Optional<String> obstacle) {
    return new Outcome(
        campaign.name(),
        campaign.counts().unit(),
        seed,
        tally.count(),
        tally.notes(),
        findings,
        System.nanoTime() - begin,
        obstacle);
  }
}
