package io.sheaf.bench.phase;

import io.sheaf.bench.engine.RaceEngine;
import io.sheaf.testdata.StandardWorkload;
import java.io.IOException;
import java.time.Duration;

/**
 * Loads ten times the rows into a store of its own, and compares what a row of the last tenth costs
 * with one of the first. The background is finished at the beginning and at the end of both.
 */
final class TenfoldPhase implements Phase {
  private static final int TIMES = 10;

  @Override
  public void run(RaceStore store, PhaseReport report) throws IOException, InterruptedException {
    long part = store.workload().rows();
    StandardWorkload all = store.workload().withRows(TIMES * part);
    long memoryBytes = store.settings().memoryBytes();
    try (SideStore side =
        SideStore.open(store, "tenfold", memoryBytes, all.rows(), Duration.ZERO)) {
      Usage first = load(side.engine(), all, 0, part, store.batchRows(), report);
      load(side.engine(), all, part, (TIMES - 1) * part, store.batchRows(), report);
      Usage last =
          load(side.engine(), all, (TIMES - 1) * part, all.rows(), store.batchRows(), report);
      report(report, "CPU time a row", first.cpuNanos(), last.cpuNanos(), part);
      report(report, "time a row", first.nanos(), last.nanos(), part);
    }
  }

  private static Usage load(
      RaceEngine engine,
      StandardWorkload workload,
      long from,
      long to,
      int batchRows,
      PhaseReport report)
      throws IOException, InterruptedException {
    Usage before = Usage.now();
    try (BatchWriter writer = new BatchWriter(engine, workload.generator(from, to), batchRows)) {
      while (writer.writeNext()) {
        report.progress(from + writer.rows(), workload.rows(), "rows");
      }
    }
    engine.flush();
    engine.awaitIdle();
    return Usage.since(before);
  }

  private static void report(
      PhaseReport report, String what, long firstNanos, long lastNanos, long rows) {
    report.lowerIsBetter(what + ", first tenth", "µs", firstNanos / 1e3 / rows);
    report.lowerIsBetter(what + ", last tenth", "µs", lastNanos / 1e3 / rows);
    report.lowerIsBetter(
        what + ", last tenth of the first", "×", (double) lastNanos / Math.max(1, firstNanos));
  }
}
