package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.BatchHistory.Logged;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.ChangeTail;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.wal.SequenceNotKeptException;
import java.io.IOException;
import java.util.List;

/**
 * Compares what a tail of a store shows with the history of what was written.
 *
 * <p><b>Thread safety.</b> None; nobody writes meanwhile.
 */
final class FollowedLog implements WriteBatch.Visitor {
  private final Table[] tables;
  private final List<Logged> expected;
  private long next;

  private FollowedLog(Table[] tables, BatchHistory history) {
    this.tables = tables;
    this.expected = history.logged();
  }

  /**
   * Follows a store to its end, from its first change on, or from where it says that its logs
   * begin.
   *
   * @param whole whether they must begin with the first change
   */
  static void check(Db db, Table[] tables, BatchHistory history, boolean whole) throws IOException {
    FollowedLog log = new FollowedLog(tables, history);
    long from = 1;
    while (from > 0) {
      from = log.follow(db, from);
      assertFalse(whole && from > 0, "the logs begin with " + from);
    }
    assertEquals(db.lastSequence() + 1, log.next, "the tail ends before what is visible");
  }

  /** Returns from where on to follow anew; 0: all was shown. */
  private long follow(Db db, long from) throws IOException {
    next = from;
    try (ChangeTail tail = db.tail(from)) {
      while (tail.next()) {
        assertTrue(
            tail.firstSequence() == next || (next == from && tail.firstSequence() < from),
            () -> "shows " + tail.firstSequence() + " behind " + (next - 1));
        next = tail.firstSequence();
        tail.visit(this);
        assertEquals(tail.nextSequence(), next);
      }
      return 0;
    } catch (SequenceNotKeptException gone) {
      assertTrue(
          gone.firstKept() > next && gone.firstKept() <= db.lastSequence() + 1, gone::getMessage);
      return gone.firstKept();
    }
  }

  @Override
  public void put(int tableId, Slice key, Slice value) {
    compare(new Logged(place(tableId), Slice.copyOf(key), Slice.copyOf(value), null));
  }

  @Override
  public void delete(int tableId, Slice key) {
    compare(
        tableId == WriteBatch.MARK_TABLE
            ? Logged.INGESTED
            : new Logged(place(tableId), Slice.copyOf(key), null, null));
  }

  @Override
  public void deleteRange(int tableId, Slice from, Slice to) {
    compare(new Logged(place(tableId), Slice.copyOf(from), null, Slice.copyOf(to)));
  }

  private void compare(Logged shown) {
    assertTrue(next <= expected.size(), () -> "shows " + next + ", which is no change");
    assertEquals(expected.get(Math.toIntExact(next - 1)), shown, () -> "change " + next);
    next++;
  }

  private int place(int tableId) {
    for (int i = 0; i < tables.length; i++) {
      if (tables[i].id() == tableId) {
        return i;
      }
    }
    throw new AssertionError("change " + next + " is of table " + tableId);
  }
}
