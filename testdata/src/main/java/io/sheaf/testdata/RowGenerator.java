package io.sheaf.testdata;

/**
 * Yields rows of a {@link StandardWorkload} in order of time, without allocating.
 *
 * <p><em>Thread safety:</em> none; threads that share the work take a generator and a range each.
 */
public final class RowGenerator {
  private final StandardWorkload workload;
  private final long endRow;
  private long nextRow;

  RowGenerator(StandardWorkload workload, long beginRow, long endRow) {
    this.workload = workload;
    this.nextRow = beginRow;
    this.endRow = endRow;
  }

  /** Fills {@code row} with the next row; false, and {@code row} as it was, after the last. */
  public boolean next(Row row) {
    if (nextRow >= endRow) {
      return false;
    }
    workload.fill(nextRow, row);
    nextRow++;
    return true;
  }
}
