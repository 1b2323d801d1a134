package io.sheaf.cli.report;

import io.sheaf.cli.console.Figures;
import io.sheaf.cli.measure.LatencySummary;
import java.util.List;

/**
 * Curves of latency over the share of operations that took no longer. Each step to the right leaves
 * a tenth of the operations before it; each step up is ten times as long.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class LatencyChart {
  private static final double WIDTH = 960;
  private static final double HEIGHT = 340;
  private static final double LEFT = 70;
  private static final double RIGHT = 40;
  private static final double TOP = 12;
  private static final double BOTTOM = 40;
  private static final String[] DECADES = {"0 %", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %"};

  private LatencyChart() {}

  /**
   * A curve.
   *
   * @param colour 1 to 5
   */
  record Series(String name, LatencySummary latency, int colour) {}

  static String draw(String id, String title, String description, List<Series> all) {
    Svg svg = new Svg(id, WIDTH, HEIGHT, title, description);
    double lowest = Double.MAX_VALUE;
    double highest = 1;
    double decades = 1;
    for (Series series : all) {
      for (LatencySummary.Point point : series.latency().points()) {
        lowest = Math.min(lowest, Math.max(1.0, (double) point.nanos()));
        highest = Math.max(highest, (double) point.nanos());
        decades = Math.max(decades, decadesOf(point.quantile()));
      }
    }
    Axes axes =
        new Axes(
            Math.floor(Math.log10(Math.min(lowest, highest))),
            Math.ceil(Math.log10(highest * 1.001)),
            Math.ceil(decades - 1e-9));
    drawGrid(svg, axes);
    all.forEach(series -> drawCurve(svg, axes, series));
    return svg.done();
  }

  private record Axes(double bottomPower, double topPower, double decades) {
    double x(double quantile) {
      return LEFT + (WIDTH - LEFT - RIGHT) * decadesOf(quantile) / decades;
    }

    double y(double nanos) {
      double part =
          (Math.log10(Math.max(1, nanos)) - bottomPower) / Math.max(1, topPower - bottomPower);
      return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * part;
    }
  }

  private static void drawGrid(Svg svg, Axes axes) {
    for (double power = axes.bottomPower(); power <= axes.topPower(); power++) {
      double nanos = Math.pow(10, power);
      svg.line(LEFT, axes.y(nanos), WIDTH - RIGHT, axes.y(nanos), "grid");
      svg.words(LEFT - 8, axes.y(nanos) + 4.5, "end", "quiet", tick(Math.round(nanos)));
    }
    for (int decade = 0; decade <= axes.decades() && decade < DECADES.length; decade++) {
      double x = axes.x(1 - Math.pow(10, -decade));
      svg.line(x, TOP, x, HEIGHT - BOTTOM, "grid");
      svg.words(x, HEIGHT - BOTTOM + 17, "middle", "quiet", DECADES[decade]);
    }
    svg.words((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, "middle", "quiet", "share of the operations");
  }

  private static void drawCurve(Svg svg, Axes axes, Series series) {
    StringBuilder path = new StringBuilder();
    for (LatencySummary.Point point : series.latency().points()) {
      path.append(path.isEmpty() ? "M" : " L")
          .append(Svg.number(axes.x(point.quantile())))
          .append(' ')
          .append(Svg.number(axes.y((double) point.nanos())));
    }
    svg.curve(path.toString(), "l" + series.colour());
    for (LatencySummary.Point point : series.latency().points()) {
      svg.dot(
          axes.x(point.quantile()),
          axes.y((double) point.nanos()),
          "f" + series.colour(),
          series.name()
              + ": "
              + Figures.percent(point.quantile())
              + " took at most "
              + Figures.duration(point.nanos()));
    }
  }

  /** 1 µs, not 1.00 µs. */
  private static String tick(long nanos) {
    return Figures.duration(nanos).replaceFirst("\\.0+ ", " ");
  }

  private static double decadesOf(double quantile) {
    return -Math.log10(1 - quantile);
  }
}
