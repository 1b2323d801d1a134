package io.sheaf.bench.phase;

import io.sheaf.bench.result.Output;
import io.sheaf.cli.measure.LatencySummary;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * Tells the figures of one phase.
 *
 * <p><em>Thread safety:</em> safe for any number of threads.
 */
final class PhaseReport {
  private static final long PROGRESS_NANOS = 250_000_000;
  private static final double MICRO = 1e3;

  private final Output output;
  private final String phase;
  private final AtomicLong progressNanos = new AtomicLong(System.nanoTime() - PROGRESS_NANOS);

  PhaseReport(Output output, PhaseName phase) {
    this.output = output;
    this.phase = phase.label();
  }

  /** So much is done; told a few times a second at most. */
  void progress(long done, long total, String unit) {
    long last = progressNanos.get();
    long now = System.nanoTime();
    if (now - last >= PROGRESS_NANOS && progressNanos.compareAndSet(last, now)) {
      output.progress(phase, done, total, unit);
    }
  }

  void higherIsBetter(String metric, String unit, double value) {
    output.result(phase, metric, unit, true, value);
  }

  void lowerIsBetter(String metric, String unit, double value) {
    output.result(phase, metric, unit, false, value);
  }

  /** {@code amount} for each of {@code count}, where there is such a figure. */
  void lowerIsBetter(String metric, String unit, OptionalLong amount, long count) {
    if (amount.isPresent() && count > 0) {
      lowerIsBetter(metric, unit, (double) amount.getAsLong() / count);
    }
  }

  /** Percentiles of times, in figures and as a curve. */
  void latency(String name, Histogram nanos) {
    if (nanos.getTotalCount() == 0) {
      return;
    }
    lowerIsBetter(name + ", 50 %", "µs", nanos.getValueAtPercentile(50) / MICRO);
    lowerIsBetter(name + ", 90 %", "µs", nanos.getValueAtPercentile(90) / MICRO);
    lowerIsBetter(name + ", 99 %", "µs", nanos.getValueAtPercentile(99) / MICRO);
    lowerIsBetter(name + ", 99.9 %", "µs", nanos.getValueAtPercentile(99.9) / MICRO);
    lowerIsBetter(name + ", longest", "µs", nanos.getMaxValue() / MICRO);
    List<LatencySummary.Point> points = LatencySummary.of(nanos).points();
    double[] percentiles = new double[points.size() + 1];
    double[] values = new double[points.size() + 1];
    for (int i = 0; i < points.size(); i++) {
      percentiles[i] = 100 * points.get(i).quantile();
      values[i] = points.get(i).nanos() / MICRO;
    }
    percentiles[points.size()] = 100;
    values[points.size()] = nanos.getMaxValue() / MICRO;
    output.curve(phase, name, "µs", percentiles, values);
  }

  void note(String text) {
    output.note(phase + ": " + text);
  }
}
