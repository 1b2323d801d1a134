package io.sheaf.cli.report;

import io.sheaf.cli.console.Figures;
import io.sheaf.cli.measure.LoadResult;
import java.util.List;

/**
 * The pace of the load and the memory it took, by tenths.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class LoadSection {
  private LoadSection() {}

  static String of(LoadResult load) {
    List<LoadResult.Tenth> tenths = load.tenths();
    return "<div class=\"pair\">\n<div><h3>Rows a second</h3>\n"
        + Columns.draw(
            "pace",
            "Rows written each second, by tenths of the load",
            "From " + pace(tenths) + " rows a second",
            tenths.stream().map(LoadResult.Tenth::rowsPerSecond).toList(),
            1,
            "tenth of the load",
            Figures::rate)
        + "</div>\n<div><h3>Memory of the process</h3>\n"
        + Columns.draw(
            "memory",
            "Most memory of the process, by tenths of the load",
            load.peakResidentBytes().isEmpty()
                ? "Not told by this system"
                : "At most " + Figures.bytes(load.peakResidentBytes().getAsLong()),
            tenths.stream().map(tenth -> (double) tenth.maxResidentBytes()).toList(),
            2,
            "tenth of the load",
            value -> Figures.bytes(Math.round(value)))
        + "</div>\n</div>\n";
  }

  private static String pace(List<LoadResult.Tenth> tenths) {
    double lowest = tenths.stream().mapToDouble(LoadResult.Tenth::rowsPerSecond).min().orElse(0);
    double highest = tenths.stream().mapToDouble(LoadResult.Tenth::rowsPerSecond).max().orElse(0);
    return Figures.rate(lowest) + " to " + Figures.rate(highest);
  }
}
