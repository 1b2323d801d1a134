package io.sheaf.cli.shape;

import io.sheaf.cli.console.Fields;
import io.sheaf.cli.console.FindingList;
import io.sheaf.cli.console.KeyOption;
import io.sheaf.cli.measure.ShapeJson;
import io.sheaf.engine.inspect.Group;
import java.util.List;
import java.util.Map;

/** The shape of a store for programs. */
final class ShapeFields {
  private ShapeFields() {}

  static Map<String, Object> of(StoreShape shape, KeyOption keys) {
    return Fields.of(
        "store", shape.path().toString(),
        "diskBytes", ShapeJson.disk(shape.disk()),
        "logs", shape.logs(),
        "tables", shape.tables().stream().map(table -> table(table, keys)).toList(),
        "findings", FindingList.fields(shape.findings()));
  }

  private static Map<String, Object> table(StoreShape.TableGroups table, KeyOption keys) {
    Map<String, Object> fields = ShapeJson.tables(List.of(table.files())).getFirst();
    GroupShape groups = table.groups();
    fields.put("prefixRule", table.prefixRule());
    fields.put("groups", groups.groups());
    fields.put("leftOut", table.leftOut());
    fields.put("meanPieces", groups.meanPieces());
    fields.put("meanBlockBytes", groups.meanBlockBytes());
    fields.put("groupsBySize", bars("upToBytes", groups.sizes()));
    fields.put("groupsByPieces", bars("upToPieces", groups.pieces()));
    fields.put(
        "skew",
        ShapeLines.LARGEST.stream()
            .map(
                share -> Fields.of("largest", share, "byteShare", groups.byteShareOfLargest(share)))
            .toList());
    fields.put(
        "topPrefixes",
        groups.top().stream().map(group -> group(table.name(), group, keys)).toList());
    return fields;
  }

  private static List<Map<String, Object>> bars(String end, List<GroupShape.Bar> bars) {
    return bars.stream()
        .map(bar -> {
          Map<String, Object> fields = Fields.of();
          if (bar.end() != Long.MAX_VALUE) {
            fields.put(end, bar.end());
          }
          fields.put("groups", bar.groups());
          fields.put("entries", bar.entries());
          fields.put("rawBytes", bar.rawBytes());
          return fields;
        })
        .toList();
  }

  private static Map<String, Object> group(String table, Group group, KeyOption keys) {
    return Fields.of(
        "prefix", keys.show(table, null, group.prefix()),
        "prefixHex", KeyOption.hex(group.prefix()),
        "entries", group.entries(),
        "deletes", group.deletes(),
        "rawBytes", group.rawBytes(),
        "separatedBytes", group.separatedBytes(),
        "runs", group.runs(),
        "blocks", group.blocks(),
        "pieces", group.pieces());
  }
}
