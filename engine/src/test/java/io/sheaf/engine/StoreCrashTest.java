package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.io.CrashFileSystem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/**
 * Crashes of the whole store, at random operations on its files: power cuts that lose a random part
 * of what was not synced, and killed processes. What is left must open and hold a prefix of the
 * batches, each whole over both tables, with every one that was acknowledged under a durability
 * that outlives the crash; and the store must go on from there, through further crashes, those
 * during its recovery among them.
 *
 * <p>{@code -Dsheaf.test.seed=N} replays the operations of one run ({@code -Dsheaf.test.crashes=N}
 * sets how many crashes are tried in all); which operation of the background meets which of the
 * writer's is left to the threads.
 */
class StoreCrashTest {
  private static final int CRASHES = Integer.getInteger("sheaf.test.crashes", 500);
  private static final int CRASHES_OF_RUN = 100;
  private static final int STEPS = 150;
  private static final int EVERY = 10;
  private static final int EVERY_OF_RECOVERY = 3;
  private static final int DEEPEST = 3;

  private int tried;

  @Test
  void holdsAPrefixOfTheWritesWithAllThatWasAcknowledged() {
    Long replay = Long.getLong("sheaf.test.seed");
    long first = replay != null ? replay : ThreadLocalRandom.current().nextLong();
    System.out.println("crash test: " + CRASHES + " crashes, runs from -Dsheaf.test.seed=" + first);
    long seed = first;
    do {
      try {
        oneRun(new Random(seed));
      } catch (Exception | AssertionError e) {
        throw new AssertionError("replay with -Dsheaf.test.seed=" + seed, e);
      }
      seed++;
    } while (replay == null && tried < CRASHES);
  }

  private void oneRun(Random random) throws Exception {
    CrashRun.Clone empty =
        new CrashRun.Clone(new CrashFileSystem(), new BatchHistory(), 0, 0, "nothing");
    CrashRun run = new CrashRun(empty, random, EVERY);
    try (run) {
      run.open();
      run.run(STEPS);
    }
    List<CrashRun.Clone> clones = run.clones();
    assertTrue(clones.size() > STEPS / EVERY, () -> "only " + clones.size() + " crashes");
    for (CrashRun.Clone clone : sample(clones, CRASHES_OF_RUN, random)) {
      recover(clone, 1, random);
    }
  }

  private void recover(CrashRun.Clone clone, int depth, Random random) throws Exception {
    tried++;
    CrashRun run = new CrashRun(clone, random, EVERY_OF_RECOVERY);
    try (run) {
      run.open();
      if (depth < DEEPEST && random.nextInt(3) == 0) {
        run.run(random.nextInt(30));
      }
    } catch (Exception | AssertionError e) {
      throw new AssertionError("after a " + clone.when(), e);
    }
    if (depth < DEEPEST) {
      for (CrashRun.Clone next : sample(run.clones(), 1, random)) {
        recover(next, depth + 1, random);
      }
    }
  }

  private static List<CrashRun.Clone> sample(
      List<CrashRun.Clone> clones, int count, Random random) {
    List<CrashRun.Clone> shuffled = new ArrayList<>(clones);
    Collections.shuffle(shuffled, random);
    return shuffled.subList(0, Math.min(count, shuffled.size()));
  }
}
