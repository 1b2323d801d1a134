package io.sheaf.torture;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitHook;
import io.sheaf.cli.console.Progress;
import io.sheaf.torture.campaign.Campaign;
import io.sheaf.torture.machine.Leftovers;
import io.sheaf.torture.plan.Outcome;
import io.sheaf.torture.plan.OutcomeText;
import io.sheaf.torture.plan.Runs;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tries faults on stores, and says what did not hold. */
@Command(
    name = "torture",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Try faults on stores, again and again, each time from a seed of its own, and compare what is"
          + " left with what was acknowledged.",
      "Exits with 0 if all held that must, 1 if something was found, 2 if the command was not"
          + " understood. A finding says the command that shows it again. docs/reliability.md says"
          + " what is promised, and what each campaign proves."
    },
    parameterListHeading = "%nCampaigns:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./sheaf torture stress --minutes 30",
      "      everything at once on one store, for half an hour",
      "  ./sheaf torture crash --count 1000",
      "      a thousand simulated crashes, from a random seed",
      "  ./sheaf torture crash --seed 4711 --count 1",
      "      the run of seed 4711 once more",
      "  ./sheaf torture all --full",
      "      everything, as often as before a release: hours",
      "  ./sheaf torture all --share 0.01",
      "      a hundredth of that"
    })
public final class TortureCommand implements Callable<Integer> {
  private static final String ALL = "all";
  private static final long SEEDS = 1L << 40;

  /** Held, because a level that was set lasts only as long as its logger. */
  private static final Logger STORE_LOGGER = Logger.getLogger("io.sheaf");

  @Parameters(
      arity = "1..*",
      paramLabel = "CAMPAIGN",
      description = "Which faults: all, or some of these:\n${sys:sheaf.torture.campaigns}")
  private List<String> names = List.of();

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "How often each fault is tried; a run once begun is finished.")
  private @Nullable Long count;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "How long, of what is counted in seconds: stress.")
  private @Nullable Long minutes;

  @Option(names = "--full", description = "As often as before a release.")
  private boolean full;

  @Option(
      names = "--share",
      paramLabel = "F",
      description = "This share of the full counts, as 0.01; at least one run.")
  private @Nullable Double share;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description =
          "The seed of the first run; each run after it has the next one. Random where it"
              + " is not given.")
  private @Nullable Long seed;

  @Option(names = "--no-progress", description = "Do not show how far it is.")
  private boolean noProgress;

  @Spec private @Nullable CommandSpec spec;

  private final Console console;

  /** A command that prints to {@code console}. */
  public TortureCommand(Console console) {
    this.console = console;
    System.setProperty(
        "sheaf.torture.campaigns",
        Campaigns.all(false).stream()
            .map(campaign -> "  " + campaign.name() + ": " + campaign.description())
            .collect(Collectors.joining("\n")));
  }

  @Override
  public Integer call() throws InterruptedException {
    List<Campaign> chosen = chosen();
    checkCounts();
    long first = seed != null ? seed : ThreadLocalRandom.current().nextLong(SEEDS);
    STORE_LOGGER.setLevel(Level.OFF); // each fault is logged, and meant
    List<Outcome> outcomes = new ArrayList<>();
    for (Campaign campaign : chosen) {
      Outcome outcome = run(campaign, first);
      outcomes.add(outcome);
      console.out().println(OutcomeText.line(outcome));
      console.out().flush();
    }
    if (outcomes.size() > 1) {
      OutcomeText.printTable(console.out(), outcomes);
    }
    return outcomes.stream().allMatch(outcome -> outcome.findings().isEmpty()) ? 0 : 1;
  }

  private Outcome run(Campaign campaign, long first) throws InterruptedException {
    long wanted = count(campaign.counts());
    console.out().println(campaign.name() + ": from seed " + first);
    console.out().flush();
    try (Progress progress =
        Progress.start(console, !noProgress, campaign.name(), campaign.counts().unit(), wanted)) {
      Runs runs =
          new Runs(
              campaign.lasting(wanted),
              first,
              finding -> {
                Leftovers.holdIfEnding();
                OutcomeText.print(console.out(), finding);
              },
              done -> progress.stepTo(Math.min(done, wanted)));
      try (ExitHook _ = new ExitHook("torture-words", () -> sayInterrupted(runs))) {
        return runs.run(wanted);
      }
    }
  }

  private void sayInterrupted(Runs runs) {
    console.out().println("\ninterrupted, done so far:\n" + OutcomeText.line(runs.soFar()));
    console.out().flush();
  }

  private List<Campaign> chosen() {
    List<Campaign> campaigns = Campaigns.all(full || count != null);
    if (names.contains(ALL)) {
      return campaigns;
    }
    List<Campaign> chosen = new ArrayList<>();
    for (String name : names) {
      chosen.add(
          campaigns.stream()
              .filter(campaign -> campaign.name().equals(name))
              .findFirst()
              .orElseThrow(() ->
                  misuse(
                      "there is no campaign '"
                          + name
                          + "', only "
                          + ALL
                          + campaigns.stream()
                              .map(each -> ", " + each.name())
                              .collect(Collectors.joining()))));
    }
    return chosen;
  }

  private long count(Campaign.Counts counts) {
    if (minutes != null) {
      return TimeUnit.MINUTES.toSeconds(minutes);
    }
    if (count != null) {
      return count;
    }
    if (share != null) {
      return Math.max(1, Math.round(counts.full() * share));
    }
    return full ? counts.full() : counts.usual();
  }

  private void checkCounts() {
    int given = (count != null ? 1 : 0) + (share != null ? 1 : 0) + (minutes != null ? 1 : 0);
    if (given + (full ? 1 : 0) > 1) {
      throw misuse("give one of --count, --minutes, --share and --full");
    }
    if (minutes != null && (minutes < 1 || !names.equals(List.of("stress")))) {
      throw misuse("--minutes " + minutes + ": at least 1, and of stress alone");
    }
    if (count != null && count < 1) {
      throw misuse("--count " + count + ": at least 1");
    }
    if (share != null && !(share > 0 && share <= 1)) {
      throw misuse("--share " + share + ": above 0 and at most 1");
    }
  }

  private ParameterException misuse(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }
}
