package io.sheaf.testdata;

import java.util.Arrays;
import java.util.Objects;

/**
 * The messages that every benchmark and long test of the store writes and reads: rows in order of
 * time over many users, of whom 6 % write half. Each row is a pure function of the seed and its
 * number, so that a reader can check any row by its key alone, and write and read in any order.
 *
 * <p>The same seed gives the same bytes on every machine. {@link RowKey} says what the keys are;
 * the values are JSON, 410 bytes on average and 16.5 KB at most.
 *
 * <p><em>Thread safety:</em> immutable. It holds 4 MB of text.
 */
public final class StandardWorkload {
  /** The number of rows of {@link #dense} and {@link #sparse}. */
  public static final long STANDARD_ROWS = 10_000_000;

  private final long rows;
  private final long seed;
  private final UserShares shares;
  private final MessageFormat format;
  private final long userSeed;
  private final long idSeed;
  private final long contentSeed;

  /**
   * A workload of a shape of its own.
   *
   * @param rows from 0 to 100 billion
   * @param users at least 20
   * @throws IllegalArgumentException if one of them is out of its range
   */
  public StandardWorkload(long rows, int users, long seed) {
    this(rows, users, seed, new MessageFormat(new MessageText(SplitMix.at(seed, 0))));
  }

  private StandardWorkload(long rows, int users, long seed, MessageFormat format) {
    if (rows < 0 || rows > MessageId.MAX_ROWS) {
      throw new IllegalArgumentException(
          "rows is " + rows + ": give a number from 0 to " + MessageId.MAX_ROWS);
    }
    this.rows = rows;
    this.seed = seed;
    this.format = format;
    this.shares = new UserShares(users, SplitMix.at(seed, 1));
    this.userSeed = SplitMix.at(seed, 2);
    this.idSeed = SplitMix.at(seed, 3);
    this.contentSeed = SplitMix.at(seed, 4);
  }

  /** Busy users: 10 million rows of 20,000 users, 500 rows a user on average. */
  public static StandardWorkload dense(long seed) {
    return new StandardWorkload(STANDARD_ROWS, 20_000, seed);
  }

  /** Quiet users: 10 million rows of 1,000,000 users, 10 rows a user on average. */
  public static StandardWorkload sparse(long seed) {
    return new StandardWorkload(STANDARD_ROWS, 1_000_000, seed);
  }

  /** The same rows, fewer or more of them: the shorter workload is the beginning of the longer. */
  public StandardWorkload withRows(long newRows) {
    return new StandardWorkload(newRows, users(), seed, format);
  }

  /** The number of rows. */
  public long rows() {
    return rows;
  }

  /** The number of users; in a sparse workload some of them have no row. */
  public int users() {
    return shares.users();
  }

  /** The number of users that write half of the rows: their ranks are the lowest. */
  public int hotUsers() {
    return shares.hotUsers();
  }

  /** What all the rows are drawn from. */
  public long seed() {
    return seed;
  }

  /** A generator of all the rows. */
  public RowGenerator generator() {
    return generator(0, rows);
  }

  /**
   * A generator of the rows numbered from {@code beginRow} to before {@code endRow}.
   *
   * @throws IndexOutOfBoundsException if the workload has not all of these rows
   */
  public RowGenerator generator(long beginRow, long endRow) {
    Objects.checkFromToIndex(beginRow, endRow, rows);
    return new RowGenerator(this, beginRow, endRow);
  }

  /** A verifier of rows that were read, for one thread. */
  public RowVerifier verifier() {
    return new RowVerifier(this);
  }

  /**
   * The user id of a rank; ranks count from 0, the busiest users first.
   *
   * @param rank from {@link #users} on it gives the ids of users that do not exist
   */
  public long userOfRank(long rank) {
    return shares.userOfRank(rank);
  }

  /** The rank of a user; -1 where there is no such user. */
  public int rankOfUser(long user) {
    long rank = shares.rankOfUser(user);
    return rank >= 0 && rank < users() ? (int) rank : -1;
  }

  /** The rank of the user of a row. */
  public int rankOfRow(long row) {
    return shares.rankOf(SplitMix.at(userSeed, row));
  }

  /** The message id of a row. */
  public long idOfRow(long row) {
    return MessageId.of(row, SplitMix.at(idSeed, row));
  }

  /** The number of the row of this user and message id; -1 where there is none. */
  public long rowOf(long user, long id) {
    long row = MessageId.rowOf(id);
    boolean exists =
        row >= 0 && row < rows && idOfRow(row) == id && userOfRank(rankOfRow(row)) == user;
    return exists ? row : -1;
  }

  /** The value of a row, in an array of its own. */
  public byte[] valueOf(long row) {
    Objects.checkIndex(row, rows);
    Row filled = new Row();
    fill(row, filled);
    return Arrays.copyOf(filled.value(), filled.valueLength());
  }

  void fill(long number, Row row) {
    long user = shares.userOfRank(rankOfRow(number));
    row.fill(number, user, idOfRow(number), SplitMix.at(contentSeed, number), format);
  }
}
