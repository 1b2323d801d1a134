package io.sheaf.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.bench.summary.Spread;
import java.util.List;
import org.junit.jupiter.api.Test;

final class QuantityTest {
  @Test
  void aFigureHasTheUnitThatSuitsItsSize() {
    assertEquals("323 µs", Quantity.words(323, "µs"));
    assertEquals("1.32 ms", Quantity.words(1323, "µs"));
    assertEquals("0.40", Quantity.words(0.3958, "bytes"));
    assertEquals("905 MB", Quantity.words(905e6, "bytes"));
    assertEquals("203,000", Quantity.words(202_900, "rows/s"));
    assertEquals("1.10", Quantity.words(1.1, "×"));
    assertEquals("12,346", Quantity.digits(12_345.6));
  }

  @Test
  void aRangeSaysItsUnitOnce() {
    assertEquals("15.1–16.3 µs", Quantity.range(new Spread(List.of(16.3, 15.1)), "µs"));
    assertEquals("900 µs–1.20 ms", Quantity.range(new Spread(List.of(900.0, 1200.0)), "µs"));
    assertEquals("0.40–0.50", Quantity.range(new Spread(List.of(0.4, 0.5)), "bytes"));
  }
}
