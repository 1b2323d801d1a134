package io.sheaf.bench.phase;

import io.sheaf.bench.engine.RaceEngine;
import io.sheaf.testdata.StandardWorkload;
import java.io.IOException;
import java.time.Duration;

/**
 * Loads all rows into the empty store, and waits for the background. Before that, rows are written
 * for a while to another store with so little memory that it flushes and merges, so that the JVM
 * has compiled what a load runs.
 */
final class LoadPhase implements Phase {
  private static final long WARM_UP_MEMORY_BYTES = 64L << 20;

  @Override
  public void run(RaceStore store, PhaseReport report) throws IOException, InterruptedException {
    warmUp(store);
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

  private static void warmUp(RaceStore store) throws IOException, InterruptedException {
    StandardWorkload workload = store.workload();
    long memoryBytes = Math.min(WARM_UP_MEMORY_BYTES, store.settings().memoryBytes());
    long end = System.nanoTime() + store.tempo().warmUp().toNanos();
    try (SideStore side =
            SideStore.open(store, "warm-up", memoryBytes, workload.rows(), Duration.ZERO);
        BatchWriter writer =
            new BatchWriter(side.engine(), workload.generator(), store.batchRows())) {
      while (System.nanoTime() - end < 0 && writer.writeNext()) {
        // the rows themselves are not looked at
      }
      side.engine().flush();
      side.engine().awaitIdle();
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
