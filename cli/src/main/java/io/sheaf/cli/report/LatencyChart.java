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
public final class LatencyChart {
  private static final double WIDE = 960;
  private static final double NARROW = 460;
  private static final double WIDE_HEIGHT = 340;
  private static final double NARROW_HEIGHT = 280;
  private static final double LEFT = 70;
  private static final double RIGHT = 40;
  private static final double TOP = 12;
  private static final double BOTTOM = 40;
  private static final String[] DECADES = {"0 %", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %"};

  private LatencyChart() {}

  /**
   * A curve.
   *
   * @param points of it, rising, at quantiles below 1
   * @param colour 1 to 5
   */
  public record Series(String name, List<LatencySummary.Point> points, int colour) {
    /** Copies the list. */
    public Series {
      points = List.copyOf(points);
    }
  }

  /** Draws a chart as wide as the page. */
  public static String draw(String id, String title, String description, List<Series> all) {
    return draw(id, title, description, all, WIDE, WIDE_HEIGHT);
  }

  /** Draws a chart that stands beside another. */
  public static String drawNarrow(String id, String title, String description, List<Series> all) {
    return draw(id, title, description, all, NARROW, NARROW_HEIGHT);
  }

  private static String draw(
      String id, String title, String description, List<Series> all, double width, double height) {
    Svg svg = new Svg(id, width, height, title, description);
    double lowest = Double.MAX_VALUE;
    double highest = 1;
    double decades = 1;
    for (Series series : all) {
      for (LatencySummary.Point point : series.points()) {
        lowest = Math.min(lowest, Math.max(1.0, (double) point.nanos()));
        highest = Math.max(highest, (double) point.nanos());
        decades = Math.max(decades, decadesOf(point.quantile()));
      }
    }
    Axes axes =
        new Axes(
            width,
            height,
            Math.floor(Math.log10(Math.min(lowest, highest))),
            Math.ceil(Math.log10(highest * 1.001)),
            Math.ceil(decades - 1e-9));
    drawGrid(svg, axes);
    all.forEach(series -> drawCurve(svg, axes, series));
    return svg.done();
  }

  private record Axes(
      double width, double height, double bottomPower, double topPower, double decades) {
    double right() {
      return width - RIGHT;
    }

    double floor() {
      return height - BOTTOM;
    }

    double x(double quantile) {
      return LEFT + (right() - LEFT) * decadesOf(quantile) / decades;
    }

    double y(double nanos) {
      double part =
          (Math.log10(Math.max(1, nanos)) - bottomPower) / Math.max(1, topPower - bottomPower);
      return floor() - (floor() - TOP) * part;
    }
  }

  private static void drawGrid(Svg svg, Axes axes) {
    for (double power = axes.bottomPower(); power <= axes.topPower(); power++) {
      double nanos = Math.pow(10, power);
      svg.line(LEFT, axes.y(nanos), axes.right(), axes.y(nanos), "grid");
      svg.words(LEFT - 8, axes.y(nanos) + 4.5, "end", "quiet", tick(Math.round(nanos)));
    }
    for (int decade = 0; decade <= axes.decades() && decade < DECADES.length; decade++) {
      double x = axes.x(1 - Math.pow(10, -decade));
      svg.line(x, TOP, x, axes.floor(), "grid");
      svg.words(x, axes.floor() + 17, "middle", "quiet", DECADES[decade]);
    }
    svg.words(
        (LEFT + axes.right()) / 2, axes.height() - 4, "middle", "quiet", "share of the operations");
  }

  private static void drawCurve(Svg svg, Axes axes, Series series) {
    StringBuilder path = new StringBuilder();
    for (LatencySummary.Point point : series.points()) {
      path.append(path.isEmpty() ? "M" : " L")
          .append(Svg.number(axes.x(point.quantile())))
          .append(' ')
          .append(Svg.number(axes.y((double) point.nanos())));
    }
    svg.curve(path.toString(), "l" + series.colour());
    for (LatencySummary.Point point : series.points()) {
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
