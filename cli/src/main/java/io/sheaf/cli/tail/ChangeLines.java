package io.sheaf.cli.tail;

import io.sheaf.cli.console.PrintableText;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.wal.LogReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
  List<String> text(LogReader group) {
    List<String> lines = new ArrayList<>();
    long last = group.firstSequence() + group.entryCount() - 1;
    lines.add(
        "sequence "
            + group.firstSequence()
            + (last == group.firstSequence() ? "" : " to " + last)
            + ", "
            + Instant.ofEpochMilli(group.writeTimeMillis()));
    visit(
        group,
        new WriteBatch.Visitor() {
          @Override
          public void put(int tableId, Slice key, Slice value) {
            lines.add("  put " + name(tableId) + " " + shown(key) + " = " + shown(value));
          }

          @Override
          public void delete(int tableId, Slice key) {
            lines.add("  delete " + name(tableId) + " " + shown(key));
          }

          @Override
          public void deleteRange(int tableId, Slice from, Slice to) {
            lines.add("  delete " + name(tableId) + " from " + shown(from) + " to " + shown(to));
          }
        });
    return lines;
  }

  /** One object. */
  Map<String, Object> fields(LogReader group) {
    List<Map<String, Object>> changes = new ArrayList<>();
    visit(
        group,
        new WriteBatch.Visitor() {
          @Override
          public void put(int tableId, Slice key, Slice value) {
            change("put", tableId, "key", key, "value", value);
          }

          @Override
          public void delete(int tableId, Slice key) {
            change("delete", tableId, "key", key, null, key);
          }

          @Override
          public void deleteRange(int tableId, Slice from, Slice to) {
            change("deleteRange", tableId, "from", from, "to", to);
          }

          private void change(
              String kind,
              int tableId,
              String one,
              Slice oneBytes,
              @Nullable String other,
              Slice otherBytes) {
            Map<String, Object> change = new LinkedHashMap<>();
            change.put("kind", kind);
            change.put("table", name(tableId));
            change.put(one, hex(oneBytes));
            if (other != null) {
              change.put(other, hex(otherBytes));
            }
            changes.add(change);
          }
        });
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("firstSequence", group.firstSequence());
    fields.put("timeMillis", group.writeTimeMillis());
    fields.put("changes", changes);
    return fields;
  }

  private static void visit(LogReader group, WriteBatch.Visitor visitor) {
    Slice payload = group.payload();
    WriteBatch.visit(payload.segment(), payload.offset(), payload.length(), visitor);
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
