package io.sheaf.cli.shape;

import io.sheaf.cli.console.Figures;
import io.sheaf.cli.measure.TableShape.RunShape;
import io.sheaf.cli.measure.TableShape.ValueFileShape;
import io.sheaf.cli.report.Scales;
import io.sheaf.cli.report.Svg;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The pictures of a store's shape. */
final class ShapeCharts {
  private static final double WIDE = 960;
  private static final double NARROW = 460;
  private static final double LABEL = 90;
  private static final double FIGURE = 260;
  private static final double BAR = 22;
  private static final double PITCH = 32;
  private static final double CELL = 34;
  private static final double CELL_PITCH = 40;
  private static final int CELLS_A_ROW = 24;
  private static final int MOST_CELLS = 20 * CELLS_A_ROW;
  private static final int GRID_LINES = 4;

  private ShapeCharts() {}

  /** A bar a level, made of its runs; newest rows above. */
  static String levels(String id, List<RunShape> runs) {
    Map<Integer, List<RunShape>> levels = ShapeLines.levels(runs).descendingMap();
    long most =
        Math.max(1, levels.values().stream().mapToLong(ShapeLines::sizeBytes).max().orElse(1));
    Svg svg =
        new Svg(
            id,
            WIDE,
            levels.size() * PITCH,
            "Levels",
            Figures.count(runs.size(), "run") + " in " + Figures.count(levels.size(), "level"));
    double room = WIDE - LABEL - FIGURE;
    int row = 0;
    for (Map.Entry<Integer, List<RunShape>> level : levels.entrySet()) {
      double top = row++ * PITCH + (PITCH - BAR) / 2;
      double middle = top + BAR / 2 + 4.5;
      svg.words(LABEL - 10, middle, "end", "", "level " + level.getKey());
      double left = LABEL;
      for (RunShape run : level.getValue()) {
        double width = room * run.sizeBytes() / most;
        svg.bar(
            left,
            top,
            Math.max(1, width - 2),
            BAR,
            "f1",
            "run "
                + run.id()
                + ": "
                + Figures.bytes(run.sizeBytes())
                + ", "
                + Figures.count(run.files(), "SSTable")
                + ", "
                + Figures.count(run.rows(), "row"));
        left += width;
      }
      svg.words(
          left + 10,
          middle,
          "start",
          "quiet",
          Figures.bytes(ShapeLines.sizeBytes(level.getValue()))
              + ", "
              + Figures.count(level.getValue().size(), "run")
              + ", "
              + Figures.count(
                  level.getValue().stream().mapToInt(RunShape::files).sum(), "SSTable"));
    }
    return svg.done();
  }

  /** A cell a file, in the order of their age: its live share from below, garbage above. */
  static String valueFiles(String id, List<ValueFileShape> files) {
    List<ValueFileShape> shown =
        files.subList(Math.max(0, files.size() - MOST_CELLS), files.size());
    int rows = (shown.size() + CELLS_A_ROW - 1) / CELLS_A_ROW;
    long live = files.stream().mapToLong(ValueFileShape::liveRawBytes).sum();
    long raw = Math.max(1, files.stream().mapToLong(ValueFileShape::rawBytes).sum());
    Svg svg =
        new Svg(
            id,
            WIDE,
            rows * CELL_PITCH,
            "Value files",
            Figures.count(files.size(), "value file")
                + ", "
                + Figures.percent((double) live / raw)
                + " of their bytes live");
    for (int i = 0; i < shown.size(); i++) {
      ValueFileShape file = shown.get(i);
      double left = i % CELLS_A_ROW * CELL_PITCH;
      int row = i / CELLS_A_ROW;
      double top = row * CELL_PITCH;
      double height = CELL * file.liveShare();
      String tip =
          String.format(Locale.ROOT, "%06d.val: ", file.number())
              + Figures.bytes(file.sizeBytes())
              + ", "
              + Figures.percent(file.liveShare())
              + " live, "
              + Figures.count(file.rows(), "row");
      svg.bar(left, top, CELL, CELL, "f4", tip);
      svg.bar(left, top + CELL - height, CELL, height, "f3", tip);
    }
    return "<p><span class=\"key k3\"></span>live &#160; <span class=\"key k4\"></span>garbage, not"
        + " collected yet"
        + (shown.size() < files.size()
            ? "; the newest " + shown.size() + " of " + Figures.count(files.size(), "file")
            : "")
        + "</p>\n"
        + svg.done();
  }

