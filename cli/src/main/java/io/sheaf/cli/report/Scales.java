package io.sheaf.cli.report;

/** Round ends of axes. */
public final class Scales {
  private static final double[] STEPS = {1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10};

  private Scales() {}

  /** The next number not below {@code value} whose quarters are short. */
  public static double roundUp(double value) {
    if (value <= 0) {
      return 0;
    }
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    for (double step : STEPS) {
      if (step * power >= value) {
        return step * power;
      }
    }
    return 10 * power;
  }
}
