package io.sheaf.bench.report;

import com.fasterxml.jackson.jr.ob.JSON;
import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.phase.PhaseName;
import io.sheaf.bench.result.Line.Point;
import io.sheaf.bench.summary.EngineRun;
import io.sheaf.bench.summary.Machine;
import io.sheaf.bench.summary.RaceOutcome;
import io.sheaf.bench.summary.RaceSettings;
import io.sheaf.bench.summary.Spread;
import io.sheaf.bench.summary.Summary;
import io.sheaf.bench.summary.SummaryCurve;
import io.sheaf.bench.summary.SummaryLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a race found, for programs: the text of {@code results.json}.
 *
 * <p><em>Thread safety:</em> stateless.
 */
public final class RaceJson {
  private RaceJson() {}

  /** The text. */
  public static String of(RaceOutcome outcome) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    Summary summary = outcome.summary();
    fields.put("date", outcome.begin().toString());
    fields.put("rounds", outcome.settings().rounds());
    fields.put("roundsDone", outcome.roundsDone());
    fields.put("settings", settings(outcome.settings()));
    fields.put("machine", machine(outcome.machine()));
    fields.put("notes", outcome.notes());
    fields.put("failures", outcome.failed().stream().map(RaceJson::failure).toList());
    fields.put("phases", summary.lines().stream().map(RaceJson::line).toList());
    fields.put("curves", summary.curves().stream().map(RaceJson::curve).toList());
    fields.put("runs", outcome.runs().stream().map(RaceJson::run).toList());
    try {
      return JSON.std
              .with(JSON.Feature.PRETTY_PRINT_OUTPUT, JSON.Feature.WRITE_NULL_PROPERTIES)
              .asString(fields)
          + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> settings(RaceSettings settings) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("engines", settings.engines().stream().map(EngineName::label).toList());
    fields.put("shape", settings.shape().toString());
    fields.put("rows", settings.rows());
    fields.put("users", settings.users());
    fields.put("batchRows", settings.batchRows());
    fields.put("durability", settings.durabilityLabel());
    fields.put("memoryBytes", settings.memoryBytes());
    fields.put("engineMemoryBytes", settings.engineMemoryBytes());
    fields.put("seed", settings.seed());
    fields.put("phases", settings.phases().stream().map(PhaseName::label).toList());
    fields.put("javaOptions", settings.javaOptions());
    return fields;
  }

  private static Map<String, Object> machine(Machine machine) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("cores", machine.cores());
    fields.put("memory", machine.memory());
    fields.put("processor", machine.processor());
    fields.put("kernel", machine.kernel());
    fields.put("jdk", machine.jdk());
    fields.put("disk", machine.disk());
    return fields;
  }

  private static Map<String, @Nullable Object> line(SummaryLine line) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    Map<String, Double> medians = new LinkedHashMap<>();
    Map<String, Object> spreads = new LinkedHashMap<>();
    line.engines()
        .forEach((engine, spread) -> {
          medians.put(engine.label(), spread.median());
          spreads.put(engine.label(), spread(spread));
        });
    fields.put("phase", line.phase());
    fields.put("metric", line.metric());
    fields.put("unit", line.unit());
    fields.put("better", line.higherIsBetter() ? "higher" : "lower");
    fields.put("engines", medians);
    fields.put("best", line.best() == null ? null : line.best().label());
    fields.put("ratio", line.ratio() == null ? null : line.ratio().median());
    fields.put("spread", spreads);
    fields.put("ratioSpread", line.ratio() == null ? null : spread(line.ratio()));
    return fields;
  }

  private static Map<String, Object> spread(Spread spread) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("lowest", spread.lowest());
    fields.put("highest", spread.highest());
    fields.put("rounds", spread.values());
    return fields;
  }

  private static Map<String, Object> curve(SummaryCurve curve) {
    Map<String, Object> fields = new LinkedHashMap<>();
    Map<String, Object> engines = new LinkedHashMap<>();
    curve.engines().forEach((engine, points) -> engines.put(engine.label(), points(points)));
    fields.put("phase", curve.phase());
    fields.put("name", curve.name());
    fields.put("unit", curve.unit());
    fields.put("engines", engines);
    return fields;
  }

  private static List<List<Double>> points(List<Point> points) {
    return points.stream().map(point -> List.of(point.percentile(), point.value())).toList();
  }

  private static Map<String, Object> run(EngineRun run) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("engine", run.engine().label());
    fields.put("round", run.round());
    fields.put("seconds", run.seconds());
    fields.put("failed", run.failure() != null);
    fields.put("notes", run.notes());
    return fields;
  }

  private static Map<String, @Nullable Object> failure(EngineRun run) {
    EngineRun.Failure failure = run.failure();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("engine", run.engine().label());
    fields.put("round", run.round());
    fields.put("phase", failure == null ? null : failure.phase());
    fields.put("text", failure == null ? null : failure.text());
    fields.put(
        "store", failure == null || failure.store() == null ? null : failure.store().toString());
    return fields;
  }
}
