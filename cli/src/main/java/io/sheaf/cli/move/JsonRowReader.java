package io.sheaf.cli.move;

import io.sheaf.cli.console.JsonReader;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what {@link JsonRowWriter} writes. */
final class JsonRowReader implements RowReader {
  private final TextLines lines;

  JsonRowReader(TextLines lines) {
    this.lines = lines;
  }

  @Override
  public @Nullable Row next(Tables tables) throws IOException {
    for (String line = lines.next(); line != null; line = lines.next()) {
      if (!line.isBlank()) {
        Row row = parse(line, tables);
        if (row != null) {
          return row;
        }
      }
    }
    return null;
  }

  private @Nullable Row parse(String line, Tables tables) throws IOException {
    try {
      Map<String, Object> fields = JsonReader.object(line);
      String table = fields.get("table") instanceof String name ? name : "";
      if (fields.get("options") instanceof Map<?, ?> options) {
        tables.table(table, TableOptionsText.parse(options));
        return null;
      }
      return new Row(table, bytes(fields, "key"), bytes(fields, "value"));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new MalformedRowException(lines.number(), e);
    }
  }

  private static byte[] bytes(Map<String, Object> fields, String name) {
    if (fields.get(name) instanceof String text) {
      return BytesForm.TEXT.decode(text);
    }
    if (fields.get(name + "Hex") instanceof String text) {
      return BytesForm.HEX.decode(text);
    }
    if (fields.get(name + "Base64") instanceof String text) {
      return BytesForm.BASE64.decode(text);
    }
    throw new IllegalArgumentException(
        "there is no " + name + ": give " + name + ", " + name + "Hex or " + name + "Base64");
  }
}
