package io.sheaf.torture.plan;

import io.sheaf.torture.campaign.Campaign;
import io.sheaf.torture.campaign.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Runs a campaign from a seed on, each run from the next one, until the fault was tried often
 * enough or too much was found.
 *
 * <p><b>Thread safety.</b> None.
 */
public final class Runs {
  private final Campaign campaign;
  private final Consumer<Finding> found;
  private final LongConsumer progress;

  /**
   * Runs of {@code campaign}.
   *
   * @param found is told of each finding at once
   * @param progress is told how much was tried so far
   */
  public Runs(Campaign campaign, Consumer<Finding> found, LongConsumer progress) {
    this.campaign = campaign;
    this.found = found;
    this.progress = progress;
  }

  /** Tries the fault {@code count} times or a little more: a run is never cut short. */
  public Outcome run(long seed, long count) throws InterruptedException {
    long begin = System.nanoTime();
    Optional<String> obstacle = campaign.obstacle();
    if (obstacle.isPresent()) {
      return new Outcome(
          campaign.name(), campaign.counts().unit(), seed, 0, Map.of(), List.of(), 0, obstacle);
    }
    Tally tally = new Tally(progress);
    List<Finding> findings = new ArrayList<>();
    long next = seed;
    while (tally.count() < count && findings.size() < campaign.mostFindings()) {
      long before = tally.count();
      try {
        campaign.run(next, tally);
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception | AssertionError | OutOfMemoryError | StackOverflowError e) {
        Finding finding = new Finding(campaign.name(), next, e);
        findings.add(finding);
        found.accept(finding);
      }
      if (tally.count() == before) {
        tally.tried(); // a run that has found something at once, or had nothing to try
      }
      next++;
    }
    return new Outcome(
        campaign.name(),
        campaign.counts().unit(),
        seed,
        tally.count(),
        tally.notes(),
        findings,
        System.nanoTime() - begin,
        Optional.empty());
  }
}
