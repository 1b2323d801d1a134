package io.sheaf.cli.report;

import io.sheaf.cli.console.Figures;
import io.sheaf.cli.measure.DemoResult;
import io.sheaf.cli.measure.LatencySummary;
import io.sheaf.cli.measure.ReadResult;
import java.util.ArrayList;
import java.util.List;

/**
 * How long writes and reads took, as curves and as a table.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class LatencySection {
  private LatencySection() {}

  static String of(DemoResult result) {
    List<LatencyChart.Series> all = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    LatencySummary batch = result.load().batchLatency();
    String writes = "write " + Figures.count(result.setting().batchRows(), "row") + " in a batch";
    all.add(new LatencyChart.Series(writes, batch.points(), 1));
    rows.add(latencyRow(writes, batch, "", ""));
    for (ReadResult read : result.reads()) {
      all.add(new LatencyChart.Series(read.title(), read.latency().points(), all.size() + 1));
      rows.add(
          latencyRow(
              read.title(),
              read.latency(),
              Figures.rate(read.rowsPerSecond()),
              read.medianValueReads() + " + " + read.medianKeyBlockReads()));
    }
    return LatencyChart.draw(
            "latency",
            "Latency of writes and reads",
            "Curves of how long each share of the operations took at most; the figures are in the"
                + " table below",
            all)
        + Html.table(
            List.of(
                "operation",
                "times",
                "50 %",
                "99 %",
                "99.9 %",
                "longest",
                "rows/s",
                "value + key blocks read, median"),
            rows,
            all.stream().map(LatencyChart.Series::colour).toList());
  }

  private static List<String> latencyRow(
      String name, LatencySummary latency, String rate, String reads) {
    return List.of(
        name,
        Figures.count(latency.operations()),
        Figures.duration(latency.p50Nanos()),
        Figures.duration(latency.p99Nanos()),
        Figures.duration(latency.p999Nanos()),
        Figures.duration(latency.maxNanos()),
        rate,
        reads);
  }
}
