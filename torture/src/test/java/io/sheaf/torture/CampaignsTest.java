package io.sheaf.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.torture.campaign.Campaign;
import io.sheaf.torture.campaign.SwapCampaign;
import io.sheaf.torture.campaign.Tally;
import io.sheaf.torture.plan.Finding;
import io.sheaf.torture.plan.Outcome;
import io.sheaf.torture.plan.OutcomeText;
import io.sheaf.torture.plan.Runs;
import io.sheaf.torture.proof.ProofCampaign;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each campaign in short. The seed is the same each time, so that a change is judged by what it
 * changed; the campaigns themselves draw others. {@code -Dsheaf.test.seed=N} sets the seed of the
 * first run; what was found says the command that shows it again.
 */
class CampaignsTest {
  private static final Logger LOG = Logger.getLogger("io.sheaf");

  @BeforeAll
  static void quiet() {
    LOG.setLevel(Level.OFF); // each fault is logged, and meant
  }

  @AfterAll
  static void loud() {
    LOG.setLevel(null);
  }

  @TestFactory
  Stream<DynamicTest> whatIsPromisedHolds() {
    long seed = TestSeed.next();
    ProofCampaign proof = new ProofCampaign();
    return Campaigns.all(false).stream()
        .filter(campaign -> !campaign.name().equals(proof.name())) // it takes hours: see below
        .map(campaign -> DynamicTest.dynamicTest(campaign.name(), () -> run(campaign, seed)));
  }

  private static void run(Campaign campaign, long seed) throws InterruptedException {
    run(campaign, seed, campaign.counts().usual());
  }

  private static void run(Campaign campaign, long seed, long count) throws InterruptedException {
    Runs runs =
        new Runs(
            campaign.lasting(campaign.counts().usual()),
            seed,
            finding -> OutcomeText.print(System.out, finding),
            done -> {});
    Outcome outcome = runs.run(count);
    System.out.println(OutcomeText.line(outcome));
    assertEquals(List.of(), outcome.findings().stream().map(Finding::replay).toList());
  }

  /** It begins with the same sequence number: nothing but the store's id tells it. */
  @Test
  void aLogOfAnotherStoreIsNotTakenForTheStoresOwn() throws InterruptedException {
    run(new SwapCampaign(), 96, 1);
  }

  /** Of all that can be left out, one that is missed soon. */
  @Test
  void aSyncThatIsLeftOutIsMissed() throws InterruptedException {
    ProofCampaign proof = new ProofCampaign();
    run(proof, proof.seedOf("sync Store.nameLogs").orElseThrow());
  }

  @Test
  void aRunThatFindsSomethingIsNamedBySeedAndTheOthersGoOn() throws InterruptedException {
    List<Finding> told = new ArrayList<>();
    Outcome outcome = new Runs(new EverySecondFails(), 10, told::add, done -> {}).run(5);
    assertEquals(5, outcome.tried());
    assertEquals(List.of(11L, 13L), outcome.findings().stream().map(Finding::seed).toList());
    assertEquals(outcome.findings(), told);
    assertEquals("./sheaf torture odd --seed 11 --count 1", told.getFirst().replay());
    assertTrue(OutcomeText.line(outcome).contains("2 findings"));
  }

  @Test
  void whatWasTriedAndFoundIsKnownBeforeTheEnd() throws InterruptedException {
    List<String> seen = new ArrayList<>();
    Runs[] runs = new Runs[1];
    runs[0] =
        new Runs(
            new EverySecondFails(),
            10,
            finding -> {},
            done -> {
              Outcome soFar = runs[0].soFar();
              seen.add(soFar.tried() + " tried, " + soFar.findings().size() + " found");
            });
    runs[0].run(3);
    assertEquals(List.of("1 tried, 0 found", "2 tried, 1 found", "3 tried, 1 found"), seen);
  }

  private static final class EverySecondFails implements Campaign {
    @Override
    public String name() {
      return "odd";
    }

    @Override
    public String description() {
      return "odd seeds fail";
    }

    @Override
    public Counts counts() {
      return new Counts("seeds", 1, 1);
    }

    @Override
    public void run(long seed, Tally tally) {
      if (seed % 2 != 0) {
        throw new AssertionError("odd");
      }
      tally.tried();
    }
  }
}
