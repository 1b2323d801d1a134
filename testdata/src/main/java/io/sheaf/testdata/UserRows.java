package io.sheaf.testdata;

import java.util.Arrays;

/**
 * Which rows each user has: what a read must return can be told without having stored a value. It
 * is built by drawing the users of all rows again, in about a second for ten million.
 *
 * <p>Users are named by their ranks, from 0.
 *
 * <p><em>Thread safety:</em> immutable.
 *
 * <p><em>Memory:</em> 4 bytes a row and 4 a user: 44 MB for {@link StandardWorkload#sparse}.
 */
public final class UserRows {
  private final StandardWorkload workload;

  /** Row numbers, those of a user together and rising. */
  private final int[] rows;

  /** The first place in {@link #rows} of each user, and the end of the last. */
  private final int[] begins;

  /**
   * Counts and sorts the rows of a workload.
   *
   * @throws IllegalArgumentException if the workload has more than a billion rows
   */
  public UserRows(StandardWorkload workload) {
    if (workload.rows() > 1_000_000_000) {
      throw new IllegalArgumentException(
          "the workload has " + workload.rows() + " rows: give one of at most 1000000000");
    }
    this.workload = workload;
    this.rows = new int[(int) workload.rows()];
    this.begins = new int[workload.users() + 1];
    for (int row = 0; row < rows.length; row++) {
      begins[workload.rankOfRow(row)]++;
    }
    int end = 0;
    for (int rank = 0; rank < begins.length; rank++) {
      end += begins[rank];
      begins[rank] = end;
    }
    for (int row = rows.length - 1; row >= 0; row--) {
      rows[--begins[workload.rankOfRow(row)]] = row;
    }
  }

  /** The number of rows of a user. */
  public int count(int rank) {
    return begins[rank + 1] - begins[rank];
  }

  /** The number of rows of a user whose ids are {@code id} or higher. */
  public int countFrom(int rank, long id) {
    long row = MessageId.rowOf(id);
    if (row < 0) {
      return count(rank);
    }
    if (row >= rows.length) {
      return 0;
    }
    int end = begins[rank + 1];
    int found = Arrays.binarySearch(rows, begins[rank], end, (int) row);
    if (found < 0) {
      return end + found + 1;
    }
    return workload.idOfRow(row) < id ? end - found - 1 : end - found;
  }

  /**
   * The row number of a user's newest row but {@code back}.
   *
   * @param back 0 for the newest, to {@link #count} - 1 for the oldest
   * @throws IndexOutOfBoundsException if the user has not so many rows
   */
  public long newestRow(int rank, int back) {
    if (back < 0 || back >= count(rank)) {
      throw new IndexOutOfBoundsException(
          "back is " + back + ", but the user of rank " + rank + " has " + count(rank) + " rows");
    }
    return rows[begins[rank + 1] - 1 - back];
  }

  /** The message id of {@link #newestRow}. */
  public long newestId(int rank, int back) {
    return workload.idOfRow(newestRow(rank, back));
  }

  /** How many rows a read must return. */
  public int expectedRows(Read read) {
    int rank = workload.rankOfUser(read.user());
    if (rank < 0) {
      return 0;
    }
    return switch (read.kind()) {
      case LATEST, HOT_LATEST -> Math.min(read.limit(), count(rank));
      case CURSOR, FULL -> Math.min(read.limit(), countFrom(rank, read.id()));
      case GET, MISS -> workload.rowOf(read.user(), read.id()) < 0 ? 0 : 1;
    };
  }
}
