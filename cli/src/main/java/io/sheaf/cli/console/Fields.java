package io.sheaf.cli.console;

import java.util.LinkedHashMap;
import java.util.Map;

/** Fields of a report in the order in which they are named. */
public final class Fields {
  private Fields() {}

  /**
   * Fields of these names and values in turn.
   *
   * @param namesAndValues a name, its value, the next name, its value …
   */
  public static Map<String, Object> of(Object... namesAndValues) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return fields;
  }
}