  /** A column a class: its groups, and beside them its bytes, as shares of all. */
  static String histogram(String id, String title, List<GroupShape.Bar> bars, boolean sizes) {
    double height = 240;
    double floor = height - 58;
    double left = 46;
    Svg svg = new Svg(id, NARROW, height, title, "Shares of all groups, and of all bytes");
    double groups = Math.max(1, bars.stream().mapToLong(GroupShape.Bar::groups).sum());
    double bytes = Math.max(1, bars.stream().mapToLong(GroupShape.Bar::rawBytes).sum());
    double highest =
        bars.stream()
            .mapToDouble(bar -> Math.max(bar.groups() / groups, bar.rawBytes() / bytes))
            .max()
            .orElse(1);
    double full = Math.min(1, Scales.roundUp(highest));
    for (int i = 0; i <= GRID_LINES; i++) {
      double y = floor - (floor - 12) * i / GRID_LINES;
      svg.line(left, y, NARROW, y, "grid");
      svg.words(left - 6, y + 4.5, "end", "quiet", percent(full * i / GRID_LINES));
    }
    long lastEnd = bars.get(bars.size() - 2).end();
    double pitch = (NARROW - left) / bars.size();
    for (int i = 0; i < bars.size(); i++) {
      GroupShape.Bar bar = bars.get(i);
      String label =
          sizes
              ? ShapeLines.sizeLabel(bar.end(), lastEnd)
              : ShapeLines.piecesLabel(bar.end(), lastEnd);
      String tip =
          label
              + ": "
              + Figures.count(bar.groups(), "group")
              + " ("
              + Figures.percent(bar.groups() / groups)
              + "), "
              + Figures.bytes(bar.rawBytes())
              + " ("
              + Figures.percent(bar.rawBytes() / bytes)
              + ")";
      double x = left + i * pitch;
      double half = pitch / 2 - 2;
      double ofGroups = (floor - 12) * bar.groups() / groups / full;
      double ofBytes = (floor - 12) * bar.rawBytes() / bytes / full;
      svg.bar(x + 2, floor - ofGroups, half, ofGroups, "f1", tip);
      svg.bar(x + 2 + half, floor - ofBytes, half, ofBytes, "f2", tip);
      svg.words(x + pitch / 2, floor + 16, "middle", "quiet", shortLabel(bar.end(), sizes));
    }
    svg.words(
        (left + NARROW) / 2,
        floor + 34,
        "middle",
        "quiet",
        sizes ? "bytes of keys and values, up to" : "pieces, up to");
    svg.bar(left + 40, height - 16, 10, 10, "f1", "groups");
    svg.words(left + 56, height - 6.5, "start", "", "share of the groups");
    svg.bar(left + 210, height - 16, 10, 10, "f2", "bytes");
    svg.words(left + 226, height - 6.5, "start", "", "share of the bytes");
    return svg.done();
  }

  private static String shortLabel(long end, boolean sizes) {
    if (end == Long.MAX_VALUE) {
      return "more";
    }
    return !sizes ? Long.toString(end) : end >= 1 << 20 ? (end >> 20) + " M" : (end >> 10) + " K";
  }

  /** Which share of the bytes the largest groups have; the straight line: all are of one size. */
  static String skew(String id, GroupShape groups) {
    double height = 260;
    double left = 60;
    double floor = height - 44;
    double top = 12;
    double right = WIDE - 230;
    Svg svg =
        new Svg(
            id,
            WIDE,
            height,
            "Skew of the groups",
            "The largest 6 % of the groups have "
                + Figures.percent(groups.byteShareOfLargest(0.06))
                + " of the bytes");
    for (int i = 0; i <= GRID_LINES; i++) {
      double y = floor - (floor - top) * i / GRID_LINES;
      svg.line(left, y, right, y, "grid");
      svg.words(left - 8, y + 4.5, "end", "quiet", percent((double) i / GRID_LINES));
      double x = left + (right - left) * i / GRID_LINES;
      svg.words(x, floor + 17, "middle", "quiet", percent((double) i / GRID_LINES));
    }
    svg.words(
        (left + right) / 2, height - 6, "middle", "quiet", "share of the groups, largest first");
    svg.line(left, floor, right, top, "grid");
    StringBuilder path = new StringBuilder();
    for (GroupShape.Share point : groups.skew()) {
      path.append(path.isEmpty() ? "M" : " L")
          .append(Svg.number(left + (right - left) * point.groupShare()))
          .append(' ')
          .append(Svg.number(floor - (floor - top) * point.byteShare()));
    }
    svg.curve(path.toString(), "l1");
    int line = 0;
    for (double share : ShapeLines.LARGEST) {
      double bytes = groups.byteShareOfLargest(share);
      String words = "largest " + percent(share) + ": " + Figures.percent(bytes);
      svg.dot(
          left + (right - left) * share,
          floor - (floor - top) * bytes,
          "f1",
          words + " of the bytes");
      svg.words(right + 20, top + 40 + 26 * line++, "start", "", words);
    }
    svg.words(right + 20, top + 14, "start", "quiet", "share of the bytes");
    return svg.done();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }
}
