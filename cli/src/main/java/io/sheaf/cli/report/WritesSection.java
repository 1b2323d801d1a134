package io.sheaf.cli.report;

import io.sheaf.cli.console.Figures;
import io.sheaf.cli.measure.LoadResult;
import io.sheaf.cli.measure.Separation;
import io.sheaf.cli.measure.WriteAmplification;
import io.sheaf.cli.report.StackedBars.Bar;
import io.sheaf.cli.report.StackedBars.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What was written for each byte of the user's, and what was separated.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class WritesSection {
  private static final Map<String, String> NAMES =
      Map.of(
          "log", "log",
          "minor", "minor compactions (flushes)",
          "major", "major compactions (merges)",
          "collection", "collection of garbage",
          "manifest", "manifest");

  private WritesSection() {}

  static String written(LoadResult load) {
    WriteAmplification written = load.written();
    List<Part> parts = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    List<Integer> colours = new ArrayList<>();
    written
        .byCause()
        .forEach((cause, bytes) -> {
          int colour = parts.size() + 1;
          String name = NAMES.getOrDefault(cause, cause);
          String ratio = Figures.ratio(written.perUserByte(bytes));
          parts.add(new Part(bytes, colour, name + ": " + ratio + " for each user byte"));
          rows.add(List.of(name, Figures.bytes(bytes), ratio));
          colours.add(colour);
        });
    String total = Figures.ratio(written.perUserByte(written.total()));
    rows.add(List.of("in all", Figures.bytes(written.total()), total));
    colours.add(0);
    load.deviceWriteBytes()
        .ifPresent(bytes -> {
          rows.add(
              List.of(
                  "to the device, as the operating system counts",
                  Figures.bytes(bytes),
                  Figures.ratio(written.perUserByte(bytes))));
          colours.add(0);
        });
    List<Bar> bars =
        List.of(
            new Bar(
                "users wrote",
                List.of(new Part(written.userBytes(), 0, "keys and values of users")),
                Figures.bytes(written.userBytes()) + ": 1.00"),
            new Bar("the store wrote", parts, Figures.bytes(written.total()) + ": " + total));
    return StackedBars.draw(
            "written",
            "Bytes written by cause",
            "For each byte of keys and values the store wrote " + total + " bytes to files",
            bars,
            0)
        + Html.table(List.of("cause", "bytes", "for each user byte"), rows, colours);
  }

  static String separated(LoadResult load) {
    Separation separation = load.separation();
    List<Bar> bars =
        List.of(share("value bytes", separation.byteShare()), share("rows", separation.rowShare()));
    return "<p><span class=\"key k3\"></span>to value files"
        + " &#160; <span class=\"key k1\"></span>beside their keys in SSTables</p>\n"
        + StackedBars.draw(
            "separated",
            "Share of values separated at the minor compactions",
            Figures.percent(separation.byteShare())
                + " of the value bytes and "
                + Figures.percent(separation.rowShare())
                + " of the rows went to value files",
            bars,
            1);
  }

  private static Bar share(String what, double share) {
    return new Bar(
        what,
        List.of(
            new Part(share, 3, "to value files: " + Figures.percent(share)),
            new Part(1 - share, 1, "inline: " + Figures.percent(1 - share))),
        Figures.percent(share) + " separated");
  }
}
