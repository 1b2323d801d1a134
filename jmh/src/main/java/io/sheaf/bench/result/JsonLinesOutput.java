package io.sheaf.bench.result;

import io.sheaf.cli.console.JsonText;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes each figure as one line of JSON.
 *
 * <p><em>Thread safety:</em> safe for any number of threads.
 */
public final class JsonLinesOutput implements Output {
  private final PrintStream lines;

  /** Writes to {@code lines}, which stays the caller's. */
  public JsonLinesOutput(PrintStream lines) {
    this.lines = lines;
  }

  @Override
  public void progress(String phase, long done, long total, String unit) {
    Map<String, Object> line = line("progress", phase);
    line.put("done", done);
    line.put("total", total);
    line.put("unit", unit);
    print(line);
  }

  @Override
  public void result(
      String phase, String metric, String unit, boolean higherIsBetter, double value) {
    Map<String, Object> line = line("result", phase);
    line.put("metric", metric);
    line.put("unit", unit);
    line.put("better", higherIsBetter ? "higher" : "lower");
    line.put("value", value);
    print(line);
  }

  @Override
  public void curve(String phase, String name, String unit, double[] percentiles, double[] values) {
    Map<String, Object> line = line("curve", phase);
    line.put("name", name);
    line.put("unit", unit);
    List<List<Double>> points = new ArrayList<>();
    for (int i = 0; i < percentiles.length; i++) {
      points.add(List.of(percentiles[i], values[i]));
    }
    line.put("points", points);
    print(line);
  }

  @Override
  public void note(String text) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("kind", "note");
    line.put("text", text);
    print(line);
  }

  @Override
  public void failure(String phase, String text) {
    Map<String, Object> line = line("failure", phase);
    line.put("text", text);
    print(line);
  }

  private static Map<String, Object> line(String kind, String phase) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("kind", kind);
    line.put("phase", phase);
    return line;
  }

  private synchronized void print(Map<String, Object> line) {
    lines.println(JsonText.of(line));
    lines.flush();
  }
}
