package io.sheaf.cli.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * How long operations of one kind took, in nanoseconds.
 *
 * @param operations number of operations
 * @param p50Nanos half of them took no longer
 * @param p99Nanos 99 % of them took no longer
 * @param p999Nanos 99.9 % of them took no longer
 * @param maxNanos the longest
 * @param points of the curve that a chart shows, rising
 */
public record LatencySummary(
    long operations,
    long p50Nanos,
    long p99Nanos,
    long p999Nanos,
    long maxNanos,
    List<Point> points) {
  private static final long HIGHEST_NANOS = 3_600_000_000_000L;
  private static final int DIGITS = 3;
  private static final double[] QUANTILES = {
    0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998, 0.9999, 0.99999
  };

  /** Copies the list. */
  public LatencySummary {
    points = List.copyOf(points);
  }

  /**
   * A point of the curve.
   *
   * @param quantile share of the operations, 0 to below 1
   * @param nanos so long did they take at most
   */
  public record Point(double quantile, long nanos) {}

  /** A histogram for times of up to an hour. */
  public static Histogram histogram() {
    return new Histogram(1, HIGHEST_NANOS, DIGITS);
  }

  /** The summary of a histogram; only quantiles that so many operations can tell are in it. */
  public static LatencySummary of(Histogram histogram) {
    long count = histogram.getTotalCount();
    List<Point> points = new ArrayList<>();
    for (double quantile : QUANTILES) {
      if (count * (1 - quantile) >= 1) {
        points.add(new Point(quantile, histogram.getValueAtPercentile(100 * quantile)));
      }
    }
    return new LatencySummary(
        count,
        histogram.getValueAtPercentile(50),
        histogram.getValueAtPercentile(99),
        histogram.getValueAtPercentile(99.9),
        histogram.getMaxValue(),
        points);
  }

  /** The figures for programs, in microseconds. */
  public Map<String, Object> toMap() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("operations", operations);
    fields.put("p50Micros", p50Nanos / 1e3);
    fields.put("p99Micros", p99Nanos / 1e3);
    fields.put("p999Micros", p999Nanos / 1e3);
    fields.put("maxMicros", maxNanos / 1e3);
    return fields;
  }
}
