package io.sheaf.cli.move;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads what {@link CsvRowWriter} writes; lines may end in LF too. */
final class CsvRowReader implements RowReader {
  private static final int FIELDS = 5;

  private final TextLines lines;
  private boolean headPassed;

  CsvRowReader(TextLines lines) {
    this.lines = lines;
  }

  @Override
  public @Nullable Row next(Tables tables) throws IOException {
    if (!headPassed) {
      headPassed = true;
      String head = lines.next();
      if (head != null && !head.strip().equals(CsvRowWriter.HEAD)) {
        throw new MalformedRowException(1, "expected the head " + CsvRowWriter.HEAD);
      }
    }
    long first = lines.number() + 1;
    List<String> fields = record();
    if (fields == null) {
      return null;
    }
    if (fields.size() != FIELDS) {
      throw new MalformedRowException(first, fields.size() + " fields instead of " + FIELDS);
    }
    try {
      return new Row(
          fields.get(0),
          BytesForm.of(fields.get(1)).decode(fields.get(2)),
          BytesForm.of(fields.get(3)).decode(fields.get(4)));
    } catch (IllegalArgumentException e) {
      throw new MalformedRowException(first, e);
    }
  }

  /** The fields of a record, which goes over several lines where a quoted field does. */
  private @Nullable List<String> record() throws IOException {
    String line = lines.next();
    while (line != null && line.isEmpty()) {
      line = lines.next();
    }
    if (line == null) {
      return null;
    }
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    int at = 0;
    while (true) {
      if (at == line.length() && quoted) {
        field.append('\n');
        line = nextOfQuoted();
        at = 0;
      } else if (at == line.length()) {
        fields.add(withoutReturn(field, line));
        return fields;
      } else {
        char next = line.charAt(at++);
        if (next == '"') {
          boolean twice = quoted && at < line.length() && line.charAt(at) == '"';
          if (twice) {
            field.append('"');
            at++;
          } else {
            quoted = !quoted;
          }
        } else if (next == ',' && !quoted) {
          fields.add(field.toString());
          field.setLength(0);
        } else {
          field.append(next);
        }
      }
    }
  }

  private String nextOfQuoted() throws IOException {
    long open = lines.number();
    String line = lines.next();
    if (line == null) {
      throw new MalformedRowException(open, "a quoted field has no end");
    }
    return Objects.requireNonNull(line);
  }

  /** The last field of a record without the CR of its end. */
  private static String withoutReturn(StringBuilder field, String line) {
    boolean ends = line.endsWith("\r") && field.length() > 0;
    return ends ? field.substring(0, field.length() - 1) : field.toString();
  }
}
