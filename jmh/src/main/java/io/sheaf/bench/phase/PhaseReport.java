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

  /** A percentile with fewer measurements beyond it says more of chance than of the engine. */
  private static final int LEAST_BEYOND = 10;

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

  /** Percentiles of times, those that have enough beyond them in figures, all as a curve. */
  void latency(String name, Histogram nanos) {
    if (nanos.getTotalCount() == 0) {
      return;
    }
    percentile(name + ", 50 %", nanos, 50);
    percentile(name + ", 90 %", nanos, 90);
    percentile(name + ", 99 %", nanos, 99);
    percentile(name + ", 99.9 %", nanos, 99.9);
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

  private void percentile(String metric, Histogram nanos, double percentile) {
    if (Math.round(nanos.getTotalCount() * (1000 - 10 * percentile)) >= LEAST_BEYOND * 1000L) {
      lowerIsBetter(metric, "µs", nanos.getValueAtPercentile(percentile) / MICRO);
    }
  }

  void note(String text) {
    output.note(phase + ": " + text);
  }
}
