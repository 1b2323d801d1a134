package io.sheaf.torture.plan;

/**
 * Something that must hold and did not.
 *
 * @param seed of the run that shows it
 */
public record Finding(String campaign, long seed, Throwable cause) {
  /** The command that shows it again. */
  public String replay() {
    return "./sheaf torture " + campaign + " --seed " + seed + " --count 1";
  }
}
