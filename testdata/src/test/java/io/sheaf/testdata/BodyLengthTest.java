package io.sheaf.testdata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class BodyLengthTest {
  private static final int DRAWS = 1 << 24;
  private static final int[] SORTED = sorted();

  @Test
  void hasTheQuantilesOfALogNormalDistribution() {
    assertEquals(220, quantile(0.5), 1);
    assertEquals(220 * Math.exp(0.9), quantile(0.841345), 2);
    assertEquals(220 * Math.exp(-0.9), quantile(0.158655), 1);
    assertEquals(220 * Math.exp(0.9 * 2.326348), quantile(0.99), 10);
    assertEquals(220 * Math.exp(0.9 * 4.264891), quantile(0.99999), 200);
  }

  @Test
  void hasItsMean() {
    assertEquals(220 * Math.exp(0.405), Arrays.stream(SORTED).average().orElseThrow(), 1);
  }

  @Test
  void reachesItsLimitsAndNotMore() {
    assertTrue(SORTED[0] >= BodyLength.MIN_BYTES && SORTED[0] < 10, "shortest is " + SORTED[0]);
    assertEquals(BodyLength.MAX_BYTES, SORTED[DRAWS - 1]);
  }

  private static double quantile(double probability) {
    return SORTED[(int) (probability * DRAWS)];
  }

  /** The lengths of all the random numbers that are told apart. */
  private static int[] sorted() {
    int[] lengths = new int[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      lengths[i] = BodyLength.draw(i);
    }
    Arrays.sort(lengths);
    return lengths;
  }
}
