package io.sheaf.bench.summary;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.result.Line.Point;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The distribution of one figure of one phase: for each engine and percentile, the median of the
 * rounds.
 *
 * @param engines those that have the curve
 */
public record SummaryCurve(
    String phase, String name, String unit, Map<EngineName, List<Point>> engines) {
  /** Copies the map. */
  public SummaryCurve {
    engines = Collections.unmodifiableMap(new EnumMap<>(engines));
  }

  /** The curve in the middle of the curves of several rounds. */
  static List<Point> middle(List<List<Point>> rounds) {
    SortedMap<Double, List<Double>> byPercentile = new TreeMap<>();
    for (List<Point> round : rounds) {
      for (Point point : round) {
        byPercentile.computeIfAbsent(point.percentile(), _ -> new ArrayList<>()).add(point.value());
      }
    }
    List<Point> points = new ArrayList<>();
    byPercentile.forEach(
        (percentile, values) -> points.add(new Point(percentile, new Spread(values).median())));
    return List.copyOf(points);
  }
}
