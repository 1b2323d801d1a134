package io.sheaf.cli.measure;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.testdata.Read;
import io.sheaf.testdata.ReadKind;
import io.sheaf.testdata.ReadPlan;
import io.sheaf.testdata.RowKey;
import io.sheaf.testdata.StandardWorkload;
import io.sheaf.testdata.UserRows;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store that errs must not pass. */
final class ReadCheckTest {
  private static final StandardWorkload WORKLOAD = new StandardWorkload(5_000, 20, 1);
  private static final UserRows USER_ROWS = new UserRows(WORKLOAD);

  private final ReadCheck check = new ReadCheck(WORKLOAD);

  @ParameterizedTest
  @EnumSource(
      value = ReadKind.class,
      names = {"LATEST", "CURSOR", "FULL"})
  void acceptsWhatWasWritten(ReadKind kind) throws CommandFailure {
    for (int i = 0; i < 20; i++) {
      Read read = new ReadPlan(WORKLOAD, 1).read(kind, i);
      check(read, rows(read));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ReadKind.class,
      names = {"LATEST", "CURSOR", "FULL"})
  void refusesWhatWasNot(ReadKind kind) {
    Read read = new ReadPlan(WORKLOAD, 1).read(kind, 0);
    List<Long> rows = rows(read);
    refuses(read, rows.subList(1, rows.size()), "wrong key");
    refuses(read, rows.subList(0, rows.size() - 1), "rows, but");
    List<Long> swapped = new ArrayList<>(rows);
    swapped.set(0, rows.get(1));
    refuses(read, swapped, "wrong key");
    List<Long> twice = new ArrayList<>(rows);
    twice.add(rows.getLast());
    refuses(read, twice, "more than");
  }

  @Test
  void refusesAWrongByte() {
    Read read = new ReadPlan(WORKLOAD, 1).read(ReadKind.LATEST, 0);
    long row = rows(read).getFirst();
    byte[] value = WORKLOAD.valueOf(row);
    value[value.length / 2] ^= 1;
    RowPage page = new RowPage();
    page.add(key(row), Slice.of(value));
    check.begin(read);
    CommandFailure failure = assertThrows(CommandFailure.class, () -> check.check(page));
    assertTrue(failure.toString().contains("wrong bytes"), failure.toString());
  }

  @Test
  void acceptsRowsThatCameMeanwhile() throws CommandFailure {
    Read read = new ReadPlan(WORKLOAD, 1).read(ReadKind.LATEST, 0);
    List<Long> rows = rows(read);
    check.begin(read, rows.get(1) + 1);
    checkRows(rows);
    check.begin(read, rows.get(1) + 1);
    checkRows(nextFifty(read, 1));
    check.begin(read, rows.get(1) + 1);
    CommandFailure failure =
        assertThrows(CommandFailure.class, () -> checkRows(nextFifty(read, 2)));
    assertTrue(failure.toString().contains("was there"), failure.toString());
  }

  @Test
  void acceptsNothingOnlyWhereNothingWasThere() throws CommandFailure {
    Read read = new ReadPlan(WORKLOAD, 1).read(ReadKind.LATEST, 0);
    int rank = WORKLOAD.rankOfUser(read.user());
    long oldest = USER_ROWS.newestRow(rank, USER_ROWS.count(rank) - 1);
    check.begin(read, oldest);
    check.end();
    check.begin(read, oldest + 1);
    assertThrows(CommandFailure.class, check::end);
  }

  @Test
  void knowsOfChanges() throws CommandFailure {
    Read read = new ReadPlan(WORKLOAD, 1).read(ReadKind.CURSOR, 0);
    List<Long> rows = rows(read);
    long deleted = rows.get(1);
    ReadCheck changed = new ReadCheck(WORKLOAD, USER_ROWS, new Deleted(deleted));
    changed.begin(read);
    CommandFailure failure = assertThrows(CommandFailure.class, () -> changed.check(page(rows)));
    assertTrue(failure.toString().contains("wrong key in row 1"), failure.toString());
    List<Long> rest = new ArrayList<>(rows);
    rest.remove(1);
    changed.begin(read);
    changed.check(page(rest.subList(0, 5)));
  }

  private record Deleted(long row) implements RowChanges {
    @Override
    public boolean isDeleted(long other) {
      return other == row;
    }

    @Override
    public @Nullable ByteBuffer newValue(long other) {
      return null;
    }
  }

  private List<Long> nextFifty(Read read, int from) {
    int rank = WORKLOAD.rankOfUser(read.user());
    List<Long> rows = new ArrayList<>();
    for (int i = from; i < USER_ROWS.count(rank) && rows.size() < read.limit(); i++) {
      rows.add(USER_ROWS.newestRow(rank, i));
    }
    return rows;
  }

  private static RowPage page(List<Long> rows) {
    RowPage page = new RowPage();
    rows.forEach(row -> page.add(key(row), Slice.of(WORKLOAD.valueOf(row))));
    return page;
  }

  private void refuses(Read read, List<Long> rows, String why) {
    CommandFailure failure = assertThrows(CommandFailure.class, () -> check(read, rows));
    assertTrue(failure.toString().contains(why), failure.toString());
  }

  private void check(Read read, List<Long> rows) throws CommandFailure {
    check.begin(read);
    checkRows(rows);
  }

  private void checkRows(List<Long> rows) throws CommandFailure {
    RowPage page = new RowPage();
    for (long row : rows) {
      Slice key = key(row);
      Slice value = Slice.of(WORKLOAD.valueOf(row));
      if (!page.hasRoom(key, value)) {
        check.check(page);
        page.clear();
      }
      page.add(key, value);
    }
    check.check(page);
    check.end();
  }

  private static List<Long> rows(Read read) {
    int rank = WORKLOAD.rankOfUser(read.user());
    List<Long> rows = new ArrayList<>();
    int count = USER_ROWS.expectedRows(read);
    boolean newestFirst = read.kind() == ReadKind.LATEST;
    int oldest = USER_ROWS.countFrom(rank, read.id()) - 1;
    for (int i = 0; i < count; i++) {
      rows.add(USER_ROWS.newestRow(rank, newestFirst ? i : oldest - i));
    }
    return rows;
  }

  private static Slice key(long row) {
    byte[] key = new byte[RowKey.BYTES];
    RowKey.write(WORKLOAD.userOfRank(WORKLOAD.rankOfRow(row)), WORKLOAD.idOfRow(row), key, 0);
    return Slice.of(key);
  }
}
