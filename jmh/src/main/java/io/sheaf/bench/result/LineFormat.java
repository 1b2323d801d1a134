package io.sheaf.bench.result;

import com.fasterxml.jackson.jr.ob.JSON;
import io.sheaf.bench.result.Line.Curve;
import io.sheaf.bench.result.Line.Failure;
import io.sheaf.bench.result.Line.Measurement;
import io.sheaf.bench.result.Line.Note;
import io.sheaf.bench.result.Line.Point;
import io.sheaf.bench.result.Line.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The lines between a worker of the race and the command that started it: each is one JSON object.
 *
 * <pre>
 * {"kind":"progress","phase":"load","done":123,"total":1000,"unit":"rows"}
 * {"kind":"result","phase":"load","metric":"rows a second","unit":"rows/s","better":"higher","value":1.5}
 * {"kind":"curve","phase":"load","name":"batch write","unit":"µs","points":[[50,11.0],[100,90.5]]}
 * {"kind":"note","text":"…"}
 * {"kind":"failure","phase":"get-cold","text":"…"}
 * </pre>
 *
 * <p><em>Thread safety:</em> stateless.
 */
public final class LineFormat {
  private static final String HIGHER = "higher";
  private static final String LOWER = "lower";

  private LineFormat() {}

  /** The text of a line, without its end. */
  public static String print(Line line) {
    Map<String, Object> fields = new LinkedHashMap<>();
    switch (line) {
      case Progress(String phase, long done, long total, String unit) -> {
        put(fields, "progress", phase);
        fields.put("done", done);
        fields.put("total", total);
        fields.put("unit", unit);
      }
      case Measurement(String phase, String metric, String unit, boolean higher, double value) -> {
        put(fields, "result", phase);
        fields.put("metric", metric);
        fields.put("unit", unit);
        fields.put("better", higher ? HIGHER : LOWER);
        fields.put("value", value);
      }
      case Curve(String phase, String name, String unit, List<Point> points) -> {
        put(fields, "curve", phase);
        fields.put("name", name);
        fields.put("unit", unit);
        fields.put("points", points.stream().map(p -> List.of(p.percentile(), p.value())).toList());
      }
      case Note(String text) -> {
        fields.put("kind", "note");
        fields.put("text", text);
      }
      case Failure(String phase, String text) -> {
        put(fields, "failure", phase);
        fields.put("text", text);
      }
    }
    try {
      return JSON.std.asString(fields);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What a line says.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Line parse(String text) {
    Map<String, Object> fields = fields(text);
    String kind = string(fields, "kind");
    return switch (kind) {
      case "progress" ->
          new Progress(
              string(fields, "phase"),
              (long) number(fields, "done"),
              (long) number(fields, "total"),
              string(fields, "unit"));
      case "result" ->
          new Measurement(
              string(fields, "phase"),
              string(fields, "metric"),
              string(fields, "unit"),
              isHigher(string(fields, "better")),
              number(fields, "value"));
      case "curve" ->
          new Curve(
              string(fields, "phase"),
              string(fields, "name"),
              string(fields, "unit"),
              points(fields.get("points")));
      case "note" -> new Note(string(fields, "text"));
      case "failure" -> new Failure(string(fields, "phase"), string(fields, "text"));
      default -> throw new IllegalArgumentException("no line is of the kind '" + kind + "'");
    };
  }

  private static void put(Map<String, Object> fields, String kind, String phase) {
    fields.put("kind", kind);
    fields.put("phase", phase);
  }

  private static Map<String, Object> fields(String text) {
    try {
      return JSON.std.mapFrom(text);
    } catch (IOException e) {
      throw new IllegalArgumentException("no JSON object: " + text, e);
    }
  }

  private static String string(Map<String, Object> fields, String name) {
    if (fields.get(name) instanceof String value) {
      return value;
    }
    throw new IllegalArgumentException("'" + name + "' must be text in " + fields);
  }

  private static double number(Map<String, Object> fields, String name) {
    if (fields.get(name) instanceof Number value) {
      return value.doubleValue();
    }
    throw new IllegalArgumentException("'" + name + "' must be a number in " + fields);
  }

  private static boolean isHigher(String better) {
    return switch (better) {
      case HIGHER -> true;
      case LOWER -> false;
      default -> throw new IllegalArgumentException("'better' must be higher or lower: " + better);
    };
  }

  private static List<Point> points(@Nullable Object value) {
    List<Point> points = new ArrayList<>();
    if (!(value instanceof List<?> list)) {
      throw new IllegalArgumentException("'points' must be a list: " + value);
    }
    for (Object element : list) {
      if (element instanceof List<?> pair
          && pair.size() == 2
          && pair.getFirst() instanceof Number percentile
          && pair.getLast() instanceof Number number) {
        points.add(new Point(percentile.doubleValue(), number.doubleValue()));
      } else {
        throw new IllegalArgumentException("a point must be two numbers: " + element);
      }
    }
    return points;
  }
}
