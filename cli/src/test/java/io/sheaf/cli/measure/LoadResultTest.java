package io.sheaf.cli.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class LoadResultTest {
  @Test
  void ratesAndRatios() {
    LoadResult load = SampleResult.load();
    assertEquals(250_000, load.rowsPerSecondWhileLoading(), 1);
    assertEquals(200_000, load.rowsPerSecond(), 1);
    assertEquals(0.4, load.diskPerUserByte(), 0.01);
    assertEquals(1.07, load.written().perUserByte(load.written().total()), 0.01);
    assertEquals(0.893, load.separation().byteShare(), 0.001);
  }

  @Test
  void tenthsFollowOneAnother() {
    List<LoadResult.Tenth> tenths = SampleResult.load().tenths();
    assertEquals(10, tenths.size());
    for (int i = 0; i < 10; i++) {
      assertEquals(250_000, tenths.get(i).rowsPerSecond(), 2_500, "tenth " + i);
      assertEquals((700L + 10L * (i + 1)) << 20, tenths.get(i).maxResidentBytes(), "tenth " + i);
    }
  }

  @Test
  void aShortLoadHasFewerTenths() {
    List<LoadSample> samples = List.of(new LoadSample(0, 0, 5), new LoadSample(3, 1_000, 7));
    List<LoadResult.Tenth> tenths = SampleResult.load(3, samples).tenths();
    assertEquals(List.of(new LoadResult.Tenth(3e6, 7)), tenths);
  }
}
