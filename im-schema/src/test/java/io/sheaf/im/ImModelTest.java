package io.sheaf.im;

import io.sheaf.lsm.coding.TestSeed;
import org.junit.jupiter.api.Test;

/**
 * Random calls to an IM store and to a model of it in plain collections, with crashes between and
 * inside of calls: killed processes and power cuts.
 *
 * <p>{@code -Dsheaf.test.seed=N} replays one run; {@code -Dsheaf.test.im.runs=N} sets how many
 * there are.
 */
final class ImModelTest {
  private static final int RUNS = Integer.getInteger("sheaf.test.im.runs", 500);
  private static final int CALLS = 30;

  @Test
  void isWhatTheModelIs() {
    Long replay = Long.getLong("sheaf.test.seed");
    long first = TestSeed.next();
    System.out.println("IM model test: " + RUNS + " runs from -Dsheaf.test.seed=" + first);
    for (int i = 0; i < (replay != null ? 1 : RUNS); i++) {
      long seed = first + i;
      try (ImModelRun run = new ImModelRun(seed)) {
        run.run(CALLS);
      } catch (Exception | AssertionError e) {
        throw new AssertionError("replay with -Dsheaf.test.seed=" + seed, e);
      }
    }
  }
}
