package io.sheaf.bench.report;

import io.sheaf.bench.summary.Spread;
import io.sheaf.cli.console.Figures;
import java.util.Locale;

/**
 * A figure in words, with the unit that suits its size.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class Quantity {
  private static final double NANOS_A_MICRO = 1e3;
  private static final double NANOS_A_SECOND = 1e9;
  private static final double FEW_BYTES = 1000;

  private Quantity() {}

  /** The figure, and its unit where a reader needs it. */
  static String words(double value, String unit) {
    return switch (unit) {
      case "µs" -> Figures.duration(Math.round(value * NANOS_A_MICRO));
      case "s" -> Figures.duration(Math.round(value * NANOS_A_SECOND));
      case "bytes" ->
          Math.abs(value) < FEW_BYTES ? digits(value) : Figures.bytes(Math.round(value));
      case "rows/s", "op/s" -> value < FEW_BYTES ? digits(value) : Figures.rate(value);
      default -> digits(value);
    };
  }

  /** A ratio: three digits that count, and the sign for times. */
  static String ratio(double value) {
    return digits(value) + " ×";
  }

  /** From the lowest to the highest of the rounds: {@code 15.1–16.3 µs}. */
  static String range(Spread spread, String unit) {
    String lowest = words(spread.lowest(), unit);
    String highest = words(spread.highest(), unit);
    int space = lowest.indexOf(' ');
    boolean sameUnit = space > 0 && highest.endsWith(lowest.substring(space));
    return (sameUnit ? lowest.substring(0, space) : lowest) + "–" + highest;
  }

  /** A number: three digits that count, or all before the point. */
  static String digits(double value) {
    double size = Math.abs(value);
    int after = size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
    return String.format(Locale.ROOT, "%,." + after + "f", value);
  }
}
