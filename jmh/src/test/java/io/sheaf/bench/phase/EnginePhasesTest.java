package io.sheaf.bench.phase;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.engine.EngineSettings;
import io.sheaf.testdata.StandardWorkload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each engine runs through all phases, and all that it tells can be. */
final class EnginePhasesTest {
  private static final Tempo SHORT =
      new Tempo(
          Duration.ofMillis(10),
          Duration.ofMillis(100),
          Duration.ofMillis(50),
          20,
          Duration.ofMillis(200),
          20_000,
          500,
          Duration.ofSeconds(1),
          2);
  private static final StandardWorkload WORKLOAD = new StandardWorkload(4_000, 40, 1);

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest
  @EnumSource(EngineName.class)
  void runsThroughAllPhases(EngineName name, @TempDir Path directory) throws InterruptedException {
    RecordedOutput output = new RecordedOutput();
    EngineSettings settings = new EngineSettings(directory, 16 << 20, false, WORKLOAD.rows());
    boolean passed =
        new EnginePhases(name, settings, WORKLOAD, 8, SHORT)
            .run(Arrays.asList(PhaseName.values()), output);
    assertEquals(List.of(), output.failures());
    assertTrue(passed);
    for (PhaseName phase : PhaseName.values()) {
      assertTrue(
          output.results().keySet().stream().anyMatch(key -> key.startsWith(phase.label() + ": ")),
          phase.label());
      assertEquals(
          phase != PhaseName.DISK,
          output.progressing().contains(phase.label()),
          () -> phase.label() + " tells how far it is");
    }
    checkFigures(output.results());
    assertTrue(output.curves().contains("load: batch write"), output.curves()::toString);
    assertTrue(output.curves().contains("mixed: newest 50 rows"), output.curves()::toString);
  }

  private static void checkFigures(Map<String, Double> results) {
    results.forEach((name, value) -> assertTrue(Math.abs(value) < 1e12, name + " " + value));
    results.forEach((name, value) -> assertTrue(value >= 0 || mayBeNegative(name), name));
    double loading = figure(results, "load: rows a second while loading");
    double finished = figure(results, "load: rows a second, background finished");
    assertTrue(loading >= finished && finished > 0, finished + " of " + loading);
    double disk = figure(results, "disk: bytes on disk a user byte");
    assertTrue(disk > 0.2 && disk < 10, "disk " + disk);
    for (String phase : List.of("latest-warm", "cursor-cold", "full-warm", "get-cold")) {
      double operations = figure(results, phase + ": operations a second");
      double rows = figure(results, phase + ": rows a second");
      assertTrue(operations > 0 && rows >= operations, phase);
    }
    assertEquals(0, figure(results, "miss-warm: rows a second"));
  }

  /** What a phase gives up may have been written before it. */
  private static boolean mayBeNegative(String name) {
    return name.endsWith("given up in memory");
  }

  private static double figure(Map<String, Double> results, String name) {
    Double value = results.get(name);
    assertFalse(value == null, () -> name + " is missing of " + results.keySet());
    return value;
  }
}
