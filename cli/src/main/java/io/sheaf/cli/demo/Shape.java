package io.sheaf.cli.demo;

import java.util.Locale;

/** How many rows a user has in the standard workload. */
public enum Shape {
  /** Busy users: 500 rows each. */
  DENSE(500),
  /** Quiet users: 10 rows each. */
  SPARSE(10);

  private static final int FEWEST_USERS = 20;

  private final int rowsPerUser;

  Shape(int rowsPerUser) {
    this.rowsPerUser = rowsPerUser;
  }

  /** The number of users that {@code rows} rows of this shape have. */
  public int users(long rows) {
    return (int) Math.max(FEWEST_USERS, rows / rowsPerUser);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
