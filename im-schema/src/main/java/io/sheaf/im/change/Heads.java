package io.sheaf.im.change;

import io.sheaf.im.id.Id;
import io.sheaf.im.table.EventRow;
import io.sheaf.im.table.HeadRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.Rows;
import io.sheaf.im.table.Tables;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Snapshot;
import io.sheaf.lsm.db.WriteBatch;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the queues of users end. The end of a queue is its newest row, which one read of a reverse
 * cursor finds; so an event costs one row, and not a second one that counts.
 *
 * <p>But events expire, and positions must not come again. So a row of {@code sync_head} stands
 * beside: with the first event and each {@value #BLOCK}th it says up to which position events may
 * have come (a <em>bound</em>), and once the newest event is half as old as events get, {@link
 * #seal} has it say which it is (<em>exact</em>). The next event finds that out with the end and
 * writes a bound again, in its own batch; what time it is does not matter for it. A queue that is
 * empty goes on from what the row says: from the exact end; or from the bound, with a gap of at
 * most {@value #BLOCK} positions, where the store was closed for half the time that events are kept
 * and so nobody sealed it. Devices behind a gap are rebased.
 *
 * <p>The ends that were written last are remembered, each under the lock of its user: {@value
 * #SLOTS} of them, as a reverse cursor takes 2 µs and a send needs thirty. They are taken from what
 * was written, after it was written, and nobody else writes; a write that fails has written
 * nothing, as on a full disk, or the store takes no more writes.
 *
 * <p><b>Thread safety.</b> Whoever asks for a user's end to append has the user's lock; {@link
 * #read} needs none.
 */
final class Heads {
  /** How many positions a bound is good for. */
  static final int BLOCK = 256;

  /** How many ends are remembered; a multiple of the number of locks, a power of two. */
  static final int SLOTS = 32 * Stripes.COUNT;

  /** Users that share slots; with one slot for each, a sixth of 100,000 users drove others out. */
  private static final int WAYS = 4;

  private static final int MILLIS_A_MINUTE = 60_000;
  private static final int NO_EVENT = Integer.MIN_VALUE;
  private static final int NO_SLOT = -1;

  private static final int FIELDS = 3;
  private static final int POSITION = 0;

  /** {@link Id#word} of the user. */
  private static final int WORD = 1;

  private static final int MINUTE = 2;

  /**
   * The end of a queue.
   *
   * @param position of the newest event; 0 before the first
   * @param minute when that was appended; {@link #NO_EVENT} where it is not there any more
   * @param sealed whether {@code sync_head} says that it is the end: what comes next must say that
   *     it is not any more
   * @param slot where it was remembered when it was looked up
   */
  record Head(Id user, long position, int minute, boolean sealed, int slot) {}

  private final Rows rows;
  private final Tables tables;
  private final int sealMinutes;

  // The ends that are remembered. Numbers, as an object for each event would be garbage that has
  // lived long; those of users that share slots side by side, as memory is what a look waits for.

  /** For each slot: {@link #POSITION}, {@link #WORD}, {@link #MINUTE}; all 0 where it is free. */
  private final long[] ends = new long[FIELDS * SLOTS];

  /** The user of a slot, where {@link Id#word} does not say it. */
  private final @Nullable Id[] longUsers = new Id[SLOTS];

  Heads(Rows rows, Tables tables, Duration eventsKept) {
    this.rows = rows;
    this.tables = tables;
    this.sealMinutes = (int) Math.max(1, eventsKept.toMillis() / (2 * MILLIS_A_MINUTE));
  }

  /**
   * The end of the queue of {@code user}, whose lock is held.
   *
   * @param minute of now: what was remembered for so long that it may be gone is read
   */
  Head get(Id user, int minute) throws IOException {
    int slot = slot(user);
    return slot != NO_SLOT && !isOld(minute(slot), minute)
        ? new Head(user, get(slot, POSITION), minute(slot), false, slot)
        : read(user, null);
  }

  /**
   * The end of the queue of {@code user}, as the store has it as of {@code snapshot} (null: now).
   */
  Head read(Id user, @Nullable Snapshot snapshot) throws IOException {
    Rows moment = snapshot == null ? rows : rows.at(snapshot);
    HeadRow known = moment.get(tables.head(), Keys.of(user), HeadRow::decode).orElse(HeadRow.NONE);
    return moment
        .first(
            tables.queue(),
            CursorOptions.prefix(Keys.of(user)).reversed(),
            (key, value) ->
                new Head(
                    user,
                    Keys.number(key),
                    EventRow.decode(key, value).minute(),
                    known.exact(),
                    NO_SLOT))
        .orElseGet(() -> new Head(user, known.position(), NO_EVENT, known.exact(), NO_SLOT));
  }

  /**
   * The end after one more event, appended in {@code minute}; {@code batch} gets a bound where one
   * is due.
   */
  Head append(WriteBatch batch, Head head, int minute) {
    long position = head.position() + 1;
    if (position % BLOCK == 1 || head.sealed()) {
      long bound = (position + BLOCK - 1) / BLOCK * BLOCK;
      batch.put(tables.head(), Keys.of(head.user()), new HeadRow(bound, false).encode());
    }
    return new Head(head.user(), position, minute, false, head.slot());
  }

  /** Remembers what was appended and written. */
  void written(Head head) {
    Id user = head.user();
    int slot = head.slot();
    if (slot == NO_SLOT || !isOf(user, slot)) { // or another has driven it out since
      slot = slot(user);
    }
    if (slot == NO_SLOT) {
      slot = slotFor(head);
      longUsers[slot] = user.word() == 0 ? user : null;
    }
    ends[FIELDS * slot + POSITION] = head.position();
    ends[FIELDS * slot + WORD] = user.word();
    ends[FIELDS * slot + MINUTE] = head.minute();
  }

  /** Forgets the end of {@code user}, whose lock is held. */
  void forget(Id user) {
    int slot = slot(user);
    if (slot != NO_SLOT) {
      Arrays.fill(ends, FIELDS * slot, FIELDS * (slot + 1), 0);
      longUsers[slot] = null;
    }
  }

  /**
   * Lets {@code batch} say where the queue of {@code user} ends, if its newest event is old enough
   * and that is not yet said. The user's lock is held.
   */
  void seal(WriteBatch batch, Id user, int minute) throws IOException {
    Head head = read(user, null);
    if (head.minute() != NO_EVENT && isOld(head.minute(), minute) && !head.sealed()) {
      batch.put(tables.head(), Keys.of(user), new HeadRow(head.position(), true).encode());
      forget(user); // whoever appends next reads that it is sealed
    }
  }

  private boolean isOld(int appended, int minute) {
    long age = (long) minute - appended;
    return age < 0 || age >= sealMinutes;
  }

  private boolean isOf(Id user, int slot) {
    if (user.word() != 0) {
      return get(slot, WORD) == user.word();
    }
    Id remembered = longUsers[slot];
    return remembered != null && remembered.equals(user);
  }

  private long get(int slot, int field) {
    return ends[FIELDS * slot + field];
  }

  private int minute(int slot) {
    return (int) get(slot, MINUTE);
  }

  /** The slot of what is remembered of {@code user}. */
  private int slot(Id user) {
    int first = firstSlot(user);
    for (int slot = first; slot < first + WAYS; slot++) {
      if (isOf(user, slot)) {
        return slot;
      }
    }
    return NO_SLOT;
  }

  /** A free slot, or else that of somebody. */
  private int slotFor(Head head) {
    int first = firstSlot(head.user());
    for (int slot = first; slot < first + WAYS; slot++) {
      if (get(slot, POSITION) == 0) {
        return slot;
      }
    }
    return first + (int) (head.position() % WAYS);
  }

  /** Each slot belongs to one lock: the low bits of the hash code are those of the lock. */
  private static int firstSlot(Id user) {
    return (user.hashCode() & (SLOTS / WAYS - 1)) * WAYS;
  }

  /** The user of a key of {@code sync_head}. */
  static Id user(Slice key) {
    return Keys.id(key, 0);
  }
}
