package io.sheaf.bench.report;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.summary.EngineRun;
import io.sheaf.bench.summary.RaceOutcome;
import io.sheaf.bench.summary.Spread;
import io.sheaf.bench.summary.SummaryLine;
import io.sheaf.cli.console.Figures;
import io.sheaf.cli.report.Html;
import java.util.List;

/**
 * What was run, the ratios that matter most, and what went wrong.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class RaceHeader {
  private static final int MOST_TILES = 8;

  private RaceHeader() {}

  static String of(RaceOutcome outcome, List<SummaryLine> headlines) {
    StringBuilder html = new StringBuilder("<header>\n<h1>");
    html.append(
        outcome.settings().engines().contains(EngineName.SHEAF)
            ? "Sheaf beside RocksDB"
            : "RocksDB");
    html.append("</h1>\n<p>")
        .append(Html.escape(RaceText.setting(outcome.settings()) + "."))
        .append("</p>\n<p>")
        .append(Html.escape(outcome.machine().inWords() + "."))
        .append("</p>\n<p>")
        .append(Html.escape(rounds(outcome)))
        .append("</p>\n")
        .append(failures(outcome.failed()))
        .append(notes(outcome.notes()))
        .append(tiles(headlines))
        .append("</header>\n");
    return html.toString();
  }

  private static String rounds(RaceOutcome outcome) {
    int done = outcome.roundsDone();
    int wanted = outcome.settings().rounds();
    return "Figures are medians of "
        + Figures.count(done, "round")
        + (done < wanted ? " of the " + wanted + " that were to be run" : "")
        + ", in which the engines ran in turn, each in a process of its own. A ratio is taken"
        + " within each round, between Sheaf and the RocksDB that is best in that line; above 1,"
        + " Sheaf is better, whatever the unit.";
  }

  private static String failures(List<EngineRun> failed) {
    StringBuilder html = new StringBuilder();
    for (EngineRun run : failed) {
      EngineRun.Failure failure = run.failure();
      if (failure != null) {
        html.append("<p class=\"trouble\">")
            .append(
                Html.escape(
                    run.engine().label()
                        + " failed in round "
                        + run.round()
                        + ", phase "
                        + failure.phase()
                        + ": "
                        + failure.text()
                        + ". Its figures of that round are left out."))
            .append("</p>\n");
      }
    }
    return html.toString();
  }

  private static String notes(List<String> notes) {
    StringBuilder html = new StringBuilder();
    notes.forEach(
        note -> html.append("<p class=\"note\">").append(Html.escape(note)).append("</p>\n"));
    return html.toString();
  }

  private static String tiles(List<SummaryLine> headlines) {
    List<SummaryLine> rated = headlines.stream().filter(line -> line.ratio() != null).toList();
    if (rated.isEmpty()) {
      return "";
    }
    long won = rated.stream().filter(line -> median(line) > 1).count();
    StringBuilder html = new StringBuilder("<dl class=\"tiles\">\n");
    html.append(
        Html.tile("Sheaf is better in", won + " of " + rated.size(), "of the lines that matter"));
    for (SummaryLine line : rated.subList(0, Math.min(MOST_TILES - 1, rated.size()))) {
      html.append(
          Html.tile(
              line.phase() + ": " + line.metric(), Quantity.ratio(median(line)), remark(line)));
    }
    return html.append("</dl>\n").toString();
  }

  private static double median(SummaryLine line) {
    Spread ratio = line.ratio();
    return ratio == null ? 0 : ratio.median();
  }

  private static String remark(SummaryLine line) {
    Spread ours = line.engines().get(EngineName.SHEAF);
    Spread theirs = line.best() == null ? null : line.engines().get(line.best());
    return ours == null || theirs == null || line.best() == null
        ? ""
        : Quantity.words(ours.median(), line.unit())
            + "; RocksDB "
            + EngineWords.brief(line.best())
            + ": "
            + Quantity.words(theirs.median(), line.unit());
  }
}
