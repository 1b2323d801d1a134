package io.sheaf.testdata;

/** The ways in which a benchmark reads the {@link StandardWorkload}. */
public enum ReadKind {
  /** The newest 50 rows of a user drawn evenly, newest first; in a sparse workload maybe none. */
  LATEST,
  /** The newest 50 rows of one of the hot users, newest first. */
  HOT_LATEST,
  /** Up to 100 rows of one user onward from a row drawn evenly. */
  CURSOR,
  /** All the rows of one of the hot users. */
  FULL,
  /** One row, drawn evenly. */
  GET,
  /** A key that is not there: every other time of a user that is not there either. */
  MISS
}
