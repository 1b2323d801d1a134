package io.sheaf.torture.proof;

import io.sheaf.engine.CrashScenario;
import io.sheaf.torture.campaign.BitFlipCampaign;
import io.sheaf.torture.campaign.Campaign;
import io.sheaf.torture.campaign.CopyCampaign;
import io.sheaf.torture.campaign.CrashCampaign;
import io.sheaf.torture.campaign.ManifestCampaign;
import io.sheaf.torture.campaign.RepairCampaign;
import io.sheaf.torture.campaign.SwapCampaign;
import io.sheaf.torture.campaign.Tally;
import io.sheaf.torture.campaign.TornCampaign;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One run of a campaign on a store of which something is left out. Called from outside of the class
 * loader that left it out, so with types of the JDK only.
 */
public final class Trial {
  private static final int CRASHES = 100;

  /** Held, because a level that was set lasts only as long as its logger. */
  private static final Logger STORE_LOGGER = Logger.getLogger("io.sheaf");

  private Trial() {}

  /** What a run of a campaign finds; null: nothing. */
  public static @Nullable String of(String campaign, long seed) {
    STORE_LOGGER.setLevel(Level.OFF);
    return finding(() -> campaign(campaign).run(seed, new Tally(tried -> {})));
  }

  /** What crashes find on a disk where an order is broken; null: nothing. */
  static @Nullable String ofLate(LateSync.Rule rule, long seed) {
    return finding(() ->
        new CrashScenario(
                new Random(seed), CRASHES, disk -> new LateSync(disk, rule), survived -> {})
            .run());
  }

  private interface Run {
    void run() throws Exception;
  }

  @SuppressWarnings("CatchAndPrintStackTrace")
  private static @Nullable String finding(Run run) {
    try {
      run.run();
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } catch (Exception | AssertionError | StackOverflowError | OutOfMemoryError e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static Campaign campaign(String name) {
    return switch (name) {
      case "crash" -> new CrashCampaign();
      case "copy" -> new CopyCampaign();
      case "bitflip" -> new BitFlipCampaign();
      case "swap" -> new SwapCampaign();
      case "torn" -> new TornCampaign();
      case "manifest" -> new ManifestCampaign();
      case "repair" -> new RepairCampaign();
      default -> throw new IllegalArgumentException(name);
    };
  }
}
