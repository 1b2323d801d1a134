package io.sheaf.engine;

import io.sheaf.lsm.coding.TestSeed;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * {@linkplain CrashScenario Crashes} of the whole store.
 *
 * <p>{@code -Dsheaf.test.seed=N} replays the operations of one run ({@code -Dsheaf.test.crashes=N}
 * sets how many crashes are tried in all); which operation of the background meets which of the
 * writer's is left to the threads.
 */
class StoreCrashTest {
  private static final int CRASHES = Integer.getInteger("sheaf.test.crashes", 500);
  private static final int CRASHES_OF_RUN = 100;

  private int tried;

  @Test
  void holdsAPrefixOfTheWritesWithAllThatWasAcknowledged() {
    Long replay = Long.getLong("sheaf.test.seed");
    long first = TestSeed.next();
    System.out.println("crash test: " + CRASHES + " crashes, runs from -Dsheaf.test.seed=" + first);
    long seed = first;
    do {
      try {
        new CrashScenario(new Random(seed), CRASHES_OF_RUN, crash -> tried++).run();
      } catch (Exception | AssertionError e) {
        throw new AssertionError("replay with -Dsheaf.test.seed=" + seed, e);
      }
      seed++;
    } while (replay == null && tried < CRASHES);
  }
}
