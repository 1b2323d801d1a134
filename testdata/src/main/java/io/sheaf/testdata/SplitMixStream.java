package io.sheaf.testdata;

/**
 * Draws one number after the other, the same ones on every machine and every JDK.
 *
 * <p><em>Thread safety:</em> none.
 */
final class SplitMixStream {
  private final long seed;
  private long index;

  SplitMixStream(long seed) {
    this.seed = seed;
  }

  /** A number from 0 to {@code bound} - 1. */
  int below(int bound) {
    return SplitMix.below(SplitMix.at(seed, index++), bound);
  }
}
