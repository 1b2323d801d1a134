package io.sheaf.cli.measure;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.testdata.Read;
import io.sheaf.testdata.ReadKind;
import io.sheaf.testdata.RowKey;
import io.sheaf.testdata.RowVerifier;
import io.sheaf.testdata.StandardWorkload;
import io.sheaf.testdata.UserRows;
import java.nio.ByteBuffer;

/**
 * Compares what reads return with what the generator made: each row in its place, byte for byte,
 * none missing and none too many.
 *
 * <p><em>Thread safety:</em> none.
 */
public final class ReadCheck {
  private static final long ALL_ROWS = Long.MAX_VALUE;

  private final StandardWorkload workload;
  private final UserRows userRows;
  private final RowChanges changes;
  private final RowVerifier verifier;
  private Read read = new Read(ReadKind.LATEST, 0, 0, 0);
  private long acknowledgedRows;
  private int rank;
  private int limit;

  /** How many rows of the user are newer than the next one that the read must return. */
  private int back;

  private int step;
  private int seen;

  /** A check of reads of all that the workload has written. */
  public ReadCheck(StandardWorkload workload) {
    this(workload, new UserRows(workload), RowChanges.NONE);
  }

  /**
   * A check of reads of what the workload has written and what has become of it since.
   *
   * @param userRows of this workload
   */
  public ReadCheck(StandardWorkload workload, UserRows userRows, RowChanges changes) {
    this.workload = workload;
    this.userRows = userRows;
    this.changes = changes;
    this.verifier = workload.verifier();
  }

  /** The rows of this read come next. */
  public void begin(Read nextRead) {
    begin(nextRead, ALL_ROWS);
  }

  /**
   * The rows of this read come next; it goes backwards from the newest row, while the workload is
   * still being written.
   *
   * @param acknowledged so many rows were there for certain when it began
   */
  public void begin(Read nextRead, long acknowledged) {
    read = nextRead;
    acknowledgedRows = acknowledged;
    rank = workload.rankOfUser(read.user());
    limit = rank < 0 ? 0 : read.limit();
    seen = 0;
    switch (read.kind()) {
      case LATEST, HOT_LATEST -> {
        back = 0;
        step = 1;
      }
      case GET, MISS -> {
        long row = workload.rowOf(read.user(), read.id());
        limit = row < 0 || changes.isDeleted(row) ? 0 : Math.min(1, limit);
        beginOnward();
      }
      case CURSOR, FULL -> beginOnward();
    }
  }

  private void beginOnward() {
    back = rank < 0 ? -1 : userRows.countFrom(rank, read.id()) - 1;
    step = -1;
  }

  /** The next rows of the read. */
  public void check(RowPage page) throws CommandFailure {
    check(page, 0, page.size());
  }

  /** The next rows of the read: those in the page from {@code from} to before {@code to}. */
  public void check(RowPage page, int from, int to) throws CommandFailure {
    for (int i = from; i < to; i++) {
      check(page.key(i), page.value(i));
    }
  }

  /** The read has no more rows. */
  public void end() throws CommandFailure {
    boolean missesRow = (isGrowing() && seen == 0) ? missesAcknowledgedRow() : toNextRow();
    if (missesRow) {
      throw failure(
          "returned "
              + seen
              + " rows, but "
              + (isGrowing() ? "more" : userRows.expectedRows(read))
              + " were written, id "
              + userRows.newestId(rank, back)
              + " next");
    }
  }

  private void check(ByteBuffer key, ByteBuffer value) throws CommandFailure {
    if (isGrowing() && seen == 0 && limit > 0) {
      beginWhereReturned(key);
    }
    if (!toNextRow()) {
      throw failure("returned more than the " + seen + " rows that were written");
    }
    long row = userRows.newestRow(rank, back);
    long id = workload.idOfRow(row);
    boolean right =
        key.remaining() == RowKey.BYTES
            && key.getLong(key.position()) == read.user()
            && key.getLong(key.position() + RowKey.PREFIX_BYTES) == id;
    if (!right) {
      throw failure("has a wrong key in row " + seen + ", where id " + id + " should be");
    }
    ByteBuffer newValue = changes.newValue(row);
    boolean same =
        newValue == null ? verifier.matches(read.user(), id, value) : newValue.equals(value);
    if (!same) {
      throw failure("has wrong bytes in row " + seen + ", id " + id);
    }
    seen++;
    back += step;
  }

  /** Goes to the next row that must be returned; false where there is none. */
  private boolean toNextRow() {
    if (seen >= limit) {
      return false;
    }
    while (back >= 0 && back < userRows.count(rank)) {
      if (!changes.isDeleted(userRows.newestRow(rank, back))) {
        return true;
      }
      back += step;
    }
    return false;
  }

  private boolean isGrowing() {
    return acknowledgedRows != ALL_ROWS;
  }

  /** A row that was written while the read began may be returned or not. */
  private void beginWhereReturned(ByteBuffer key) throws CommandFailure {
    boolean ours = key.remaining() == RowKey.BYTES && key.getLong(key.position()) == read.user();
    long id = ours ? key.getLong(key.position() + RowKey.PREFIX_BYTES) : 0;
    if (!ours || workload.rowOf(read.user(), id) < 0) {
      throw failure("has a wrong key in row 0");
    }
    back = userRows.countFrom(rank, id) - 1;
    if (back > 0 && userRows.newestRow(rank, back - 1) < acknowledgedRows) {
      throw failure(
          "begins with id " + id + ", but id " + userRows.newestId(rank, back - 1) + " was there");
    }
  }

  private boolean missesAcknowledgedRow() {
    if (limit == 0 || userRows.count(rank) == 0) {
      return false;
    }
    back = userRows.count(rank) - 1;
    return userRows.newestRow(rank, back) < acknowledgedRows;
  }

  private CommandFailure failure(String what) {
    return new CommandFailure(
        "WRONG DATA: the read " + read.kind() + " of user " + read.user() + " " + what);
  }
}
