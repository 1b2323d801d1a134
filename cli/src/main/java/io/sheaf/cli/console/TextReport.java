package io.sheaf.cli.console;

import io.sheaf.engine.inspect.Finding;
import java.io.PrintStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A report as lines of text: a line a field, a heading a list, a line an item. */
final class TextReport implements Report {
  private static final String BYTES = "Bytes";
  private static final String MILLIS = "Millis";
  private static final String FOR_PROGRAMS = "Hex";

  private final PrintStream out;
  private String heading = "";

  TextReport(PrintStream out) {
    this.out = out;
  }

  @Override
  public void field(String name, Object value) {
    if (name.endsWith(FOR_PROGRAMS)) {
      return;
    }
    if (value instanceof List<?> lines && lines.stream().anyMatch(Map.class::isInstance)) {
      out.println(words(name) + ":");
      lines.forEach(line -> out.println("  " + text("", line)));
    } else {
      out.printf(Locale.ROOT, "%-26s %s%n", words(name), text(name, value));
    }
  }

  @Override
  public void list(String name) {
    heading = words(name);
  }

  @Override
  public void item(Map<String, Object> fields) {
    if (!heading.isEmpty()) {
      out.println(heading + ":");
      heading = "";
    }
    Map<String, Object> onLine = new LinkedHashMap<>(fields);
    onLine.values().removeIf(List.class::isInstance);
    onLine.keySet().removeIf(name -> name.endsWith(FOR_PROGRAMS));
    out.println("  " + line(onLine, "  "));
    for (Object value : fields.values()) {
      if (value instanceof List<?> lines) {
        lines.forEach(line -> out.println("    " + text("", line)));
      }
    }
  }

  @Override
  public void findings(List<Finding> findings) {
    out.println(
        findings.isEmpty() ? "No findings." : Figures.count(findings.size(), "finding") + ":");
    FindingList.print(out, findings);
  }

  @Override
  public void close() {}

  /** Such as "largest key" for largestKey, without the unit. */
  private static String words(String name) {
    String bare = name;
    for (String unit : new String[] {BYTES, MILLIS}) {
      bare = bare.endsWith(unit) ? bare.substring(0, bare.length() - unit.length()) : bare;
    }
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < bare.length(); i++) {
      char next = bare.charAt(i);
      words.append(Character.isUpperCase(next) ? " " + Character.toLowerCase(next) : next);
    }
    return words.toString();
  }

  private static String line(Map<?, ?> fields, String separator) {
    return fields.entrySet().stream()
        .map(field -> {
          String name = String.valueOf(field.getKey());
          return words(name) + " " + text(name, field.getValue());
        })
        .collect(Collectors.joining(separator));
  }

  private static String text(String name, Object value) {
    return switch (value) {
      case Long number when name.endsWith(MILLIS) ->
          number == 0 ? "none" : Instant.ofEpochMilli(number).toString();
      case Number number when name.endsWith(BYTES) -> Figures.count(number.longValue(), "byte");
      case Map<?, ?> map -> line(map, ", ");
      case List<?> list when list.isEmpty() -> "none";
      case List<?> list ->
          list.stream().map(each -> text(name, each)).collect(Collectors.joining("; "));
      case String text when text.isEmpty() -> "''";
      case Boolean yes -> yes ? "yes" : "no";
      default -> value.toString();
    };
  }
}
