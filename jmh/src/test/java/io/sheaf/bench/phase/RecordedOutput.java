package io.sheaf.bench.phase;

import io.sheaf.bench.result.Output;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Keeps what is told. */
public final class RecordedOutput implements Output {
  private final Map<String, Double> results = new LinkedHashMap<>();
  private final List<String> curves = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private final Set<String> progressing = new LinkedHashSet<>();

  /** The figures by {@code phase: metric}. */
  public Map<String, Double> results() {
    return results;
  }

  /** {@code phase: name} of each curve. */
  public List<String> curves() {
    return curves;
  }

  /** The notes. */
  public List<String> notes() {
    return notes;
  }

  /** {@code phase: text} of each failure. */
  public List<String> failures() {
    return failures;
  }

  /** The phases that told how far they were. */
  public Set<String> progressing() {
    return progressing;
  }

  @Override
  public synchronized void progress(String phase, long done, long total, String unit) {
    progressing.add(phase);
    if (done < 0 || done > total) {
      failures.add(phase + ": progress of " + done + " of " + total + " " + unit);
    }
  }

  @Override
  public synchronized void result(
      String phase, String metric, String unit, boolean higherIsBetter, double value) {
    if (results.put(phase + ": " + metric, value) != null) {
      failures.add(phase + ": " + metric + " is told twice");
    }
  }

  @Override
  public synchronized void curve(
      String phase, String name, String unit, double[] percentiles, double[] values) {
    for (int i = 1; i < percentiles.length; i++) {
      if (percentiles[i] <= percentiles[i - 1] || values[i] < values[i - 1]) {
        failures.add(phase + ": the curve " + name + " does not rise");
      }
    }
    curves.add(phase + ": " + name);
  }

  @Override
  public synchronized void note(String text) {
    notes.add(text);
  }

  @Override
  public synchronized void failure(String phase, String text) {
    failures.add(phase + ": " + text);
  }
}
