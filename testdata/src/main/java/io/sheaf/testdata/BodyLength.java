package io.sheaf.testdata;

/**
 * The length of a message's body in bytes, log-normal: median 220, sigma 0.9, from 2 to 16,384.
 *
 * <p>The quantiles are tabulated, so that a draw is one look-up; the uppermost of 65,536 has a
 * table of its own, so that the longest messages are there too.
 *
 * <p><em>Thread safety:</em> immutable after class initialization.
 */
final class BodyLength {
  static final int MEDIAN_BYTES = 220;
  static final double SIGMA = 0.9;
  static final int MIN_BYTES = 2;
  static final int MAX_BYTES = 16 * 1024;

  private static final int QUANTILES = 1 << 16;
  private static final int TAIL_QUANTILES = 1 << 8;
  private static final char[] LENGTHS = new char[QUANTILES];
  private static final char[] TAIL_LENGTHS = new char[TAIL_QUANTILES];

  static {
    NormalWalk walk = new NormalWalk();
    for (int i = TAIL_QUANTILES - 1; i >= 0; i--) {
      TAIL_LENGTHS[i] = walk.lengthAbove((TAIL_QUANTILES - i - 0.5) / TAIL_QUANTILES / QUANTILES);
    }
    for (int i = QUANTILES - 1; i >= 0; i--) {
      LENGTHS[i] = walk.lengthAbove((QUANTILES - i - 0.5) / QUANTILES);
    }
  }

  private BodyLength() {}

  /** A length from the lower 24 bits of {@code random}. */
  static int draw(long random) {
    int quantile = (int) random & (QUANTILES - 1);
    return quantile < QUANTILES - 1
        ? LENGTHS[quantile]
        : TAIL_LENGTHS[(int) (random >>> 16) & (TAIL_QUANTILES - 1)];
  }

  /** Integrates the normal density downwards from 8 deviations, and stops where it is asked to. */
  private static final class NormalWalk {
    private static final double STEP = 1.0 / 8192;
    private static final double DENSITY_AT_MEDIAN = 1 / StrictMath.sqrt(2 * StrictMath.PI);

    private double deviations = 8;
    private double above;

    /** The length that a share {@code probability} of all lengths exceeds; must not shrink. */
    char lengthAbove(double probability) {
      while (above < probability && deviations > -8) {
        double middle = deviations - STEP / 2;
        above += STEP * DENSITY_AT_MEDIAN * StrictMath.exp(-middle * middle / 2);
        deviations -= STEP;
      }
      double length = MEDIAN_BYTES * StrictMath.exp(SIGMA * deviations);
      return (char) Math.clamp(Math.round(length), MIN_BYTES, MAX_BYTES);
    }
  }
}
