package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.io.FileSystem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The life of one store, and what becomes of it after crashes at random operations on its files:
 * power cuts that lose a random part of what was not synced, and killed processes. What is left
 * must open and hold a prefix of the batches, each whole over both tables, with every one that was
 * acknowledged under a durability that outlives the crash; and the store must go on from there,
 * through further crashes, those during its recovery among them. In every other scenario logs are
 * kept, and must show all that was written in its order.
 *
 * <p><b>Thread safety.</b> None.
 */
public final class CrashScenario {
  private static final int STEPS = 150;
  private static final int EVERY = 10;
  private static final int EVERY_OF_RECOVERY = 3;
  private static final int DEEPEST = 3;

  private final Random random;
  private final int crashes;
  private final UnaryOperator<FileSystem> door;
  private final Consumer<CrashRun.Clone> survived;

  /**
   * A scenario that is drawn by {@code random}.
   *
   * @param crashes how many of those of the first life are tried at most
   * @param survived is told of each crash whose outcome was right
   */
  public CrashScenario(Random random, int crashes, Consumer<CrashRun.Clone> survived) {
    this(random, crashes, disk -> disk, survived);
  }

  /**
   * The same behind a door.
   *
   * @param door what the store sees of a disk
   */
  public CrashScenario(
      Random random,
      int crashes,
      UnaryOperator<FileSystem> door,
      Consumer<CrashRun.Clone> survived) {
    this.random = random;
    this.crashes = crashes;
    this.door = door;
    this.survived = survived;
  }

  /** Lives, and tries the crashes. */
  public void run() throws Exception {
    CrashRun run = new CrashRun(CrashRun.Clone.nothing(random.nextBoolean()), random, EVERY, door);
    try (run) {
      run.open();
      run.run(STEPS);
    }
    List<CrashRun.Clone> clones = run.clones();
    assertTrue(clones.size() > STEPS / EVERY, () -> "only " + clones.size() + " crashes");
    for (CrashRun.Clone clone : sample(clones, crashes)) {
      recover(clone, 1);
    }
  }

  private void recover(CrashRun.Clone clone, int depth) throws Exception {
    CrashRun run = new CrashRun(clone, random, EVERY_OF_RECOVERY, door);
    try (run) {
      run.open();
      run.checkCheckpoints();
      if (depth < DEEPEST && random.nextInt(3) == 0) {
        run.run(random.nextInt(30));
      }
    } catch (Exception | AssertionError e) {
      throw new AssertionError("after a " + clone.when() + ": " + e.getMessage(), e);
    }
    survived.accept(clone);
    if (depth < DEEPEST) {
      for (CrashRun.Clone next : sample(run.clones(), 1)) {
        recover(next, depth + 1);
      }
    }
  }

  private List<CrashRun.Clone> sample(List<CrashRun.Clone> clones, int count) {
    List<CrashRun.Clone> shuffled = new ArrayList<>(clones);
    Collections.shuffle(shuffled, random);
    return shuffled.subList(0, Math.min(count, shuffled.size()));
  }
}
