package io.sheaf.bench.phase;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.cli.measure.LatencySummary;
import java.util.Set;
import java.util.TreeSet;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

final class PhaseReportTest {
  @Test
  void tellsPercentilesThatHaveTenMeasurementsBeyondThem() {
    Set<String> all =
        Set.of("read, 50 %", "read, 90 %", "read, 99 %", "read, 99.9 %", "read, longest");
    assertEquals(all, metricsOf(10_000));
    assertEquals(without(all, "read, 99.9 %"), metricsOf(9_999));
    assertEquals(without(all, "read, 99.9 %", "read, 99 %"), metricsOf(999));
    assertEquals(Set.of("read, longest"), metricsOf(19));
  }

  private static Set<String> without(Set<String> all, String... left) {
    Set<String> rest = new TreeSet<>(all);
    rest.removeAll(Set.of(left));
    return rest;
  }

  private static Set<String> metricsOf(int measurements) {
    RecordedOutput output = new RecordedOutput();
    Histogram nanos = LatencySummary.histogram();
    for (int i = 1; i <= measurements; i++) {
      nanos.recordValue(i);
    }
    new PhaseReport(output, PhaseName.LOAD).latency("read", nanos);
    Set<String> metrics = new TreeSet<>();
    output.results().keySet().forEach(metric -> metrics.add(metric.replace("load: ", "")));
    return metrics;
  }
}
