package io.sheaf.bench.report;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.summary.EngineRun;
import io.sheaf.bench.summary.Headlines;
import io.sheaf.bench.summary.RaceOutcome;
import io.sheaf.bench.summary.Summary;
import io.sheaf.bench.summary.SummaryLine;
import io.sheaf.cli.report.Html;
import io.sheaf.cli.report.Page;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * What a race found as one HTML page that needs nothing else: no script, no picture or style from
 * elsewhere, light or dark as the reader's system is.
 *
 * <p><em>Thread safety:</em> stateless.
 */
public final class RaceReport {
  private RaceReport() {}

  /** The page. */
  public static String of(RaceOutcome outcome) throws IOException {
    Summary summary = outcome.summary();
    List<SummaryLine> headlines = Headlines.of(summary);
    List<EngineName> engines = outcome.settings().engines().stream().sorted().toList();
    StringBuilder body = new StringBuilder(RaceHeader.of(outcome, headlines));
    body.append("<main>\n");
    if (headlines.stream().anyMatch(line -> line.ratio() != null)) {
      body.append(
          Html.section(
              "Ratios at a glance",
              "How many times better Sheaf is than the best RocksDB of each line, which stands"
                  + " behind it. Each step is a doubling; the thin lines span the rounds.",
              RatioChart.draw("ratios", headlines)));
    }
    for (String phase : summary.phases()) {
      body.append(PhaseSection.of(phase, summary, headlines, engines));
    }
    body.append(runs(outcome)).append("</main>\n").append(footer(outcome));
    return Page.of("Sheaf beside RocksDB", style(), body.toString());
  }

  private static String runs(RaceOutcome outcome) {
    StringBuilder html = new StringBuilder();
    for (EngineRun run : outcome.runs()) {
      html.append("<details><summary>")
          .append(
              Html.escape(
                  "Round "
                      + run.round()
                      + ", "
                      + run.engine().label()
                      + ": "
                      + Math.round(run.seconds())
                      + " s"
                      + (run.failure() == null ? "" : ", failed")))
          .append("</summary>\n<ul>\n");
      run.notes().forEach(note -> html.append("<li>").append(Html.escape(note)).append("</li>\n"));
      html.append("</ul></details>\n");
    }
    return Html.section(
        "The runs",
        "In the order in which they ended, with what the engines say.",
        html.toString());
  }

  private static String footer(RaceOutcome outcome) {
    return "<footer>"
        + Html.escape(
            "Begun at "
                + outcome.begin()
                + ". Options of every worker's JVM: "
                + String.join(" ", outcome.settings().javaOptions())
                + ". A MB is a million bytes. The same figures for programs: results.json.")
        + "</footer>\n";
  }

  private static String style() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(RaceReport.class.getResourceAsStream("race.css"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
