package io.sheaf.im.limit;

/**
 * How fast somebody may send.
 *
 * @param perSecond messages a second in the long run
 * @param burst messages at once after a rest
 */
public record Rate(double perSecond, double burst) {
  /** As fast as one likes. */
  public static final Rate UNLIMITED = new Rate(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

  /** Checks both. */
  public Rate {
    if (!(perSecond > 0) || !(burst >= 1)) {
      throw new IllegalArgumentException(
          "a rate is above 0 a second with a burst of 1 or more, not "
              + perSecond
              + " with "
              + burst);
    }
  }

  /** Whether it is none. */
  public boolean isUnlimited() {
    return Double.isInfinite(perSecond);
  }
}
