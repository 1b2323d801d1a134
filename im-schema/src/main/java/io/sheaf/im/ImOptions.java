package io.sheaf.im;

import io.sheaf.im.limit.Rates;
import io.sheaf.im.table.Kept;
import io.sheaf.im.table.Tables;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import java.time.Duration;

/**
 * Options of an IM store. None of them is kept in it; each opening may choose anew.
 *
 * @param db options of the engine beneath, used where {@link ImStore} opens it
 * @param kept how long events, devices, answers and messages are kept
 * @param rebaseEvents how many events may wait for a device before it is rebased
 * @param largeMembers a conversation with more members is large from then on: its members fetch its
 *     events when they sync
 * @param window for how long read positions, edits and reactions are gathered before members are
 *     told; {@link Duration#ZERO}: not at all
 * @param mostBodyBytes largest body of a message, in bytes
 * @param rates how fast who may send
 */
public record ImOptions(
    DbOptions db,
    Kept kept,
    long rebaseEvents,
    int largeMembers,
    Duration window,
    int mostBodyBytes,
    Rates rates) {
  private static final Duration SHORTEST_WINDOW = Duration.ofMillis(1);
  private static final Duration LONGEST_WINDOW = Duration.ofMinutes(1);
  private static final int LARGEST_BODY_BYTES = 16 << 20;

  /**
   * The defaults: events kept for 7 days, devices for 30, answers for 2; messages for ever; rebase
   * beyond 10,000 events; large above 500 members; a window of a second; bodies up to 64 KB; no
   * limits of rates.
   */
  public static final ImOptions DEFAULT =
      new ImOptions(
          DbOptions.DEFAULT,
          new Kept(Duration.ofDays(7), Duration.ofDays(30), Duration.ofDays(2), Duration.ZERO),
          10_000,
          500,
          Duration.ofSeconds(1),
          64 << 10,
          Rates.UNLIMITED);

  /**
   * The defaults, but rows are kept as the store in {@code db} was opened last: for tools, which
   * must not change what a service has set up.
   */
  public static ImOptions unchanged(Db db) {
    return Tables.areIn(db) ? DEFAULT.withKept(Tables.kept(db)) : DEFAULT;
  }

  /** Checks each option. */
  public ImOptions {
    if (rebaseEvents < 1) {
      throw new IllegalArgumentException("rebaseEvents must be at least 1, not " + rebaseEvents);
    }
    if (largeMembers < 1) {
      throw new IllegalArgumentException("largeMembers must be at least 1, not " + largeMembers);
    }
    boolean isTooShort = !window.isZero() && window.compareTo(SHORTEST_WINDOW) < 0;
    if (isTooShort || window.compareTo(LONGEST_WINDOW) > 0) {
      throw new IllegalArgumentException(
          "window must be 0 or " + SHORTEST_WINDOW + " to " + LONGEST_WINDOW + ", not " + window);
    }
    if (mostBodyBytes < 1 || mostBodyBytes > LARGEST_BODY_BYTES) {
      throw new IllegalArgumentException(
          "mostBodyBytes must be 1 to " + LARGEST_BODY_BYTES + ", not " + mostBodyBytes);
    }
  }

  /** The same with another engine beneath. */
  public ImOptions withDb(DbOptions db) {
    return new ImOptions(db, kept, rebaseEvents, largeMembers, window, mostBodyBytes, rates);
  }

  /** The same, keeping rows for another time. */
  public ImOptions withKept(Kept kept) {
    return new ImOptions(db, kept, rebaseEvents, largeMembers, window, mostBodyBytes, rates);
  }

  /** The same with another threshold for rebasing. */
  public ImOptions withRebaseEvents(long rebaseEvents) {
    return new ImOptions(db, kept, rebaseEvents, largeMembers, window, mostBodyBytes, rates);
  }

  /** The same with another threshold for large conversations. */
  public ImOptions withLargeMembers(int largeMembers) {
    return new ImOptions(db, kept, rebaseEvents, largeMembers, window, mostBodyBytes, rates);
  }

  /** The same with another window. */
  public ImOptions withWindow(Duration window) {
    return new ImOptions(db, kept, rebaseEvents, largeMembers, window, mostBodyBytes, rates);
  }

  /** The same with another limit for bodies, in bytes. */
  public ImOptions withMostBodyBytes(int mostBodyBytes) {
    return new ImOptions(db, kept, rebaseEvents, largeMembers, window, mostBodyBytes, rates);
  }

  /** The same with other rates. */
  public ImOptions withRates(Rates rates) {
    return new ImOptions(db, kept, rebaseEvents, largeMembers, window, mostBodyBytes, rates);
  }
}
