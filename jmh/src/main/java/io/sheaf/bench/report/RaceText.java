package io.sheaf.bench.report;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.summary.Headlines;
import io.sheaf.bench.summary.RaceOutcome;
import io.sheaf.bench.summary.RaceSettings;
import io.sheaf.bench.summary.Spread;
import io.sheaf.bench.summary.Summary;
import io.sheaf.bench.summary.SummaryLine;
import io.sheaf.cli.console.ByteSize;
import io.sheaf.cli.console.Figures;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Prints what a race found, for people: the lines that matter first.
 *
 * <p><em>Thread safety:</em> none.
 */
public final class RaceText {
  private static final int NAME_COLUMNS = 3;

  private final PrintStream out;

  /** Prints to {@code out}, which stays the caller's. */
  public RaceText(PrintStream out) {
    this.out = out;
  }

  /** What is run, in a sentence. */
  public static String setting(RaceSettings settings) {
    return Figures.count(settings.rows(), "row")
        + " of "
        + Figures.count(settings.users(), "user")
        + " ("
        + settings.shape()
        + "), batches of "
        + settings.batchRows()
        + ", durability "
        + settings.durabilityLabel()
        + ", seed "
        + settings.seed()
        + "; "
        + new ByteSize(settings.memoryBytes())
        + " of memory for each process, of it "
        + new ByteSize(settings.engineMemoryBytes())
        + " for write buffers and caches";
  }

  /** Prints the tables. */
  public void print(RaceOutcome outcome) {
    Summary summary = outcome.summary();
    List<SummaryLine> headlines = Headlines.of(summary);
    List<SummaryLine> others =
        summary.lines().stream().filter(line -> !headlines.contains(line)).toList();
    List<EngineName> engines = outcome.settings().engines();
    if (!headlines.isEmpty()) {
      print("What matters", engines, headlines);
    }
    if (!others.isEmpty()) {
      print("What else was measured", engines, others);
    }
    if (summary.lines().stream().anyMatch(line -> line.ratio() != null)) {
      out.println(
          "\nMedians of "
              + Figures.count(outcome.roundsDone(), "round")
              + ". Best: the better RocksDB of the line. Ratio above 1: Sheaf is better, whatever"
              + " the unit; in parentheses the lowest and the highest of the rounds.");
    }
    outcome.notes().forEach(note -> out.println("Note: " + note));
  }

  private void print(String title, List<EngineName> engines, List<SummaryLine> lines) {
    List<String> head = new ArrayList<>(List.of("phase", "metric", "unit"));
    engines.stream().sorted().map(EngineWords::brief).forEach(head::add);
    head.addAll(List.of("best", "ratio", ""));
    List<List<String>> rows = new ArrayList<>();
    rows.add(head);
    String phase = "";
    for (SummaryLine line : lines) {
      rows.add(row(engines, line, line.phase().equals(phase) ? "" : line.phase()));
      phase = line.phase();
    }
    out.println("\n" + title);
    printAligned(rows);
  }

  private static List<String> row(List<EngineName> engines, SummaryLine line, String phase) {
    List<String> row = new ArrayList<>(List.of(phase, line.metric(), line.unit()));
    for (EngineName engine : engines.stream().sorted().toList()) {
      Spread spread = line.engines().get(engine);
      row.add(spread == null ? "" : Quantity.digits(spread.median()));
    }
    row.add(line.best() == null ? "" : EngineWords.brief(line.best()));
    row.add(line.ratio() == null ? "" : Quantity.digits(line.ratio().median()));
    row.add(line.ratio() == null ? "" : range(line.ratio()));
    return row;
  }

  private static String range(Spread ratio) {
    return ratio.values().size() < 2
        ? ""
        : "(" + Quantity.digits(ratio.lowest()) + "–" + Quantity.digits(ratio.highest()) + ")";
  }

  /** Names to the left, figures to the right. */
  private void printAligned(List<List<String>> rows) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      List<String> cells = new ArrayList<>();
      for (int i = 0; i < widths.length; i++) {
        String blanks = " ".repeat(widths[i] - row.get(i).length());
        cells.add(i < NAME_COLUMNS ? row.get(i) + blanks : blanks + row.get(i));
      }
      out.println("  " + cells.stream().collect(Collectors.joining("  ")).stripTrailing());
    }
  }
}
