package io.sheaf.bench.summary;

import io.sheaf.bench.engine.EngineName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One figure of one phase, of all engines and rounds.
 *
 * @param engines those that have the figure
 * @param best the RocksDB with the best median; null if none has the figure
 * @param ratio of Sheaf to {@code best}, round by round: above 1, Sheaf is better, whatever the
 *     unit; null if there is none, as where one of the two is zero
 */
public record SummaryLine(
    String phase,
    String metric,
    String unit,
    boolean higherIsBetter,
    Map<EngineName, Spread> engines,
    @Nullable EngineName best,
    @Nullable Spread ratio) {
  /** Copies the map. */
  public SummaryLine {
    engines = Collections.unmodifiableMap(new EnumMap<>(engines));
  }

  /**
   * The line of these figures.
   *
   * @param rounds of each engine, its figure by round; none of them empty
   */
  static SummaryLine of(
      String phase,
      String metric,
      String unit,
      boolean higherIsBetter,
      Map<EngineName, Map<Integer, Double>> rounds) {
    Map<EngineName, Spread> engines = new EnumMap<>(EngineName.class);
    rounds.forEach(
        (engine, figures) -> engines.put(engine, new Spread(List.copyOf(figures.values()))));
    EngineName best = best(engines, higherIsBetter);
    Spread ratio =
        best == null || !rounds.containsKey(EngineName.SHEAF)
            ? null
            : ratio(
                rounds.getOrDefault(EngineName.SHEAF, Map.of()),
                rounds.getOrDefault(best, Map.of()),
                higherIsBetter);
    return new SummaryLine(phase, metric, unit, higherIsBetter, engines, best, ratio);
  }

  private static @Nullable EngineName best(
      Map<EngineName, Spread> engines, boolean higherIsBetter) {
    EngineName best = null;
    double bestMedian = 0;
    for (Map.Entry<EngineName, Spread> engine : engines.entrySet()) {
      double median = engine.getValue().median();
      if (engine.getKey() != EngineName.SHEAF
          && (best == null || (higherIsBetter ? median > bestMedian : median < bestMedian))) {
        best = engine.getKey();
        bestMedian = median;
      }
    }
    return best;
  }

  private static @Nullable Spread ratio(
      Map<Integer, Double> sheaf, Map<Integer, Double> other, boolean higherIsBetter) {
    List<Double> ratios = new ArrayList<>();
    sheaf.forEach((round, ours) -> {
      Double theirs = other.get(round);
      if (theirs != null && ours != 0 && theirs != 0) { // nothing is so many times nothing
        ratios.add(higherIsBetter ? ours / theirs : theirs / ours);
      }
    });
    return ratios.isEmpty() ? null : new Spread(ratios);
  }
}
