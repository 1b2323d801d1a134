package io.sheaf.cli.report;

import java.util.List;

/**
 * Bars that lie below one another, each made of parts in a row.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class StackedBars {
  private static final double WIDTH = 960;
  private static final double LABEL_WIDTH = 190;
  private static final double FIGURE_WIDTH = 250;
  private static final double BAR_HEIGHT = 20;
  private static final double PITCH = 30;
  private static final double GAP = 2;

  private StackedBars() {}

  /**
   * A part of a bar.
   *
   * @param size in the unit of all parts
   * @param colour 1 to 5; 0: that of quiet words
   * @param tip what it is, and its size in words
   */
  record Part(double size, int colour, String tip) {}

  /**
   * A bar.
   *
   * @param label before it
   * @param figure behind it
   */
  record Bar(String label, List<Part> parts, String figure) {
    Bar {
      parts = List.copyOf(parts);
    }

    double size() {
      return parts.stream().mapToDouble(Part::size).sum();
    }
  }

  /**
   * Draws bars.
   *
   * @param fullSize what a bar of full width stands for; 0: the longest bar is as long as can be
   */
  static String draw(String id, String title, String description, List<Bar> bars, double fullSize) {
    Svg svg = new Svg(id, WIDTH, bars.size() * PITCH, title, description);
    double longest = bars.stream().mapToDouble(Bar::size).max().orElse(0);
    double full = fullSize > 0 ? fullSize : longest;
    double room = WIDTH - LABEL_WIDTH - FIGURE_WIDTH;
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      double top = i * PITCH + (PITCH - BAR_HEIGHT) / 2;
      double middle = top + BAR_HEIGHT / 2 + 4.5;
      svg.words(LABEL_WIDTH - 10, middle, "end", "", bar.label());
      svg.bar(LABEL_WIDTH, top, room, BAR_HEIGHT, "track", bar.label() + ": " + bar.figure());
      double left = LABEL_WIDTH;
      for (Part part : bar.parts()) {
        double width = full == 0 ? 0 : room * part.size() / full;
        if (width > 0) {
          double drawn = Math.max(1, width - GAP);
          svg.bar(left, top, drawn, BAR_HEIGHT, "f" + part.colour(), part.tip());
          left += width;
        }
      }
      svg.words(LABEL_WIDTH + room + 10, middle, "start", "quiet", bar.figure());
    }
    return svg.done();
  }
}
