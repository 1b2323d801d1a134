package io.sheaf.bench.report;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.summary.SummaryCurve;
import io.sheaf.cli.measure.LatencySummary;
import io.sheaf.cli.report.Html;
import io.sheaf.cli.report.LatencyChart;
import java.util.ArrayList;
import java.util.List;

/**
 * The latencies of all engines in one picture.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class CurveChart {
  private static final double ALL = 100;

  private CurveChart() {}

  /** The picture with its legend; nothing, if the curve is none of times. */
  static String draw(String id, SummaryCurve curve) {
    double nanos = nanos(curve.unit());
    List<LatencyChart.Series> all = new ArrayList<>();
    StringBuilder legend = new StringBuilder();
    curve
        .engines()
        .forEach((engine, points) -> {
          List<LatencySummary.Point> shown =
              points.stream()
                  .filter(point -> point.percentile() >= 0 && point.percentile() < ALL)
                  .map(p ->
                      new LatencySummary.Point(p.percentile() / ALL, Math.round(p.value() * nanos)))
                  .toList();
          if (nanos > 0 && !shown.isEmpty()) {
            all.add(new LatencyChart.Series(engine.label(), shown, EngineWords.colour(engine)));
            legend.append(legendOf(engine));
          }
        });
    if (all.isEmpty()) {
      return "";
    }
    String title = curve.name() + ", time";
    return "<h3>"
        + Html.escape(title)
        + " <small>lower is better</small></h3>\n<p class=\"legend\">"
        + legend
        + "</p>\n"
        + LatencyChart.drawNarrow(
            id,
            curve.phase() + ": " + title,
            "Curves of how long each share of the operations took at most",
            all);
  }

  private static String legendOf(EngineName engine) {
    return "<span>"
        + Html.key(EngineWords.colour(engine))
        + Html.escape(EngineWords.brief(engine))
        + "</span> ";
  }

  /** How many nanoseconds the unit has; 0: it is none of time. */
  private static double nanos(String unit) {
    return switch (unit) {
      case "ns" -> 1;
      case "µs" -> 1e3;
      case "ms" -> 1e6;
      case "s" -> 1e9;
      default -> 0;
    };
  }
}
