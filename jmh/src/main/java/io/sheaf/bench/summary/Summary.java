package io.sheaf.bench.summary;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.phase.PhaseName;
import io.sheaf.bench.result.Line.Curve;
import io.sheaf.bench.result.Line.Measurement;
import io.sheaf.bench.result.Line.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the rounds of a race come to. Runs that failed are left out.
 *
 * @param lines in the order of the phases, and within a phase as the workers told them
 * @param curves likewise
 */
public record Summary(List<SummaryLine> lines, List<SummaryCurve> curves) {
  private static final List<String> PHASES =
      Arrays.stream(PhaseName.values()).map(PhaseName::label).toList();

  /** Copies the lists. */
  public Summary {
    lines = List.copyOf(lines);
    curves = List.copyOf(curves);
  }

  private record LineKey(String phase, String metric, String unit, boolean higherIsBetter) {}

  private record CurveKey(String phase, String name, String unit) {}

  /** The summary of runs of any number of rounds and engines. */
  public static Summary of(List<EngineRun> runs) {
    Map<LineKey, Map<EngineName, Map<Integer, Double>>> figures = new LinkedHashMap<>();
    Map<CurveKey, Map<EngineName, List<List<Point>>>> curves = new LinkedHashMap<>();
    for (EngineRun run : runs) {
      if (run.failure() == null) {
        run.measurements().forEach(measurement -> add(figures, run, measurement));
        run.curves().forEach(curve -> add(curves, run, curve));
      }
    }
    return new Summary(lines(figures), curves(curves));
  }

  /** The phases that there is something of, in their order. */
  public List<String> phases() {
    return lines.stream().map(SummaryLine::phase).distinct().toList();
  }

  private static void add(
      Map<LineKey, Map<EngineName, Map<Integer, Double>>> figures,
      EngineRun run,
      Measurement figure) {
    figures
        .computeIfAbsent(
            new LineKey(figure.phase(), figure.metric(), figure.unit(), figure.higherIsBetter()),
            _ -> new EnumMap<>(EngineName.class))
        .computeIfAbsent(run.engine(), _ -> new TreeMap<>())
        .put(run.round(), figure.value());
  }

  private static void add(
      Map<CurveKey, Map<EngineName, List<List<Point>>>> curves, EngineRun run, Curve curve) {
    curves
        .computeIfAbsent(
            new CurveKey(curve.phase(), curve.name(), curve.unit()),
            _ -> new EnumMap<>(EngineName.class))
        .computeIfAbsent(run.engine(), _ -> new ArrayList<>())
        .add(curve.points());
  }

  private static List<SummaryLine> lines(
      Map<LineKey, Map<EngineName, Map<Integer, Double>>> figures) {
    List<SummaryLine> lines = new ArrayList<>();
    figures.forEach((key, rounds) ->
        lines.add(
            SummaryLine.of(key.phase(), key.metric(), key.unit(), key.higherIsBetter(), rounds)));
    lines.sort(Comparator.comparingInt(line -> place(line.phase())));
    return lines;
  }

  private static List<SummaryCurve> curves(
      Map<CurveKey, Map<EngineName, List<List<Point>>>> rounds) {
    List<SummaryCurve> curves = new ArrayList<>();
    rounds.forEach((key, byEngine) -> {
      Map<EngineName, List<Point>> middles = new EnumMap<>(EngineName.class);
      byEngine.forEach((engine, all) -> middles.put(engine, SummaryCurve.middle(all)));
      curves.add(new SummaryCurve(key.phase(), key.name(), key.unit(), middles));
    });
    curves.sort(Comparator.comparingInt(curve -> place(curve.phase())));
    return curves;
  }

  /** A phase that is not known comes last. */
  private static int place(String phase) {
    int place = PHASES.indexOf(phase);
    return place < 0 ? PHASES.size() : place;
  }
}
