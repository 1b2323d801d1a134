package io.sheaf.cli.shape;

import io.sheaf.cli.console.Figures;
import io.sheaf.cli.console.KeyOption;
import io.sheaf.cli.measure.TableShape.RunShape;
import io.sheaf.cli.report.Html;
import io.sheaf.cli.report.Page;
import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.inspect.Group;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The shape of a store as one page: pictures that are read at a glance, figures beside them. */
final class ShapePage {
  private ShapePage() {}

  static String of(StoreShape shape, KeyOption keys) throws IOException {
    StringBuilder body = new StringBuilder();
    body.append(header(shape)).append("<main>\n");
    if (!shape.findings().isEmpty()) {
      body.append(findings(shape.findings()));
    }
    for (int i = 0; i < shape.tables().size(); i++) {
      StoreShape.TableGroups table = shape.tables().get(i);
      if (!table.files().runs().isEmpty()) {
        body.append(section("t" + i, table, keys));
      }
    }
    body.append("</main>\n<footer>")
        .append(
            Html.escape(
                "Rows count once for each version in the SSTables, deletes included; bytes of groups"
                    + " are before compression, of files as on the disk. What is in the logs only is"
                    + " not shown. A MB is a million bytes, a MiB 1,048,576."))
        .append("</footer>\n");
    return Page.of("Shape of a Sheaf store", "", body.toString());
  }

  private static String header(StoreShape shape) {
    long groups = shape.tables().stream().mapToLong(table -> table.groups().groups()).sum();
    long rows = shape.tables().stream().mapToLong(table -> table.groups().entries()).sum();
    long raw = shape.tables().stream().mapToLong(table -> table.groups().rawBytes()).sum();
    int valueFiles =
        shape.tables().stream().mapToInt(table -> table.files().valueFiles().size()).sum();
    int keyFiles = shape.tables().stream().mapToInt(table -> table.files().keyFiles()).sum();
    return "<header><h1>"
        + Html.escape("Store " + shape.path().getFileName())
        + "</h1>\n<dl class=\"tiles\">"
        + Html.tile(
            "Groups",
            Figures.count(groups),
            Figures.count(rows, "row") + ", " + Figures.bytes(raw) + " before compression")
        + Html.tile(
            "On the disk",
            Figures.bytes(shape.disk().total()),
            raw == 0
                ? "no rows in SSTables"
                : Figures.ratio((double) shape.disk().total() / raw) + " for each byte of rows")
        + Html.tile(
            "Key files", Figures.bytes(shape.disk().keyFiles()), Figures.count(keyFiles, "SSTable"))
        + Html.tile(
            "Value files",
            Figures.bytes(shape.disk().valueFiles()),
            Figures.count(valueFiles, "file"))
        + Html.tile("Logs", Figures.bytes(shape.disk().logs()), "not yet in SSTables")
        + "</dl></header>\n";
  }

  private static String findings(List<Finding> findings) {
    StringBuilder lines = new StringBuilder("<ul>");
    findings.forEach(
        finding -> lines.append("<li>").append(Html.escape(finding.toString())).append("</li>"));
    return Html.section(
        "Findings",
        "The store is damaged. SSTables that cannot be read are not in the figures of groups.",
        lines.append("</ul>\n").toString());
  }

  private static String section(String id, StoreShape.TableGroups table, KeyOption keys) {
    GroupShape groups = table.groups();
    List<RunShape> runs = table.files().runs();
    String levels =
        "<h3>Levels: the rows that were merged most often below</h3>\n"
            + ShapeCharts.levels(id + "-levels", runs);
    String values =
        table.files().valueFiles().isEmpty()
            ? ""
            : "<h3>Value files, oldest first: each cell one file, filled as far as it is live</h3>\n"
                + ShapeCharts.valueFiles(id + "-values", table.files().valueFiles());
    String pictures =
        "<div class=\"pair\"><div><h3>Groups by size</h3>\n"
            + ShapeCharts.histogram(
                id + "-sizes", "Groups by size of keys and values", groups.sizes(), true)
            + "</div><div><h3>Groups by pieces: places a read of the whole group goes to</h3>\n"
            + ShapeCharts.histogram(
                id + "-pieces", "Groups by number of pieces", groups.pieces(), false)
            + "</div></div>\n<h3>Skew: the bytes of the largest groups</h3>\n"
            + ShapeCharts.skew(id + "-skew", groups);
    return Html.section(
        "Table " + table.name(),
        Figures.count(groups.groups(), "group")
            + " with "
            + Figures.count(groups.entries(), "row")
            + "; keys split by the rule "
            + table.prefixRule()
            + (groups.meanBlockBytes() == 0
                ? ""
                : "; value blocks hold "
                    + Figures.bytes(groups.meanBlockBytes())
                    + " on average, where the table asks for "
                    + Figures.bytes(table.valueBlockBytes()))
            + (table.leftOut().isEmpty()
                ? ""
                : "; without " + String.join(", ", table.leftOut()) + ", which cannot be read"),
        levels + values + pictures + "<h3>The largest groups</h3>\n" + top(table, keys));
  }

  private static String top(StoreShape.TableGroups table, KeyOption keys) {
    List<List<String>> rows = new ArrayList<>();
    for (Group group : table.groups().top()) {
      rows.add(
          List.of(
              keys.show(table.name(), null, group.prefix()),
              Figures.bytes(group.rawBytes()),
              Figures.count(group.entries()),
              Figures.count(group.runs()),
              Figures.count(group.blocks()),
              Figures.count(group.pieces())));
    }
    return Html.table(
        List.of("prefix", "keys and values", "rows", "runs", "value blocks", "pieces"),
        rows,
        Collections.nCopies(rows.size(), 0));
  }
}
