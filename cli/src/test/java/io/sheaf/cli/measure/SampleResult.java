package io.sheaf.cli.measure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/** A result that was made up, to be shown. */
public final class SampleResult {
  private static final long ROWS = 1_000_000;
  private static final long USER_BYTES = 427_000_000;

  private SampleResult() {}

  /** Of a demo with files of all kinds. */
  public static DemoResult demo(String shape) {
    return new DemoResult(
        new DemoResult.Setting(
            shape, ROWS, 2_000, 1, 8, "written", 2L << 30, 512 << 20, "warm", Path.of("store")),
        load(),
        List.of(
            read("newest", "newest 50 rows of a user", 60_000),
            read("cursor", "100 rows on from a cursor", 110_000),
            read("full", "all rows of a busy user", 1_400_000)),
        List.of(table()));
  }

  static LoadResult load() {
    List<LoadSample> samples = new ArrayList<>();
    for (int i = 0; i <= 100; i++) {
      samples.add(new LoadSample(i * ROWS / 100, i * 40_000_000L, (700L + i) << 20));
    }
    return load(ROWS, samples);
  }

  static LoadResult load(long rows, List<LoadSample> samples) {
    return new LoadResult(
        rows,
        USER_BYTES,
        4_000_000_000L,
        5_000_000_000L,
        latency(22_000),
        new Separation(ROWS, 912_000, 411_000_000, 367_000_000),
        new WriteAmplification(USER_BYTES, 256_000_000, 178_000_000, 21_000_000, 900_000, 40_000),
        OptionalLong.of(461_000_000),
        new DiskBytes(17_000_000, 153_000_000, 0, 80_000),
        samples,
        OptionalLong.of(812L << 20));
  }

  private static ReadResult read(String key, String title, long median) {
    return new ReadResult(
        key,
        title,
        100_000,
        42_000_000,
        900_000_000,
        latency(median),
        1,
        1,
        2,
        OptionalLong.of(28_672));
  }

  private static LatencySummary latency(long median) {
    SplittableRandom random = new SplittableRandom(median);
    Histogram histogram = LatencySummary.histogram();
    for (int i = 0; i < 20_000; i++) {
      double slow = random.nextInt(1000) == 0 ? 60 : 1;
      histogram.recordValue(Math.round(median * slow * Math.exp(random.nextGaussian() * 0.4)));
    }
    return LatencySummary.of(histogram);
  }

  private static TableShape table() {
    List<TableShape.RunShape> runs = new ArrayList<>();
    List<TableShape.ValueFileShape> files = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      runs.add(
          new TableShape.RunShape(40 - i, i / 4, 1 + i / 5, 700_000L * (1 + i), 50_000, 45_000));
      files.add(
          new TableShape.ValueFileShape(
              30 + i,
              7_600_000L + 300_000L * (i % 5),
              18_000_000,
              18_000_000 - 900_000L * (i % 7),
              45_000));
    }
    return new TableShape(
        "message",
        runs,
        files,
        new Separation(ROWS, 912_000, 411_000_000, 367_000_000),
        USER_BYTES);
  }
}
