package io.sheaf.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class ScalesTest {
  @Test
  void roundsUp() {
    assertEquals(0, Scales.roundUp(0));
    assertEquals(1, Scales.roundUp(1));
    assertEquals(2.4, Scales.roundUp(2.1), 1e-9);
    assertEquals(320_000, Scales.roundUp(250_000), 1e-6);
    assertEquals(1000, Scales.roundUp(801), 1e-9);
    for (double value = 0.001; value < 1e9; value *= 1.37) {
      double end = Scales.roundUp(value);
      assertTrue(end >= value && end <= 1.7 * value, value + " to " + end);
    }
  }
}
