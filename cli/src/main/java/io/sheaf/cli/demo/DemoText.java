package io.sheaf.cli.demo;

import io.sheaf.cli.console.ByteSize;
import io.sheaf.cli.console.Figures;
import io.sheaf.cli.measure.DemoResult;
import io.sheaf.cli.measure.DiskBytes;
import io.sheaf.cli.measure.LatencySummary;
import io.sheaf.cli.measure.LoadResult;
import io.sheaf.cli.measure.ReadResult;
import io.sheaf.cli.measure.ShapeText;
import io.sheaf.cli.measure.WriteAmplification;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Prints what a demo did, for people.
 *
 * <p><em>Thread safety:</em> none.
 */
final class DemoText {
  private final PrintStream out;

  DemoText(PrintStream out) {
    this.out = out;
  }

  /** Prints what will be done. */
  void printBegin(DemoSettings settings, Path directory, boolean removed) {
    out.printf(
        Locale.ROOT,
        "%s rows of %s users (%s), batches of %d, durability %s, seed %d%n",
        Figures.count(settings.workload().rows()),
        Figures.count(settings.workload().users()),
        settings.shape(),
        settings.batchRows(),
        settings.durability().name().toLowerCase(Locale.ROOT),
        settings.workload().seed());
    out.printf(
        Locale.ROOT,
        "store in %s (%s), %s of memory, of it %s write buffer%n%n",
        directory,
        removed ? "removed at the end; --keep keeps it" : "stays there",
        new ByteSize(settings.memoryBytes()),
        new ByteSize(settings.writeBufferBytes()));
    out.flush();
  }

  /** Prints what was done. */
  void print(DemoResult result, Path report) {
    printLoad(result.load());
    printWritten(result.load());
    printMemory(result.load());
    printReads(result);
    ShapeText.print(out, result.tables());
    out.printf(Locale.ROOT, "%nReport with pictures: %s%n", report);
  }

  private void printLoad(LoadResult load) {
    out.printf(
        Locale.ROOT,
        "Load: %s rows, %s of keys and values, in %s; background finished after %s%n",
        Figures.count(load.rows()),
        Figures.bytes(load.userBytes()),
        Figures.duration(load.writeNanos()),
        Figures.duration(load.finishedNanos()));
    line("rows a second, while loading", Figures.rate(load.rowsPerSecondWhileLoading()));
    line("rows a second, background finished", Figures.rate(load.rowsPerSecond()));
    line("batch write", latency(load.batchLatency()));
    line(
        "separated at minor compactions",
        Figures.percent(load.separation().byteShare())
            + " of the value bytes, "
            + Figures.percent(load.separation().rowShare())
            + " of the rows");
  }

  private void printWritten(LoadResult load) {
    WriteAmplification written = load.written();
    String causes =
        written.byCause().entrySet().stream()
            .map(cause -> cause.getKey() + " " + perUserByte(written, cause.getValue()))
            .collect(Collectors.joining(", "));
    line("written for each user byte", perUserByte(written, written.total()) + ": " + causes);
    line(
        "written to the device",
        load.deviceWriteBytes().isEmpty()
            ? "not counted by this system"
            : Figures.bytes(load.deviceWriteBytes().getAsLong())
                + ", "
                + perUserByte(written, load.deviceWriteBytes().getAsLong())
                + " for each user byte, as the operating system counts");
    DiskBytes disk = load.disk();
    line(
        "on disk for each user byte",
        Figures.ratio(load.diskPerUserByte())
            + ", "
            + Figures.ratio(load.diskPerUserByteWithoutLogs())
            + " without logs: SSTables "
            + Figures.bytes(disk.keyFiles())
            + ", value files "
            + Figures.bytes(disk.valueFiles())
            + ", logs "
            + Figures.bytes(disk.logs())
            + ", others "
            + Figures.bytes(disk.others()));
  }

  private void printMemory(LoadResult load) {
    if (load.peakResidentBytes().isEmpty()) {
      line("memory of the process", "not told by this system");
      return;
    }
    line("most memory of the process", Figures.bytes(load.peakResidentBytes().getAsLong()));
    String tenths =
        load.tenths().stream()
            .map(tenth -> Figures.bytes(tenth.maxResidentBytes()))
            .collect(Collectors.joining(", "));
    line("  in each tenth of the load", tenths);
  }

  private void printReads(DemoResult result) {
    out.printf(Locale.ROOT, "%nReads, %s%n", result.setting().reading());
    for (ReadResult read : result.reads()) {
      line(
          read.title(),
          String.format(
              Locale.ROOT,
              "%s; %s rows/s; %s times",
              latency(read.latency()),
              Figures.rate(read.rowsPerSecond()),
              Figures.count(read.latency().operations())));
      String device =
          read.medianDeviceBytes().isEmpty()
              ? ""
              : "; " + Figures.bytes(read.medianDeviceBytes().getAsLong()) + " from the device";
      line(
          "  half of them at most",
          String.format(
              Locale.ROOT,
              "%d reads from files: %d value, %d key blocks%s",
              read.medianFileReads(),
              read.medianValueReads(),
              read.medianKeyBlockReads(),
              device));
    }
    line(
        "compared with what was written",
        Figures.count(result.rowsVerified()) + " rows, all of them right");
    out.println();
  }

  private static String perUserByte(WriteAmplification written, long bytes) {
    return Figures.ratio(written.perUserByte(bytes));
  }

  private static String latency(LatencySummary latency) {
    return "p50 "
        + Figures.duration(latency.p50Nanos())
        + ", p99 "
        + Figures.duration(latency.p99Nanos())
        + ", p99.9 "
        + Figures.duration(latency.p999Nanos())
        + ", max "
        + Figures.duration(latency.maxNanos());
  }

  private void line(String what, String figures) {
    out.printf(Locale.ROOT, "  %-36s %s%n", what, figures);
  }
}
