package io.sheaf.cli.shape;

import io.sheaf.cli.console.Figures;
import io.sheaf.cli.console.FindingList;
import io.sheaf.cli.console.KeyOption;
import io.sheaf.cli.console.WayOut;
import io.sheaf.cli.measure.TableShape.RunShape;
import io.sheaf.cli.measure.TableShape.ValueFileShape;
import io.sheaf.engine.inspect.Group;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The shape of a store for people. */
final class ShapeLines {
  /** Shares of the groups, the largest ones, of which the skew is told. */
  static final List<Double> LARGEST = List.of(0.01, 0.06, 0.2, 0.5);

  private static final int BAR_CHARACTERS = 40;
  private static final int MOST_LINES = 12;
  private static final int MOST_PREFIXES = 10;

  private final PrintStream out;
  private final KeyOption keys;

  private ShapeLines(PrintStream out, KeyOption keys) {
    this.out = out;
    this.keys = keys;
  }

  static void print(PrintStream out, StoreShape shape, KeyOption keys) {
    new ShapeLines(out, keys).print(shape);
  }

  private void print(StoreShape shape) {
    line(
        "%s: SSTables %s, value files %s, logs %s",
        shape.path(),
        Figures.bytes(shape.disk().keyFiles()),
        Figures.bytes(shape.disk().valueFiles()),
        Figures.bytes(shape.disk().logs()));
    if (!shape.findings().isEmpty()) {
      line("The store is damaged: the findings are at the end.");
    }
    shape.tables().forEach(this::print);
    if (!shape.findings().isEmpty()) {
      line("");
      line("%s:", Figures.count(shape.findings().size(), "finding"));
      FindingList.print(out, shape.findings());
      WayOut.lines(shape.path()).forEach(out::println);
    }
  }

  private void print(StoreShape.TableGroups table) {
    line("");
    line(
        "Table %s (prefix %s): %s, %s of keys and values, %s",
        table.name(),
        table.prefixRule(),
        Figures.count(table.groups().groups(), "group"),
        Figures.bytes(table.groups().rawBytes()),
        Figures.count(table.groups().entries(), "row"));
    if (!table.leftOut().isEmpty()) {
      line(
          "  without %s, which cannot be read: groups are counted as if it were not there",
          String.join(", ", table.leftOut()));
    }
    if (table.files().runs().isEmpty()) {
      return;
    }
    printLevels(table.files().runs());
    printValueFiles(table.files().valueFiles());
    printGroups(table);
    printTop(table);
  }

  /** Runs by level, highest first. */
  static NavigableMap<Integer, List<RunShape>> levels(List<RunShape> runs) {
    return runs.stream()
        .collect(
            Collectors.groupingBy(
                RunShape::level,
                () -> new TreeMap<>(Comparator.reverseOrder()),
                Collectors.toList()));
  }

  private void printLevels(List<RunShape> runs) {
    long most = levels(runs).values().stream().mapToLong(ShapeLines::sizeBytes).max().orElse(1);
    line("  levels, the oldest rows first");
    levels(runs)
        .forEach((level, those) -> {
          long size = sizeBytes(those);
          line(
              "    level %-3d %9s  %-13s %-12s %s",
              level,
              Figures.bytes(size),
              Figures.count(those.stream().mapToInt(RunShape::files).sum(), "SSTable"),
              Figures.count(those.size(), "run"),
              bar((double) size / Math.max(1, most)));
        });
  }

  static long sizeBytes(List<RunShape> runs) {
    return runs.stream().mapToLong(RunShape::sizeBytes).sum();
  }

  private void printValueFiles(List<ValueFileShape> files) {
    if (files.isEmpty()) {
      line("  no value files");
      return;
    }
    line("  value files, oldest first: # live, . garbage");
    for (ValueFileShape file : files.stream().limit(MOST_LINES).toList()) {
      int live = (int) Math.round(file.liveShare() * BAR_CHARACTERS);
      line(
          "    %06d.val %9s  %7s live  %s%s",
          file.number(),
          Figures.bytes(file.sizeBytes()),
          Figures.percent(file.liveShare()),
          "#".repeat(live),
          ".".repeat(BAR_CHARACTERS - live));
    }
    if (files.size() > MOST_LINES) {
      line("    and %s more", Figures.count(files.size() - MOST_LINES));
    }
  }

  private void printGroups(StoreShape.TableGroups table) {
    GroupShape groups = table.groups();
    line("  groups by size of keys and values");
    printBars(groups.sizes(), groups.groups(), ShapeLines::sizeLabel);
    line(
        "  groups by pieces: places that a read of a whole group goes to; %s on average",
        Figures.ratio(groups.meanPieces()));
    printBars(groups.pieces(), groups.groups(), ShapeLines::piecesLabel);
    if (groups.meanBlockBytes() > 0) {
      line(
          "  value blocks hold %s of values on average; the table asks for %s",
          Figures.bytes(groups.meanBlockBytes()), Figures.bytes(table.valueBlockBytes()));
    }
    line(
        "  the largest %s of the bytes",
        LARGEST.stream()
            .map(share ->
                String.format(Locale.ROOT, "%.0f %% of the groups have ", 100 * share)
                    + Figures.percent(groups.byteShareOfLargest(share)))
            .collect(Collectors.joining(", ")));
  }

  /** What is told of a bar. */
  @FunctionalInterface
  private interface Label {
    String of(long end, long lastEnd);
  }

  private void printBars(List<GroupShape.Bar> bars, long groups, Label label) {
    long lastEnd = bars.get(bars.size() - 2).end();
    for (GroupShape.Bar bar : bars) {
      if (bar.groups() > 0) {
        line(
            "    %-15s %12s  %9s  %s",
            label.of(bar.end(), lastEnd),
            Figures.count(bar.groups(), "group"),
            Figures.bytes(bar.rawBytes()),
            bar((double) bar.groups() / groups));
      }
    }
  }

  static String sizeLabel(long end, long lastEnd) {
    return end == Long.MAX_VALUE ? "over " + binary(lastEnd) : "up to " + binary(end);
  }

  static String piecesLabel(long end, long lastEnd) {
    return end == Long.MAX_VALUE
        ? "over " + lastEnd
        : end <= 2 ? Figures.count(end, "piece") : "up to " + end;
  }

  private static String binary(long bytes) {
    return bytes >= 1 << 20 ? (bytes >> 20) + " MiB" : (bytes >> 10) + " KiB";
  }

  private void printTop(StoreShape.TableGroups table) {
    line("  the largest groups");
    for (Group group : table.groups().top().stream().limit(MOST_PREFIXES).toList()) {
      line(
          "    %9s %12s  %-11s %-9s %s",
          Figures.bytes(group.rawBytes()),
          Figures.count(group.entries(), "row"),
          Figures.count(group.pieces(), "piece"),
          Figures.count(group.runs(), "run"),
          keys.show(table.name(), null, group.prefix()));
    }
  }

  private static String bar(double share) {
    return "#".repeat((int) Math.ceil(Math.min(1, share) * BAR_CHARACTERS));
  }

  @SuppressWarnings("AnnotateFormatMethod") // needs a library for one method of one class
  private void line(String format, Object... arguments) {
    out.println(String.format(Locale.ROOT, format, arguments).stripTrailing());
  }
}
