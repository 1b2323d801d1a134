package io.sheaf.bench.result;

import java.util.List;

/**
 * What a worker of the race says at a time. {@link LineFormat} says how it looks on the wire.
 *
 * <p><em>Thread safety:</em> immutable.
 */
public sealed interface Line {
  /**
   * How far a phase is.
   *
   * @param unit of the steps, in the plural
   */
  record Progress(String phase, long done, long total, String unit) implements Line {}

  /**
   * A figure.
   *
   * @param value in {@code unit}
   */
  record Measurement(String phase, String metric, String unit, boolean higherIsBetter, double value)
      implements Line {}

  /**
   * The distribution of a figure.
   *
   * @param points of it, rising
   */
  record Curve(String phase, String name, String unit, List<Point> points) implements Line {
    /** Copies the list. */
    public Curve {
      points = List.copyOf(points);
    }
  }

  /**
   * A point of a curve.
   *
   * @param percentile 0 to 100
   * @param value so much at most, in the unit of the curve
   */
  record Point(double percentile, double value) {}

  /** What a reader of the figures must know. */
  record Note(String text) implements Line {}

  /** A wrong or missing row, or an error of the engine. */
  record Failure(String phase, String text) implements Line {}
}
