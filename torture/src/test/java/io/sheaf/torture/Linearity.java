package io.sheaf.torture;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;

/**
 * How hard Lincheck tries: a little with every change, {@code -Dsheaf.test.linear=N} times as many
 * scenarios before a release.
 *
 * <p>Lincheck draws operations for some threads, runs them, and looks for an order one behind the
 * other that explains all results. {@link #stress} runs them on the machine's own threads, which
 * also tries its memory model; {@link #modelChecking} tries interleavings of its own, one after the
 * other, and can print the one that is wrong, but sees only what is instrumented: no memory off the
 * heap.
 */
public final class Linearity {
  private static final int TIMES = Integer.getInteger("sheaf.test.linear", 1);
  private static final int SCENARIOS = 2;

  private Linearity() {}

  /**
   * On real threads.
   *
   * @param runs how often each scenario is run
   */
  public static StressOptions stress(int runs) {
    return new StressOptions()
        .iterations(SCENARIOS * TIMES)
        .invocationsPerIteration(runs)
        .threads(3)
        .actorsPerThread(3)
        .actorsBefore(2)
        .actorsAfter(1)
        .minimizeFailedScenario(false);
  }

  /**
   * On threads that are switched by a plan.
   *
   * @param runs how many interleavings of each scenario are tried
   */
  public static ModelCheckingOptions modelChecking(int runs) {
    return new ModelCheckingOptions()
        .iterations(TIMES)
        .invocationsPerIteration(runs)
        .threads(2)
        .actorsPerThread(3)
        .actorsBefore(1)
        .actorsAfter(1)
        .minimizeFailedScenario(false);
  }
}
