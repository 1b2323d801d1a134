package io.sheaf.bench.report;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.summary.Spread;
import io.sheaf.bench.summary.Summary;
import io.sheaf.bench.summary.SummaryCurve;
import io.sheaf.bench.summary.SummaryLine;
import io.sheaf.cli.report.Html;
import java.util.List;

/**
 * All of one phase: bars of the figures that matter, curves, and a table of the rest.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class PhaseSection {
  private PhaseSection() {}

  static String of(
      String phase, Summary summary, List<SummaryLine> headlines, List<EngineName> engines) {
    PhaseWords words = PhaseWords.of(phase);
    StringBuilder pictures = new StringBuilder();
    int place = 0;
    for (SummaryLine line : headlines) {
      if (line.phase().equals(phase)) {
        pictures.append(EngineBars.draw(phase + "-bars-" + place, line));
        place++;
      }
    }
    StringBuilder curves = new StringBuilder();
    for (SummaryCurve curve : summary.curves()) {
      if (curve.phase().equals(phase)) {
        curves.append(CurveChart.draw(phase + "-curve-" + place, curve));
        place++;
      }
    }
    return Html.section(
        words.title(),
        words.text(),
        "<div class=\"phase\">\n<div>"
            + pictures
            + "</div>\n"
            + (curves.isEmpty() ? "" : "<div>" + curves + "</div>\n")
            + "</div>\n"
            + table(phase, summary, engines));
  }

  private static String table(String phase, Summary summary, List<EngineName> engines) {
    StringBuilder html =
        new StringBuilder("<details><summary>All figures of this phase</summary>\n")
            .append("<div class=\"scroll\"><table class=\"figures\">\n<thead><tr>")
            .append("<th scope=\"col\">figure</th>");
    for (EngineName engine : engines) {
      html.append("<th scope=\"col\">")
          .append(Html.key(EngineWords.colour(engine)))
          .append(Html.escape(EngineWords.brief(engine)))
          .append("</th>");
    }
    html.append("<th scope=\"col\">ratio</th></tr></thead>\n<tbody>\n");
    summary.lines().stream()
        .filter(line -> line.phase().equals(phase))
        .forEach(line -> appendRow(html, line, engines));
    return html.append("</tbody></table></div></details>\n").toString();
  }

  private static void appendRow(StringBuilder html, SummaryLine line, List<EngineName> engines) {
    html.append("<tr><th scope=\"row\">")
        .append(Html.escape(line.metric()))
        .append(" <small>")
        .append(Html.escape(line.unit() + (line.higherIsBetter() ? " ↑" : " ↓")))
        .append("</small></th>");
    for (EngineName engine : engines) {
      Spread spread = line.engines().get(engine);
      html.append("<td>")
          .append(spread == null ? "" : figure(spread, line.unit(), engine == line.best()))
          .append("</td>");
    }
    Spread ratio = line.ratio();
    html.append("<td>");
    if (ratio != null) {
      html.append(ratio.median() >= 1 ? "<b class=\"better\">" : "<b class=\"worse\">")
          .append(Quantity.ratio(ratio.median()))
          .append("</b>");
      if (ratio.values().size() > 1) {
        html.append(" <small>")
            .append(Quantity.digits(ratio.lowest()))
            .append("–")
            .append(Quantity.digits(ratio.highest()))
            .append("</small>");
      }
    }
    html.append("</td></tr>\n");
  }

  private static String figure(Spread spread, String unit, boolean best) {
    String median = Html.escape(Quantity.words(spread.median(), unit));
    String range =
        spread.values().size() < 2
            ? ""
            : " <small>" + Html.escape(Quantity.range(spread, unit)) + "</small>";
    return (best ? "<b>" + median + "</b>" : median) + range;
  }
}
