package io.sheaf.bench.result;

import io.sheaf.bench.result.Line.Point;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells what a worker measured in the lines of {@link LineFormat}. What is no number is no figure,
 * and a note says so instead.
 *
 * <p><em>Thread safety:</em> safe for any number of threads.
 *
 * <p><em>Ownership:</em> the stream stays the caller's.
 */
public final class JsonLinesOutput implements Output {
  private final PrintStream out;

  /** Writes to {@code out}, in UTF-8, whatever its charset. */
  public JsonLinesOutput(PrintStream out) {
    this.out = out;
  }

  @Override
  public void progress(String phase, long done, long total, String unit) {
    print(new Line.Progress(phase, done, total, unit));
  }

  @Override
  public void result(
      String phase, String metric, String unit, boolean higherIsBetter, double value) {
    if (Double.isFinite(value)) {
      print(new Line.Measurement(phase, metric, unit, higherIsBetter, value));
    } else {
      note(phase + ": no figure for " + metric + ": " + value);
    }
  }

  @Override
  public void curve(String phase, String name, String unit, double[] percentiles, double[] values) {
    if (percentiles.length != values.length) {
      throw new IllegalArgumentException(
          percentiles.length + " percentiles, but " + values.length + " values");
    }
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      points.add(new Point(percentiles[i], values[i]));
    }
    print(new Line.Curve(phase, name, unit, points));
  }

  @Override
  public void note(String text) {
    print(new Line.Note(text));
  }

  @Override
  public void failure(String phase, String text) {
    print(new Line.Failure(phase, text));
  }

  private void print(Line line) {
    byte[] text = (LineFormat.print(line) + "\n").getBytes(StandardCharsets.UTF_8);
    synchronized (this) {
      out.write(text, 0, text.length);
      out.flush();
    }
  }
}
