package io.sheaf.cli.console;

import io.sheaf.engine.inspect.Finding;
import java.util.List;
import java.util.Map;

/**
 * A report that is printed while it is made, so that it may be longer than memory: fields, then
 * lists of items with fields of their own. The same report is text for people or JSON for programs.
 *
 * <p><em>Thread safety:</em> none.
 *
 * <p><em>Ownership:</em> who began it closes it; what it prints to stays open.
 */
public sealed interface Report extends AutoCloseable permits JsonReport, TextReport {
  /** Begins a report: one object on a line of its own where JSON is asked for. */
  static Report begin(Console console, JsonOption json) {
    return json.isSet() ? new JsonReport(console.out()) : new TextReport(console.out());
  }

  /**
   * A field; before the first list.
   *
   * @param name in lowerCamelCase; the ends Bytes and Millis say the unit, and a name that ends in
   *     Hex is for programs: text has the same field without it
   * @param value text, number, boolean, or a list or map of these
   */
  void field(String name, Object value);

  /** Fields, see {@link #field}. */
  default void fields(Map<String, Object> fields) {
    fields.forEach(this::field);
  }

  /** Begins a list, and ends the one before. */
  void list(String name);

  /** An item of the list; see {@link #field} for its fields. */
  void item(Map<String, Object> fields);

  /** The last list: what is wrong, if anything is. */
  void findings(List<Finding> findings);

  @Override
  void close();
}
