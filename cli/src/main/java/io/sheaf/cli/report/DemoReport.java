package io.sheaf.cli.report;

import io.sheaf.cli.console.ByteSize;
import io.sheaf.cli.measure.DemoResult;
import io.sheaf.cli.measure.TableShape;
import java.io.IOException;

/**
 * The result of a demo as one HTML page that needs nothing else: no script, no picture or style
 * from elsewhere, light or dark as the reader's system is.
 *
 * <p><em>Thread safety:</em> stateless.
 */
public final class DemoReport {
  private DemoReport() {}

  /** The page. */
  public static String of(DemoResult result) throws IOException {
    StringBuilder page = new StringBuilder();
    page.append(HeaderSection.of(result))
        .append("<main>\n")
        .append(
            Html.section(
                "What was written",
                "Bytes that reached files, for each byte of keys and values, by cause.",
                WritesSection.written(result.load())))
        .append(
            Html.section(
                "What was separated",
                "At each minor compaction, groups whose values are large together leave the key"
                    + " files.",
                WritesSection.separated(result.load())))
        .append(
            Html.section("Latency", result.setting().reading() + ".", LatencySection.of(result)))
        .append(
            Html.section(
                "The load over time",
                "A store that keeps its pace shows columns of one height; memory rises until the write"
                    + " buffer is full ("
                    + new ByteSize(result.setting().writeBufferBytes())
                    + ") and the cache has what it may have.",
                LoadSection.of(result.load())));
    for (TableShape table : result.tables()) {
      page.append(
          Html.section(
              "Files of table " + table.name(),
              "Bars of both lists have one scale.",
              FilesSection.of(table)));
    }
    page.append("</main>\n").append(footer(result));
    return Page.of("Sheaf demo", "", page.toString());
  }

  private static String footer(DemoResult result) {
    DemoResult.Setting setting = result.setting();
    return "<footer>"
        + Html.escape(
            "Batches of "
                + setting.batchRows()
                + ", durability "
                + setting.durability()
                + ", "
                + new ByteSize(setting.memoryBytes())
                + " of memory for the store ("
                + new ByteSize(setting.writeBufferBytes())
                + " write buffer), seed "
                + setting.seed()
                + ". A MB is a million bytes.")
        + "</footer>\n";
  }
}
