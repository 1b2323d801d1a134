package io.sheaf.bench.summary;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.phase.PhaseName;
import io.sheaf.bench.result.Line;
import io.sheaf.bench.result.Line.Point;
import io.sheaf.cli.demo.Shape;
import io.sheaf.lsm.db.Durability;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A race that never was, with figures drawn from a seed. */
public final class SampleOutcome {
  private SampleOutcome() {}

  /** Settings of three rounds. */
  public static RaceSettings settings(List<EngineName> engines) {
    return new RaceSettings(
        engines,
        Shape.DENSE,
        10_000_000,
        20_000,
        8,
        Durability.WRITTEN,
        2L << 30,
        1L << 30,
        1,
        3,
        PhaseName.DEFAULTS,
        List.of("-Xmx384m"));
  }

  /**
   * A race of these engines over all phases.
   *
   * @param word that notes and kernel have, to see what becomes of it
   */
  public static RaceOutcome of(List<EngineName> engines, String word) {
    SplittableRandom random = new SplittableRandom(11);
    List<EngineRun> runs = new ArrayList<>();
    RaceSettings settings = settings(engines);
    for (int round = 1; round <= settings.rounds(); round++) {
      for (EngineName engine : settings.order(round)) {
        List<Line> lines = new ArrayList<>();
        for (PhaseName phase : settings.phases()) {
          addPhase(lines, phase, engine, random);
        }
        lines.add(new Line.Note("load: options of " + word));
        runs.add(EngineRun.of(engine, round, 312.4, lines, null));
      }
    }
    return new RaceOutcome(
        settings,
        new Machine(
            2,
            "23.5 GiB",
            "AMD EPYC 7R13",
            "Linux 6.18 " + word,
            "Temurin 25.0.1+8",
            "ext4 on /dev/vda"),
        Instant.parse("2026-11-21T08:15:00Z"),
        settings.rounds(),
        List.of("Reads are not cold: " + word),
        runs);
  }

  /** The same, but a run of {@code engine} failed in the last round. */
  public static RaceOutcome withFailure(RaceOutcome outcome, EngineName engine, String text) {
    List<EngineRun> runs = new ArrayList<>(outcome.runs());
    runs.removeIf(run -> run.engine() == engine && run.round() == outcome.settings().rounds());
    runs.add(
        EngineRun.of(
            engine,
            outcome.settings().rounds(),
            17,
            List.of(),
            new EngineRun.Failure("get-cold", text, null)));
    return new RaceOutcome(
        outcome.settings(),
        outcome.machine(),
        outcome.begin(),
        outcome.roundsDone(),
        outcome.notes(),
        runs);
  }

  private static void addPhase(
      List<Line> lines, PhaseName phase, EngineName engine, SplittableRandom random) {
    String label = phase.label();
    double speed = (engine == EngineName.SHEAF ? 3 : 1) * random.nextDouble(0.7, 1.1);
    if (phase == PhaseName.MISS_COLD || phase == PhaseName.UPDATE) {
      speed = engine == EngineName.SHEAF ? 0.8 : 1;
    }
    switch (phase) {
      case LOAD -> {
        lines.add(higher(label, "rows a second while loading", "rows/s", 150_000 * speed));
        lines.add(higher(label, "rows a second, background finished", "rows/s", 109_000 * speed));
        addLatency(lines, label, "batch write", 39 / speed);
        lines.add(lower(label, "CPU time a row", "µs", 16 / speed));
        lines.add(lower(label, "bytes written a user byte", "bytes", 2.57 / Math.sqrt(speed)));
        lines.add(lower(label, "most memory of the process", "bytes", 1.4e9));
      }
      case DISK -> lines.add(lower(label, "bytes on disk a user byte", "bytes", 0.44 / speed * 2));
      case MIXED, MIXED_PACED -> {
        lines.add(higher(label, "rows a second", "rows/s", 40_000));
        lines.add(higher(label, "reads a second beside", "op/s", 5_200 * speed));
        addLatency(lines, label, "batch write", 45 / speed);
        addLatency(lines, label, "newest 50 rows", 190 / speed);
      }
      case UPDATE -> {
        lines.add(higher(label, "rows a second, background finished", "rows/s", 64_000 * speed));
        addLatency(lines, label, "batch write", 50 / speed);
        lines.add(lower(label, "bytes on disk a live user byte", "bytes", 0.51));
      }
      case TTL -> lines.add(lower(label, "most bytes on disk a live user byte", "bytes", 1.3));
      default -> {
        double scale = label.endsWith("-warm") ? 20 : 1;
        lines.add(higher(label, "operations a second", "op/s", 7_800 * speed * scale));
        lines.add(higher(label, "rows a second", "rows/s", 390_000 * speed * scale));
        addLatency(lines, label, "operation", 146 / speed / scale);
        lines.add(lower(label, "bytes read from the device an operation", "bytes", 10_500 / speed));
      }
    }
  }

  private static void addLatency(List<Line> lines, String phase, String name, double median) {
    double[] percentiles = {0, 25, 50, 75, 90, 99, 99.9, 99.99, 100};
    double[] times = {0.4, 0.8, 1, 1.3, 1.8, 6, 30, 110, 400};
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < times.length; i++) {
      points.add(new Point(percentiles[i], median * times[i]));
    }
    lines.add(lower(phase, name + ", 50 %", "µs", median));
    lines.add(lower(phase, name + ", 99.9 %", "µs", 30 * median));
    lines.add(new Line.Curve(phase, name, "µs", points));
  }

  private static Line higher(String phase, String metric, String unit, double value) {
    return new Line.Measurement(phase, metric, unit, true, value);
  }

  private static Line lower(String phase, String metric, String unit, double value) {
    return new Line.Measurement(phase, metric, unit, false, value);
  }
}
