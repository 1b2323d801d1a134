package io.sheaf.cli.demo;

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
final class ReadCheck {
  private final StandardWorkload workload;
  private final UserRows userRows;
  private final RowVerifier verifier;
  private Read read = new Read(ReadKind.LATEST, 0, 0, 0);
  private int rank;
  private int expected;
  private int seen;

  ReadCheck(StandardWorkload workload) {
    this.workload = workload;
    this.userRows = new UserRows(workload);
    this.verifier = workload.verifier();
  }

  /** The rows of this read come next. */
  void begin(Read nextRead) {
    read = nextRead;
    rank = workload.rankOfUser(read.user());
    expected = userRows.expectedRows(read);
    seen = 0;
  }

  /** The next rows of the read. */
  void check(RowPage page) throws CommandFailure {
    for (int i = 0; i < page.size(); i++) {
      check(page.key(i), page.value(i));
    }
  }

  /** The read has no more rows. */
  void end() throws CommandFailure {
    if (seen != expected) {
      throw failure("returned " + seen + " rows, but " + expected + " were written");
    }
  }

  private void check(ByteBuffer key, ByteBuffer value) throws CommandFailure {
    if (seen == expected) {
      throw failure("returned more than the " + expected + " rows that were written");
    }
    long id = userRows.newestId(rank, backOf(seen));
    boolean right =
        key.remaining() == RowKey.BYTES
            && key.getLong(key.position()) == read.user()
            && key.getLong(key.position() + RowKey.PREFIX_BYTES) == id;
    if (!right) {
      throw failure("has a wrong key in row " + seen + ", where id " + id + " should be");
    }
    if (!verifier.matches(read.user(), id, value)) {
      throw failure("has wrong bytes in row " + seen + ", id " + id);
    }
    seen++;
  }

  /** How many rows of the user are newer than the read's row {@code index}. */
  private int backOf(int index) {
    return switch (read.kind()) {
      case LATEST, HOT_LATEST -> index;
      case CURSOR, FULL, GET, MISS -> userRows.countFrom(rank, read.id()) - 1 - index;
    };
  }

  private CommandFailure failure(String what) {
    return new CommandFailure(
        "WRONG DATA: the read " + read.kind() + " of user " + read.user() + " " + what);
  }
}
