package io.sheaf.bench.summary;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.result.Line;
import io.sheaf.bench.result.Line.Curve;
import io.sheaf.bench.result.Line.Measurement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one engine did in one round.
 *
 * @param round from 1
 * @param seconds that it took
 * @param notes of the worker, in its words
 * @param failure null if all went well; otherwise the figures count for nothing
 */
public record EngineRun(
    EngineName engine,
    int round,
    double seconds,
    List<Measurement> measurements,
    List<Curve> curves,
    List<String> notes,
    @Nullable Failure failure) {
  /** Copies the lists. */
  public EngineRun {
    measurements = List.copyOf(measurements);
    curves = List.copyOf(curves);
    notes = List.copyOf(notes);
  }

  /**
   * Why a run counts for nothing.
   *
   * @param phase in which it was, by its label
   * @param text names the row, where one was wrong
   * @param store is kept here; null: there is none
   */
  public record Failure(String phase, String text, @Nullable Path store) {}

  /** The run whose worker said {@code lines}. */
  public static EngineRun of(
      EngineName engine, int round, double seconds, List<Line> lines, @Nullable Failure failure) {
    List<Measurement> measurements = new ArrayList<>();
    List<Curve> curves = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (Line line : lines) {
      switch (line) {
        case Measurement measurement -> measurements.add(measurement);
        case Curve curve -> curves.add(curve);
        case Line.Note note -> notes.add(note.text());
        case Line.Progress _, Line.Failure _ -> {}
      }
    }
    return new EngineRun(engine, round, seconds, measurements, curves, notes, failure);
  }
}
