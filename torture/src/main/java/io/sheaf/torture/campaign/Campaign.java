package io.sheaf.torture.campaign;

import java.util.Optional;

/**
 * One kind of fault, tried again and again on stores whose whole life is drawn by a seed.
 *
 * <p><b>Thread safety.</b> One run at a time.
 */
public interface Campaign {
  /**
   * How often the fault is tried.
   *
   * @param unit what is counted, in the plural
   * @param usual so often where nothing is said, and whenever a change is tested
   * @param full so often before a release
   */
  record Counts(String unit, long usual, long full) {}

  /** Its name on the command line. */
  String name();

  /** The fault and what must hold after it, in a line. */
  String description();

  /** How often the fault is tried. */
  Counts counts();

  /** This campaign for who wants {@code count}, where a run depends on that. */
  default Campaign lasting(long count) {
    return this;
  }

  /** After so many findings it ends early: more of the same fault tell nobody more. */
  default long mostFindings() {
    return 10;
  }

  /** Why it cannot be done on this machine, and how it could; empty where it can. */
  default Optional<String> obstacle() {
    return Optional.empty();
  }

  /**
   * Tries the fault once or several times, on one store or a few, all drawn by {@code seed}.
   *
   * @throws AssertionError when something does not hold that must
   * @throws Exception when the store throws what it should not
   */
  void run(long seed, Tally tally) throws Exception;
}
