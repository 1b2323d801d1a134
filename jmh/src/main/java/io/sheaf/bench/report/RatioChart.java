package io.sheaf.bench.report;

import io.sheaf.bench.summary.Spread;
import io.sheaf.bench.summary.SummaryLine;
import io.sheaf.cli.report.Svg;
import java.util.List;
import java.util.stream.Stream;

/**
 * Ratios at a glance: a bar to the right where Sheaf is better, to the left where RocksDB is. Each
 * line of the grid is twice the one before it; the thin line spans the rounds.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class RatioChart {
  private static final double WIDTH = 960;
  private static final double PHASE_WIDTH = 120;
  private static final double LABEL_WIDTH = 370;
  private static final double FIGURE_WIDTH = 190;
  private static final double BAR_HEIGHT = 14;
  private static final double PITCH = 24;
  private static final double TOP = 26;
  private static final double BASELINE = 4.5;

  /** Beyond it a bar is cut off, and its figure says how long it would be. */
  private static final int MOST_POWERS = 6;

  private RatioChart() {}

  /** Draws the ratios of those lines that have one. */
  static String draw(String id, List<SummaryLine> lines) {
    List<SummaryLine> shown = lines.stream().filter(line -> line.ratio() != null).toList();
    Svg svg =
        new Svg(
            id,
            WIDTH,
            TOP + shown.size() * PITCH + 4,
            "Ratio of Sheaf to the best RocksDB",
            "For each line how many times better Sheaf is; below 1, RocksDB is better");
    Axis axis = Axis.of(shown);
    axis.draw(svg, TOP + shown.size() * PITCH);
    String phase = "";
    for (int i = 0; i < shown.size(); i++) {
      SummaryLine line = shown.get(i);
      double middle = TOP + i * PITCH + PITCH / 2;
      if (!line.phase().equals(phase)) {
        phase = line.phase();
        svg.words(0, middle + BASELINE, "start", "", phase);
      }
      svg.words(PHASE_WIDTH, middle + BASELINE, "start", "quiet", line.metric());
      Spread ratio = line.ratio();
      if (ratio != null) {
        drawBar(svg, axis, line, ratio, middle);
      }
    }
    return svg.done();
  }

  private static void drawBar(Svg svg, Axis axis, SummaryLine line, Spread ratio, double middle) {
    double end = axis.x(ratio.median());
    double left = Math.min(end, axis.x(1));
    double width = Math.max(1.5, Math.abs(end - axis.x(1)));
    String best = line.best() == null ? "" : EngineWords.brief(line.best());
    String tip =
        line.phase()
            + ", "
            + line.metric()
            + ": "
            + Quantity.ratio(ratio.median())
            + " of RocksDB "
            + best;
    svg.bar(
        left,
        middle - BAR_HEIGHT / 2,
        width,
        BAR_HEIGHT,
        ratio.median() >= 1 ? "better" : "worse",
        tip);
    svg.line(axis.x(ratio.lowest()), middle, axis.x(ratio.highest()), middle, "spread");
    double words = WIDTH - FIGURE_WIDTH + 12;
    svg.words(words + 62, middle + BASELINE, "end", "figure", Quantity.ratio(ratio.median()));
    svg.words(words + 72, middle + BASELINE, "start", "quiet", best);
  }

  /**
   * A logarithmic axis.
   *
   * @param lowestPower of two, at the left end; at most -1
   * @param highestPower of two, at the right end; at least 1
   */
  private record Axis(int lowestPower, int highestPower) {
    static Axis of(List<SummaryLine> lines) {
      double lowest = 0.51;
      double highest = 1.99;
      for (Spread ratio :
          lines.stream().map(SummaryLine::ratio).flatMap(Stream::ofNullable).toList()) {
        lowest = Math.min(lowest, ratio.lowest());
        highest = Math.max(highest, ratio.highest());
      }
      return new Axis(
          (int) Math.max(-MOST_POWERS, Math.floor(power(lowest))),
          (int) Math.min(MOST_POWERS, Math.ceil(power(highest))));
    }

    double x(double ratio) {
      double power = Math.clamp(power(ratio), lowestPower, highestPower);
      double room = WIDTH - LABEL_WIDTH - FIGURE_WIDTH;
      return LABEL_WIDTH + room * (power - lowestPower) / (highestPower - lowestPower);
    }

    void draw(Svg svg, double floor) {
      for (int power = lowestPower; power <= highestPower; power++) {
        double x = x(Math.pow(2, power));
        svg.line(x, TOP - 6, x, floor, power == 0 ? "one" : "grid");
        String words = power < 0 ? "1/" + (1 << -power) : (1 << power) + " ×";
        svg.words(x, TOP - 12, "middle", "quiet", power == 0 ? "equal" : words);
      }
    }

    private static double power(double ratio) {
      return Math.log(Math.max(ratio, 1e-9)) / Math.log(2);
    }
  }
}
