package io.sheaf.cli.report;

import io.sheaf.cli.console.ByteSize;
import io.sheaf.cli.console.Figures;
import io.sheaf.cli.measure.DemoResult;
import io.sheaf.cli.measure.LatencySummary;
import io.sheaf.cli.measure.LoadResult;
import io.sheaf.cli.measure.ReadResult;
import io.sheaf.cli.measure.TableShape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
        .append(header(result))
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
        .append(section("Latency", result.setting().reading() + ".", latency(result)))
        .append(
            section(
                "The load over time",
                "A store that keeps its pace shows columns of one height; memory rises until the write"
                    + " buffer is full ("
                    + new ByteSize(result.setting().writeBufferBytes())
                    + ") and the cache has what it may have.",
                overTime(result.load())));
    for (TableShape table : result.tables()) {
      page.append(
          section(
              "Files of table " + table.name(),
              "Bars of both lists have one scale.",
              FilesSection.of(table)));
    }
    return page.append("</main>\n").append(footer(result)).append("</body>\n</html>\n").toString();
  }

  private static String header(DemoResult result) {
    DemoResult.Setting setting = result.setting();
    LoadResult load = result.load();
    return "<header>\n<h1>Sheaf demo</h1>\n<p>"
        + Html.escape(
            Figures.count(setting.rows(), "row")
                + " of "
                + Figures.count(setting.users(), "user")
                + " ("
                + setting.shape()
                + "), "
                + Figures.bytes(load.userBytes())
                + " of keys and values. Every row that was read was compared with what was written: "
                + Figures.count(result.rowsVerified(), "row")
                + ", all of them right.")
        + "</p>\n<dl class=\"tiles\">\n"
        + tile(
            "Rows a second",
            Figures.rate(load.rowsPerSecond()),
            "background work finished; "
                + Figures.rate(load.rowsPerSecondWhileLoading())
                + " while loading")
        + tile(
            "Separated",
            Figures.percent(load.separation().byteShare()),
            "of the value bytes, at minor compactions")
        + tile(
            "Written for each user byte",
            Figures.ratio(load.written().perUserByte(load.written().total())),
            "log and compactions together")
        + tile(
            "On disk for each user byte",
            Figures.ratio(load.diskPerUserByte()),
            Figures.ratio(load.diskPerUserByteWithoutLogs())
                + " without logs; "
                + Figures.bytes(load.disk().total())
                + " in all")
        + tile(
            "Batch write, 99 %",
            Figures.duration(load.batchLatency().p99Nanos()),
            "of "
                + Figures.count(setting.batchRows(), "row")
                + "; 50 %: "
                + Figures.duration(load.batchLatency().p50Nanos()))
        + readTiles(result.reads())
        + "</dl>\n</header>\n";
  }

  private static String readTiles(List<ReadResult> reads) {
    StringBuilder tiles = new StringBuilder();
    for (ReadResult read : reads) {
      tiles.append(
          tile(
              "Read " + read.title(),
              Figures.duration(read.latency().p50Nanos()),
              "50 %; 99 %: " + Figures.duration(read.latency().p99Nanos())));
    }
    return tiles.toString();
  }

  private static String latency(DemoResult result) {
    List<LatencyChart.Series> all = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    LatencySummary batch = result.load().batchLatency();
    String writes = "write " + Figures.count(result.setting().batchRows(), "row") + " in a batch";
    all.add(new LatencyChart.Series(writes, batch, 1));
    rows.add(latencyRow(writes, batch, "", ""));
    for (ReadResult read : result.reads()) {
      all.add(new LatencyChart.Series(read.title(), read.latency(), all.size() + 1));
      rows.add(
          latencyRow(
              read.title(),
              read.latency(),
              Figures.rate(read.rowsPerSecond()),
              read.medianValueReads() + " + " + read.medianKeyBlockReads()));
    }
    return LatencyChart.draw(
            "latency",
            "Latency of writes and reads",
            "Curves of how long each share of the operations took at most; the figures are in the"
                + " table below",
            all)
        + Html.table(
            List.of(
                "operation",
                "times",
                "50 %",
                "99 %",
                "99.9 %",
                "longest",
                "rows/s",
                "value + key blocks read, median"),
            rows,
            all.stream().map(LatencyChart.Series::colour).toList());
  }

  private static List<String> latencyRow(
      String name, LatencySummary latency, String rate, String reads) {
    return List.of(
        name,
        Figures.count(latency.operations()),
        Figures.duration(latency.p50Nanos()),
        Figures.duration(latency.p99Nanos()),
        Figures.duration(latency.p999Nanos()),
        Figures.duration(latency.maxNanos()),
        rate,
        reads);
  }

  private static String overTime(LoadResult load) {
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

  private static String tile(String what, String figure, String remark) {
    return "<div><dt>"
        + Html.escape(what)
        + "</dt><dd>"
        + Html.escape(figure)
        + " <small>"
        + Html.escape(remark)
        + "</small></dd></div>\n";
  }

  private static String style() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(DemoReport.class.getResourceAsStream("report.css"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
