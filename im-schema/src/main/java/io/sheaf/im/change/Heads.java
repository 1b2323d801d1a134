package io.sheaf.im.change;

import io.sheaf.im.id.Id;
import io.sheaf.im.table.EventRow;
import io.sheaf.im.table.HeadRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.Rows;
import io.sheaf.im.table.Tables;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.WriteBatch;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the queues of users end. The end of a queue is its newest row, which one read of a reverse
 * cursor finds; so an event costs one row, and not a second one that counts.
 *
 * <p>But events expire, and positions must not come again. So a row of {@code sync_head} stands
 * beside: with the first event and each {@value #BLOCK}th it says up to which position events may
 * have come (a <em>bound</em>), and once the newest event is half as old as events get, {@link
 * #seal} has it say which it is (<em>exact</em>). From then on the next event writes a bound again,
 * in its own batch. A queue that is empty goes on from what the row says: from the exact end; or
 * from the bound, with a gap of at most {@value #BLOCK} positions, where the store was closed for
 * half the time that events are kept and so nobody sealed it. Devices behind a gap are rebased.
 *
 * <p>The ends that were written last are remembered, each under the lock of its user: {@value
 * #SLOTS} of them, as a reverse cursor takes 2 µs and a send needs thirty. They are taken from what
 * was written, after it was written, and nobody else writes; after a failed write the store takes
 * no more writes.
 *
 * <p><b>Thread safety.</b> Whoever asks for a user's end to append has the user's lock; {@link
 * #read} needs none.
 */
final class Heads {
  /** How many positions a bound is good for. */
  static final int BLOCK = 256;

  /** How many ends are remembered; a multiple of the number of locks, a power of two. */
  static final int SLOTS = 8 * Stripes.COUNT;

  private static final int MILLIS_A_MINUTE = 60_000;
  private static final int NO_EVENT = Integer.MIN_VALUE;

  /**
   * The end of a queue.
   *
   * @param position of the newest event; 0 before the first
   * @param minute when that was appended; {@link #NO_EVENT} where it is not there any more
   */
  record Head(Id user, long position, int minute) {}

  private final Rows rows;
  private final Tables tables;
  private final int sealMinutes;
  private final @Nullable Head[] slots = new Head[SLOTS];

  Heads(Rows rows, Tables tables, Duration eventsKept) {
    this.rows = rows;
    this.tables = tables;
    this.sealMinutes = (int) Math.max(1, eventsKept.toMillis() / (2 * MILLIS_A_MINUTE));
  }

  /**
   * The end of the queue of {@code user}, whose lock is held.
   *
   * @param minute of now: what was remembered for so long that it may be sealed, or gone, is read
   */
  Head get(Id user, int minute) throws IOException {
    Head remembered = slots[slot(user)];
    return remembered != null && remembered.user().equals(user) && !maybeSealed(remembered, minute)
        ? remembered
        : read(user);
  }

  /** The end of the queue of {@code user}, as the store has it. */
  Head read(Id user) throws IOException {
    Optional<Head> newest =
        rows.first(
            tables.queue(),
            CursorOptions.prefix(Keys.of(user)).reversed(),
            (key, value) -> new Head(user, Keys.number(key), EventRow.decode(key, value).minute()));
    if (newest.isPresent()) {
      return newest.get();
    }
    long position =
        rows.get(tables.head(), Keys.of(user), HeadRow::decode).map(HeadRow::position).orElse(0L);
    return new Head(user, position, NO_EVENT);
  }

  /**
   * The end after one more event, appended in {@code minute}; {@code batch} gets a bound where one
   * is due.
   */
  Head append(WriteBatch batch, Head head, int minute) {
    long position = head.position() + 1;
    if (position % BLOCK == 1 || maybeSealed(head, minute)) {
      long bound = (position + BLOCK - 1) / BLOCK * BLOCK;
      batch.put(tables.head(), Keys.of(head.user()), new HeadRow(bound, false).encode());
    }
    return new Head(head.user(), position, minute);
  }

  /** Remembers what was written. */
  void written(Head head) {
    slots[slot(head.user())] = head;
  }

  /** Forgets the end of {@code user}, whose lock is held. */
  void forget(Id user) {
    Arrays.fill(slots, slot(user), slot(user) + 1, null);
  }

  /**
   * Lets {@code batch} say where the queue of {@code user} ends, if its newest event is old enough
   * and that is not yet said. The user's lock is held.
   */
  void seal(WriteBatch batch, Id user, int minute) throws IOException {
    Head head = read(user);
    HeadRow exact = new HeadRow(head.position(), true);
    if (head.minute() != NO_EVENT
        && maybeSealed(head, minute)
        && !rows.get(tables.head(), Keys.of(user), HeadRow::decode).equals(Optional.of(exact))) {
      batch.put(tables.head(), Keys.of(user), exact.encode());
    }
  }

  private boolean maybeSealed(Head head, int minute) {
    long age = (long) minute - head.minute();
    return age < 0 || age >= sealMinutes;
  }

  /** Each slot belongs to one lock: the low bits are those of the lock. */
  private static int slot(Id user) {
    return Stripes.spread(user) & (SLOTS - 1);
  }

  /** The user of a key of {@code sync_head}. */
  static Id user(Slice key) {
    return Keys.id(key, 0);
  }
}
