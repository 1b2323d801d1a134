package io.sheaf.cli.measure;

import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;

/**
 * How much of what was written went to value files.
 *
 * @param rows number of rows
 * @param separatedRows those of them whose values went to value files
 * @param valueBytes bytes of their values before compression
 * @param separatedBytes those of them that went to value files
 */
public record Separation(long rows, long separatedRows, long valueBytes, long separatedBytes) {
  /** At the minor compactions of an open store. */
  public static Separation atMinorCompactions(Statistics statistics) {
    return new Separation(
        statistics.get(Counter.FLUSH_ROWS),
        statistics.get(Counter.FLUSH_SEPARATED_ROWS),
        statistics.get(Counter.FLUSH_RAW_VALUE_BYTES),
        statistics.get(Counter.FLUSH_RAW_SEPARATED_BYTES));
  }

  /** Share of the rows, 0 to 1. */
  public double rowShare() {
    return rows == 0 ? 0 : (double) separatedRows / rows;
  }

  /** Share of the bytes, 0 to 1. */
  public double byteShare() {
    return valueBytes == 0 ? 0 : (double) separatedBytes / valueBytes;
  }

  /** This and {@code other} together. */
  public Separation plus(Separation other) {
    return new Separation(
        rows + other.rows,
        separatedRows + other.separatedRows,
        valueBytes + other.valueBytes,
        separatedBytes + other.separatedBytes);
  }
}
