package io.sheaf.cli.console;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes JSON on one line: maps are objects, with their keys in the map's order.
 *
 * <p><em>Thread safety:</em> stateless.
 *
 * <p><em>Source:</em> RFC 8259.
 */
public final class JsonText {
  private JsonText() {}

  /**
   * The JSON of a map, list, string, number or boolean.
   *
   * @throws IllegalArgumentException if there is something else in it
   */
  public static String of(Object value) {
    StringBuilder text = new StringBuilder();
    append(text, value);
    return text.toString();
  }

  private static void append(StringBuilder text, Object value) {
    switch (value) {
      case Map<?, ?> map -> appendObject(text, map);
      case List<?> list -> appendArray(text, list);
      case String string -> appendString(text, string);
      case Boolean bool -> text.append(bool);
      case Integer number -> text.append(number);
      case Long number -> text.append(number);
      case Double number -> appendDouble(text, number);
      default ->
          throw new IllegalArgumentException("JSON has no " + value.getClass() + ": " + value);
    }
  }

  private static void appendObject(StringBuilder text, Map<?, ?> map) {
    text.append('{');
    String separator = "";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      text.append(separator);
      appendString(text, (String) entry.getKey());
      text.append(':');
      append(text, entry.getValue());
      separator = ",";
    }
    text.append('}');
  }

  private static void appendArray(StringBuilder text, List<?> list) {
    text.append('[');
    String separator = "";
    for (Object element : list) {
      text.append(separator);
      append(text, element);
      separator = ",";
    }
    text.append(']');
  }

  /** Six digits after the point; JSON has neither infinity nor what is not a number. */
  private static void appendDouble(StringBuilder text, double number) {
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException("JSON has no number " + number);
    }
    String digits = String.format(Locale.ROOT, "%.6f", number);
    text.append(digits.replaceFirst("\\.?0+$", ""));
  }

  private static void appendString(StringBuilder text, String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char next = string.charAt(i);
      switch (next) {
        case '"', '\\' -> text.append('\\').append(next);
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (next < 0x20 || (Character.isSurrogate(next) && !isPaired(string, i))) {
            text.append(String.format(Locale.ROOT, "\\u%04x", (int) next));
          } else {
            text.append(next);
          }
        }
      }
    }
    text.append('"');
  }

  private static boolean isPaired(String string, int index) {
    char next = string.charAt(index);
    return Character.isHighSurrogate(next)
        ? index + 1 < string.length() && Character.isLowSurrogate(string.charAt(index + 1))
        : index > 0 && Character.isHighSurrogate(string.charAt(index - 1));
  }
}
