package io.sheaf.cli.report;

import io.sheaf.cli.console.Figures;
import io.sheaf.cli.measure.TableShape;
import io.sheaf.cli.report.StackedBars.Bar;
import io.sheaf.cli.report.StackedBars.Part;
import java.util.List;
import java.util.Locale;

/**
 * The runs and value files of a table as bars, all of one scale.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class FilesSection {
  private static final int MOST_BARS = 16;

  private FilesSection() {}

  static String of(TableShape table) {
    double full =
        Math.max(
            table.runs().stream().mapToDouble(TableShape.RunShape::sizeBytes).max().orElse(0),
            table.valueFiles().stream()
                .mapToDouble(TableShape.ValueFileShape::sizeBytes)
                .max()
                .orElse(0));
    return "<h3>Sorted runs of SSTables, newest first</h3>\n"
        + StackedBars.draw(
            "runs",
            "Sorted runs of table " + table.name(),
            Figures.count(table.runs().size(), "run")
                + " of "
                + Figures.bytes(table.keyFileBytes())
                + " in all",
            table.runs().stream().limit(MOST_BARS).map(FilesSection::bar).toList(),
            full)
        + more(table.runs().size())
        + "<h3>Value files, by age</h3>\n"
        + "<p><span class=\"key k3\"></span>live"
        + " &#160; <span class=\"key k4\"></span>garbage, not collected yet</p>\n"
        + StackedBars.draw(
            "value-files",
            "Value files of table " + table.name(),
            Figures.count(table.valueFiles().size(), "value file")
                + " of "
                + Figures.bytes(table.valueFileBytes())
                + " in all, "
                + Figures.percent(table.liveShare())
                + " live",
            table.valueFiles().stream().limit(MOST_BARS).map(FilesSection::bar).toList(),
            full)
        + more(table.valueFiles().size());
  }

  private static Bar bar(TableShape.RunShape run) {
    String figure =
        Figures.bytes(run.sizeBytes())
            + ", "
            + Figures.count(run.rows(), "row")
            + ", "
            + Figures.count(run.files(), "file");
    return new Bar(
        "run " + run.id() + ", level " + run.level(),
        List.of(new Part(run.sizeBytes(), 1, figure)),
        figure);
  }

  private static Bar bar(TableShape.ValueFileShape file) {
    double live = file.sizeBytes() * file.liveShare();
    return new Bar(
        String.format(Locale.ROOT, "%06d.val", file.number()),
        List.of(
            new Part(live, 3, "live: " + Figures.bytes(Math.round(live))),
            new Part(
                file.sizeBytes() - live,
                4,
                "garbage: " + Figures.bytes(Math.round(file.sizeBytes() - live)))),
        Figures.bytes(file.sizeBytes())
            + ", "
            + Figures.percent(file.liveShare())
            + " live, "
            + Figures.count(file.rows(), "row"));
  }

  private static String more(int size) {
    return size > MOST_BARS ? "<p>and " + Figures.count(size - MOST_BARS) + " more</p>\n" : "";
  }
}
