package io.sheaf.bench.result;

/**
 * Where a worker of the race tells what it measured, while it goes on.
 *
 * <p><em>Thread safety:</em> safe for any number of threads.
 */
public interface Output {
  /** {@code done} of {@code total} units of a phase are done. */
  void progress(String phase, long done, long total, String unit);

  /** One figure of a phase. */
  void result(String phase, String metric, String unit, boolean higherIsBetter, double value);

  /**
   * The distribution of a figure.
   *
   * @param percentiles 0 to 100, rising
   * @param values the figure at each of them
   */
  void curve(String phase, String name, String unit, double[] percentiles, double[] values);

  /** What a reader of the figures must know. */
  void note(String text);

  /** A wrong or missing row, or an error of the engine: the run counts for nothing. */
  void failure(String phase, String text);
}
