package io.sheaf.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class FiguresTest {
  @Test
  void bytes() {
    assertEquals("0 B", Figures.bytes(0));
    assertEquals("999 B", Figures.bytes(999));
    assertEquals("1.00 KB", Figures.bytes(1000));
    assertEquals("16.9 MB", Figures.bytes(16_879_540));
    assertEquals("1.00 MB", Figures.bytes(999_900));
    assertEquals("427 MB", Figures.bytes(427_000_000));
    assertEquals("4.27 GB", Figures.bytes(4_270_000_000L));
    assertEquals("9.22 EB", Figures.bytes(Long.MAX_VALUE));
  }

  @Test
  void durations() {
    assertEquals("999 ns", Figures.duration(999));
    assertEquals("1.00 µs", Figures.duration(1_000));
    assertEquals("33.4 µs", Figures.duration(33_400));
    assertEquals("1.00 ms", Figures.duration(999_900));
    assertEquals("4.08 ms", Figures.duration(4_078_000));
    assertEquals("1.00 s", Figures.duration(999_900_000));
    assertEquals("61.5 s", Figures.duration(61_500_000_000L));
  }

  @Test
  void ratesHaveThreeDigitsThatCount() {
    assertEquals("0", Figures.rate(0));
    assertEquals("12.3", Figures.rate(12.34));
    assertEquals("1,230", Figures.rate(1_234));
    assertEquals("169,000", Figures.rate(168_934.2));
    assertEquals("1,490,000", Figures.rate(1_491_000));
  }

  @Test
  void countsWithTheirNouns() {
    assertEquals("1 file", Figures.count(1, "file"));
    assertEquals("0 files", Figures.count(0, "file"));
    assertEquals("1,000,000", Figures.count(1_000_000));
    assertEquals("89.3 %", Figures.percent(0.8934));
    assertEquals("1.07", Figures.ratio(1.068));
  }
}
