package io.sheaf.cli.report;

import io.sheaf.cli.console.ByteSize;
import io.sheaf.cli.measure.DemoResult;
import io.sheaf.cli.measure.TableShape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

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
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
        .append("<title>Sheaf demo</title>\n<style>\n")
        .append(style())
        .append("</style>\n</head>\n<body>\n")
        .append(HeaderSection.of(result))
        .append("<main>\n")
        .append(
            section(
                "What was written",
                "Bytes that reached files, for each byte of keys and values, by cause.",
                WritesSection.written(result.load())))
        .append(
            section(
                "What was separated",
                "At each minor compaction, groups whose values are large together leave the key"
                    + " files.",
                WritesSection.separated(result.load())))
        .append(section("Latency", result.setting().reading() + ".", LatencySection.of(result)))
        .append(
            section(
                "The load over time",
                "A store that keeps its pace shows columns of one height; memory rises until the write"
                    + " buffer is full ("
                    + new ByteSize(result.setting().writeBufferBytes())
                    + ") and the cache has what it may have.",
                LoadSection.of(result.load())));
    for (TableShape table : result.tables()) {
      page.append(
          section(
              "Files of table " + table.name(),
              "Bars of both lists have one scale.",
              FilesSection.of(table)));
    }
    return page.append("</main>\n").append(footer(result)).append("</body>\n</html>\n").toString();
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

  private static String section(String title, String introduction, String content) {
    return "<section>\n<h2>"
        + Html.escape(title)
        + "</h2>\n<p>"
        + Html.escape(introduction)
        + "</p>\n"
        + content
        + "</section>\n";
  }

  private static String style() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(DemoReport.class.getResourceAsStream("report.css"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
