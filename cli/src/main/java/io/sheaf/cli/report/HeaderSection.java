package io.sheaf.cli.report;

import io.sheaf.cli.console.Figures;
import io.sheaf.cli.measure.DemoResult;
import io.sheaf.cli.measure.LoadResult;
import io.sheaf.cli.measure.ReadResult;
import java.util.List;

/**
 * What was run, and the figures that matter most.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class HeaderSection {
  private HeaderSection() {}

  static String of(DemoResult result) {
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
        + Html.tile(
            "Rows a second",
            Figures.rate(load.rowsPerSecond()),
            "background work finished; "
                + Figures.rate(load.rowsPerSecondWhileLoading())
                + " while loading")
        + Html.tile(
            "Separated",
            Figures.percent(load.separation().byteShare()),
            "of the value bytes, at minor compactions")
        + Html.tile(
            "Written for each user byte",
            Figures.ratio(load.written().perUserByte(load.written().total())),
            "log and compactions together")
        + Html.tile(
            "On disk for each user byte",
            Figures.ratio(load.diskPerUserByte()),
            Figures.ratio(load.diskPerUserByteWithoutLogs())
                + " without logs; "
                + Figures.bytes(load.disk().total())
                + " in all")
        + Html.tile(
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
          Html.tile(
              "Read " + read.title(),
              Figures.duration(read.latency().p50Nanos()),
              "50 %; 99 %: " + Figures.duration(read.latency().p99Nanos())));
    }
    return tiles.toString();
  }
}
