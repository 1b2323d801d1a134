package io.sheaf.cli.tail;

import io.sheaf.cli.change.Change;
import io.sheaf.cli.console.Fields;
import io.sheaf.cli.console.PrintableText;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.wal.LogReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The changes of a group of writes, for a person or for a program.
 *
 * <p><em>Thread safety:</em> none.
 */
final class ChangeLines {
  private static final int SHOWN_BYTES = 60;

  private final StoreTables tables;

  ChangeLines(StoreTables tables) {
    this.tables = tables;
  }

  /** A line on the group, and one on each change. */
  List<String> text(LogReader group) throws IOException {
    List<String> lines = new ArrayList<>();
    long last = last(group);
    lines.add(
        "sequence "
            + group.firstSequence()
            + (last == group.firstSequence() ? "" : " to " + last)
            + ", "
            + Instant.ofEpochMilli(group.writeTimeMillis()));
    Change.each(group, change -> lines.add("  " + text(change)));
    return lines;
  }

  /** One object. */
  Map<String, Object> fields(LogReader group) throws IOException {
    List<Map<String, Object>> changes = new ArrayList<>();
    Change.each(group, change -> changes.add(fields(change)));
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("firstSequence", group.firstSequence());
    fields.put("lastSequence", last(group));
    fields.put("timeMillis", group.writeTimeMillis());
    fields.put("changes", changes);
    return fields;
  }

  /** Sequence number of the last change of the group. */
  static long last(LogReader group) {
    return group.firstSequence() + group.entryCount() - 1;
  }

  private String text(Change change) {
    String table = name(change.tableId());
    return switch (change) {
      case Change.Put put -> "put " + table + " " + shown(put.key()) + " = " + shown(put.value());
      case Change.Delete delete -> "delete " + table + " " + shown(delete.key());
      case Change.DeleteRange range ->
          "delete " + table + " from " + shown(range.from()) + " to " + shown(range.to());
    };
  }

  private Map<String, Object> fields(Change change) {
    String table = name(change.tableId());
    return switch (change) {
      case Change.Put put ->
          Fields.of(
              "kind", "put", "table", table, "key", hex(put.key()), "value", hex(put.value()));
      case Change.Delete delete ->
          Fields.of("kind", "delete", "table", table, "key", hex(delete.key()));
      case Change.DeleteRange range ->
          Fields.of(
              "kind",
              "deleteRange",
              "table",
              table,
              "from",
              hex(range.from()),
              "to",
              hex(range.to()));
    };
  }

  private String name(int tableId) {
    try {
      return tables.name(tableId);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hex(Slice bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private static String shown(Slice bytes) {
    int length = Math.min(SHOWN_BYTES, bytes.length());
    String text = PrintableText.of(new Slice().set(bytes, 0, length).toByteArray());
    return "'" + text + "'" + (length < bytes.length() ? "… (" + bytes.length() + " bytes)" : "");
  }
}
