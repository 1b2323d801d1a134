package io.sheaf.cli.console;

import java.util.Locale;

/**
 * Numbers as people read them: three digits that count, and a unit. A MB is a million bytes.
 *
 * <p><em>Thread safety:</em> stateless.
 */
public final class Figures {
  private static final String[] BYTE_UNITS = {"B", "KB", "MB", "GB", "TB", "PB", "EB"};

  private Figures() {}

  /** A whole number with a comma between thousands. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A number and what it counts: {@code 1 file}, {@code 2 files}. */
  public static String count(long value, String noun) {
    return count(value) + " " + noun + (value == 1 ? "" : "s");
  }

  /** Bytes. */
  public static String bytes(long value) {
    double rest = value;
    int unit = 0;
    while (rest >= 999.5 && unit < BYTE_UNITS.length - 1) {
      rest /= 1000;
      unit++;
    }
    return (unit == 0 ? Long.toString(value) : digits(rest)) + " " + BYTE_UNITS[unit];
  }

  /** A time. */
  public static String duration(long nanos) {
    if (nanos < 1_000) {
      return nanos + " ns";
    }
    if (nanos < 999_500) {
      return digits(nanos / 1e3) + " µs";
    }
    if (nanos < 999_500_000) {
      return digits(nanos / 1e6) + " ms";
    }
    return digits(nanos / 1e9) + " s";
  }

  /** A share of a whole, 0 to 1, in per cent. */
  public static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** A ratio with two digits after the point. */
  public static String ratio(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** Operations in a time, each second, rounded to three digits that count. */
  public static String rate(double perSecond) {
    if (perSecond <= 0) {
      return "0";
    }
    if (perSecond < 1000) {
      return digits(perSecond);
    }
    double scale = Math.pow(10, Math.floor(Math.log10(perSecond)) - 2);
    return count(Math.round(perSecond / scale) * Math.round(scale));
  }

  private static String digits(double value) {
    int after = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    return String.format(Locale.ROOT, "%." + after + "f", value);
  }
}
