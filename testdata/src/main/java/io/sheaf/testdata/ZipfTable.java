package io.sheaf.testdata;

/**
 * Draws ranks as often as the words of those ranks come in talk: rank n, from 1, with a frequency
 * in proportion to 1 / (n + 2.7)^1.1.
 *
 * <p><em>Thread safety:</em> immutable.
 *
 * <p><em>Source:</em> Zipf's law with the correction and the constant of Mandelbrot, "An
 * Informational Theory of the Statistical Structure of Language", 1953.
 */
final class ZipfTable {
  private static final double EXPONENT = 1.1;
  private static final double SHIFT = 2.7;
  private static final int PLACES = 1 << 16;

  private final char[] rankAtPlace = new char[PLACES];

  /** A table of the ranks from 0 to {@code ranks} - 1. */
  ZipfTable(int ranks) {
    double sum = 0;
    for (int rank = 0; rank < ranks; rank++) {
      sum += weight(rank);
    }
    double filled = 0;
    int place = 0;
    for (int rank = 0; rank < ranks; rank++) {
      filled += weight(rank) / sum;
      long end = rank == ranks - 1 ? PLACES : Math.min(PLACES, Math.round(filled * PLACES));
      while (place < end) {
        rankAtPlace[place++] = (char) rank;
      }
    }
  }

  int draw(SplitMixStream random) {
    return rankAtPlace[random.below(PLACES)];
  }

  private static double weight(int rank) {
    return StrictMath.pow(rank + 1 + SHIFT, -EXPONENT);
  }
}
