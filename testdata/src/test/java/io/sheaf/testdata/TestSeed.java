package io.sheaf.testdata;

import java.util.SplittableRandom;

/** A new seed for each run of a random test, printed, so that a failure can be replayed. */
final class TestSeed {
  private static final String PROPERTY = "sheaf.test.seed";

  private TestSeed() {}

  static long next() {
    long seed = Long.getLong(PROPERTY, new SplittableRandom().nextLong());
    System.out.println("replay with -D" + PROPERTY + "=" + seed);
    return seed;
  }
}
