package io.sheaf.cli.measure;

import io.sheaf.cli.console.Figures;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * Prints of which files a store is made, for people.
 *
 * <p><em>Thread safety:</em> stateless.
 */
public final class ShapeText {
  private static final int MOST_LINES = 12;

  private ShapeText() {}

  /** Prints the tables, their runs and their value files; long lists are cut. */
  public static void print(PrintStream out, List<TableShape> tables) {
    for (TableShape table : tables) {
      print(out, table);
    }
  }

  private static void print(PrintStream out, TableShape table) {
    out.printf(
        Locale.ROOT,
        "Table %s: %s rows, %s of keys and values%n",
        table.name(),
        Figures.count(table.rows()),
        Figures.bytes(table.rawBytes()));
    out.printf(
        Locale.ROOT,
        "  separated: %s of the value bytes, %s of the rows%n",
        Figures.percent(table.separation().byteShare()),
        Figures.percent(table.separation().rowShare()));
    out.printf(
        Locale.ROOT,
        "  %s in %s, %s%n",
        Figures.count(table.runs().size(), "run"),
        Figures.count(table.keyFiles(), "SSTable"),
        Figures.bytes(table.keyFileBytes()));
    for (TableShape.RunShape run : table.runs().stream().limit(MOST_LINES).toList()) {
      out.printf(
          Locale.ROOT,
          "    run %-6d level %d  %10s  %10s  %12s rows%n",
          run.id(),
          run.level(),
          Figures.count(run.files(), "SSTable"),
          Figures.bytes(run.sizeBytes()),
          Figures.count(run.rows()));
    }
    printCut(out, table.runs().size());
    out.printf(
        Locale.ROOT,
        "  %s, %s, %s of it live%n",
        Figures.count(table.valueFiles().size(), "value file"),
        Figures.bytes(table.valueFileBytes()),
        Figures.percent(table.liveShare()));
    for (TableShape.ValueFileShape file : table.valueFiles().stream().limit(MOST_LINES).toList()) {
      out.printf(
          Locale.ROOT,
          "    %06d.val  %10s  %8s live  %12s rows%n",
          file.number(),
          Figures.bytes(file.sizeBytes()),
          Figures.percent(file.liveShare()),
          Figures.count(file.rows()));
    }
    printCut(out, table.valueFiles().size());
  }

  private static void printCut(PrintStream out, int size) {
    if (size > MOST_LINES) {
      out.printf(Locale.ROOT, "    and %s more%n", Figures.count(size - MOST_LINES));
    }
  }
}
