package io.sheaf.bench.phase;

import io.sheaf.cli.measure.LatencySummary;
import java.util.List;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;

/**
 * Tells what readers measured. Operations a second are the sum over the threads of operations by
 * the time that this thread's clock ran; CPU time is that of the whole process, so that what an
 * engine reads ahead in threads of its own counts, without that of the checks.
 */
final class ReadFigures {
  private ReadFigures() {}

  static void report(PhaseReport report, List<ReadLoop> loops, Usage used) {
    Histogram nanos = LatencySummary.histogram();
    double operationsPerSecond = 0;
    double rowsPerSecond = 0;
    long checkCpuNanos = 0;
    for (ReadLoop loop : loops) {
      nanos.add(loop.nanosOfRead());
      checkCpuNanos += loop.checkCpuNanos();
      double seconds = Math.max(1, loop.nanos()) / 1e9;
      operationsPerSecond += loop.nanosOfRead().getTotalCount() / seconds;
      rowsPerSecond += loop.rows() / seconds;
    }
    long operations = nanos.getTotalCount();
    report.higherIsBetter("operations a second", "op/s", operationsPerSecond);
    report.higherIsBetter("rows a second", "rows/s", rowsPerSecond);
    report.latency("operation", nanos);
    report.lowerIsBetter(
        "bytes read from the device an operation", "bytes", used.deviceReadBytes(), operations);
    report.lowerIsBetter(
        "CPU time an operation",
        "µs",
        OptionalLong.of(Math.max(0, used.cpuNanos() - checkCpuNanos) / 1000),
        operations);
    report.note(operations + " operations by " + loops.size() + " threads");
  }
}
