package io.sheaf.cli.report;

import java.util.List;
import java.util.function.DoubleFunction;

/**
 * Columns beside one another, one for each tenth of the load.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class Columns {
  private static final double WIDTH = 460;
  private static final double HEIGHT = 210;
  private static final double LEFT = 70;
  private static final double TOP = 12;
  private static final double BOTTOM = 40;
  private static final int GRID_LINES = 4;
  private static final double GAP = 6;

  private Columns() {}

  /**
   * Draws columns that begin at zero.
   *
   * @param axis what one column is
   * @param words of a value
   */
  static String draw(
      String id,
      String title,
      String description,
      List<Double> values,
      int colour,
      String axis,
      DoubleFunction<String> words) {
    Svg svg = new Svg(id, WIDTH, HEIGHT, title, description);
    double highest = values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    double full = Scales.roundUp(highest);
    double floor = HEIGHT - BOTTOM;
    for (int i = 0; i <= GRID_LINES; i++) {
      double y = floor - (floor - TOP) * i / GRID_LINES;
      svg.line(LEFT, y, WIDTH, y, "grid");
      svg.words(LEFT - 8, y + 4.5, "end", "quiet", words.apply(full * i / GRID_LINES));
    }
    double pitch = (WIDTH - LEFT) / Math.max(1, values.size());
    for (int i = 0; i < values.size(); i++) {
      double height = full == 0 ? 0 : (floor - TOP) * values.get(i) / full;
      double x = LEFT + i * pitch;
      String tip = axis + " " + (i + 1) + ": " + words.apply(values.get(i));
      svg.bar(x + GAP / 2, floor - height, pitch - GAP, height, "f" + colour, tip);
      svg.words(x + pitch / 2, floor + 17, "middle", "quiet", Integer.toString(i + 1));
    }
    svg.words((LEFT + WIDTH) / 2, HEIGHT - 4, "middle", "quiet", axis);
    return svg.done();
  }
}
