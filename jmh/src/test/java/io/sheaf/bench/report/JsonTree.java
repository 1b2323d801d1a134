package io.sheaf.bench.report;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A place in JSON that was read. */
public final class JsonTree {
  private final @Nullable Object value;

  private JsonTree(@Nullable Object value) {
    this.value = value;
  }

  /** The object that {@code text} is. */
  public static JsonTree parse(String text) throws IOException {
    return new JsonTree(JSON.std.mapFrom(text));
  }

  /** What is below, at names of objects and indexes of lists. */
  public JsonTree at(Object... path) {
    Object next = value;
    for (Object step : path) {
      next =
          switch (next) {
            case Map<?, ?> map when map.containsKey(step) -> map.get(step);
            case List<?> list when step instanceof Integer index -> list.get(index);
            case null, default -> throw new AssertionError("no " + step + " in " + next);
          };
    }
    return new JsonTree(next);
  }

  /** The value: of JSON's own kinds, or null. */
  public @Nullable Object value() {
    return value;
  }

  /** The number that it is. */
  public double number() {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw new AssertionError("no number: " + value);
  }

  /** The list that it is. */
  public List<JsonTree> list() {
    if (value instanceof List<?> list) {
      return list.stream().map(element -> new JsonTree(element)).toList();
    }
    throw new AssertionError("no list: " + value);
  }

  /** The names of the object that it is. */
  public List<String> names() {
    Stream<?> names = value instanceof Map<?, ?> map ? map.keySet().stream() : Stream.of();
    return names.map(String::valueOf).toList();
  }
}
