package io.sheaf.bench.phase;

import io.sheaf.bench.engine.RaceEngine;
import io.sheaf.testdata.StandardWorkload;
import java.io.IOException;

/** Loads all rows into the empty store, and waits for the background. */
final class LoadPhase implements Phase {
  @Override
  public void run(RaceStore store, PhaseReport report) throws IOException, InterruptedException {
    StandardWorkload workload = store.workload();
    RaceEngine engine = store.engine();
    report.note(engine.note());
    try (BatchWriter writer = new BatchWriter(engine, workload.generator(), store.batchRows())) {
      Usage before = Usage.now();
      while (writer.writeNext()) {
        report.progress(writer.rows(), workload.rows(), "rows");
      }
      long writeNanos = System.nanoTime() - before.nanos();
      engine.flush();
      long finishedNanos = engine.awaitIdle() - before.nanos();
      Usage used = Usage.since(before);
      store.holds(workload, writer.userBytes());
      report(report, writer, writeNanos, finishedNanos, used);
    }
  }

  private static void report(
      PhaseReport report, BatchWriter writer, long writeNanos, long finishedNanos, Usage used) {
    long rows = writer.rows();
    report.higherIsBetter("rows a second while loading", "rows/s", rows / (writeNanos / 1e9));
    report.higherIsBetter(
        "rows a second, background finished", "rows/s", rows / (finishedNanos / 1e9));
    report.latency("batch write", writer.nanos());
    report.lowerIsBetter("CPU time of the load", "s", used.cpuNanos() / 1e9);
    report.lowerIsBetter("CPU time a row", "µs", used.cpuNanos() / 1e3 / rows);
    WrittenBytes.report(report, "user byte", used, writer.userBytes());
    Usage.peakResidentBytes()
        .ifPresent(
            bytes -> report.lowerIsBetter("most memory of the process", "bytes", (double) bytes));
  }
}
