package io.sheaf.torture.plan;

import io.sheaf.cli.console.Figures;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Says what campaigns have tried and found. */
public final class OutcomeText {
  private static final int MOST_NOTES_IN_LINE = 12;

  private OutcomeText() {}

  /** A finding with where it came from, and how to see it again. */
  public static void print(PrintStream out, Finding finding) {
    out.println("FINDING in " + finding.campaign() + ", seed " + finding.seed());
    out.println("  replay: " + finding.replay());
    finding.cause().printStackTrace(out);
    out.flush();
  }

  /** One line on a campaign. */
  public static String line(Outcome outcome) {
    if (outcome.obstacle().isPresent()) {
      return outcome.campaign() + ": skipped: " + outcome.obstacle().get();
    }
    return outcome.campaign()
        + ": seed "
        + outcome.seed()
        + ", "
        + Figures.count(outcome.tried())
        + " "
        + outcome.unit()
        + notes(outcome.notes())
        + ", "
        + Figures.count(outcome.findings().size(), "finding")
        + ", "
        + Figures.duration(outcome.elapsedNanos());
  }

  /** A table of all campaigns. */
  public static void printTable(PrintStream out, List<Outcome> outcomes) {
    out.println();
    out.printf(
        Locale.ROOT,
        "%-10s %14s %12s %22s %10s  %s%n",
        "campaign",
        "seed",
        "tried",
        "",
        "time",
        "");
    for (Outcome outcome : outcomes) {
      String result =
          outcome.obstacle().isPresent()
              ? "skipped"
              : outcome.findings().isEmpty()
                  ? "clean"
                  : Figures.count(outcome.findings().size(), "finding");
      out.printf(
          Locale.ROOT,
          "%-10s %14d %12s %-22s %10s  %s%n",
          outcome.campaign(),
          outcome.seed(),
          Figures.count(outcome.tried()),
          outcome.unit(),
          Figures.duration(outcome.elapsedNanos()),
          result);
    }
  }

  private static String notes(Map<String, Long> notes) {
    if (notes.size() > MOST_NOTES_IN_LINE) {
      return notes.keySet().stream().sorted().collect(Collectors.joining("\n  ", "\n  ", "\n"));
    }
    return notes.isEmpty()
        ? ""
        : notes.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(note -> Figures.count(note.getValue()) + " " + note.getKey())
            .collect(Collectors.joining(", ", " (", ")"));
  }
}
