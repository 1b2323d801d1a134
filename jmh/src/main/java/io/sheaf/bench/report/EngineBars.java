package io.sheaf.bench.report;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.summary.Spread;
import io.sheaf.bench.summary.SummaryLine;
import io.sheaf.cli.report.Html;
import io.sheaf.cli.report.Svg;
import java.util.Map;

/**
 * One figure of all engines: a bar for each, as long as its median; the thin line spans the rounds.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class EngineBars {
  private static final double WIDTH = 460;
  private static final double LABEL_WIDTH = 74;
  private static final double FIGURE_WIDTH = 84;
  private static final double BAR_HEIGHT = 16;
  private static final double PITCH = 25;
  private static final double BASELINE = 4.5;

  private EngineBars() {}

  static String draw(String id, SummaryLine line) {
    Map<EngineName, Spread> engines = line.engines();
    String better = line.higherIsBetter() ? "longer is better" : "shorter is better";
    Svg svg =
        new Svg(id, WIDTH, engines.size() * PITCH, line.phase() + ": " + line.metric(), better);
    double full = engines.values().stream().mapToDouble(Spread::highest).max().orElse(0);
    double room = WIDTH - LABEL_WIDTH - FIGURE_WIDTH;
    int place = 0;
    for (Map.Entry<EngineName, Spread> entry : engines.entrySet()) {
      Spread spread = entry.getValue();
      String figure = Quantity.words(spread.median(), line.unit());
      double middle = place * PITCH + PITCH / 2;
      double scale = full <= 0 ? 0 : room / full;
      svg.words(LABEL_WIDTH - 10, middle + BASELINE, "end", "", EngineWords.brief(entry.getKey()));
      svg.bar(
          LABEL_WIDTH,
          middle - BAR_HEIGHT / 2,
          Math.max(1, spread.median() * scale),
          BAR_HEIGHT,
          "f" + EngineWords.colour(entry.getKey()),
          entry.getKey().label() + ": " + figure + ", " + Quantity.range(spread, line.unit()));
      svg.line(
          LABEL_WIDTH + Math.max(0, spread.lowest() * scale),
          middle,
          LABEL_WIDTH + Math.max(0, spread.highest() * scale),
          middle,
          "spread");
      svg.words(
          WIDTH, middle + BASELINE, "end", entry.getKey() == line.best() ? "figure" : "", figure);
      place++;
    }
    return "<h3>"
        + Html.escape(line.metric())
        + " <small>"
        + better
        + "</small></h3>\n"
        + svg.done();
  }
}
