package io.sheaf.im.limit;

import io.sheaf.im.change.Context;
import io.sheaf.im.change.Transaction;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.im.send.Sender;
import io.sheaf.im.table.DeferredRow;
import io.sheaf.im.table.Keys;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.NoSpaceException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages that have time: they wait in the store, and are sent in their order when it has nothing
 * better to do, or when one of them has waited long enough. A message leaves the queue in the batch
 * that sends it, so it is sent once, after a crash too.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class DeferredSends implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeferredSends.class);
  private static final Duration LONGEST = Duration.ofHours(1);

  /** In the last tenth of an hour before its deadline a message does not wait any longer. */
  private static final long NO_LONGER_MILLIS = LONGEST.toMillis() / 10;

  private static final int AT_ONCE = 64;

  /** After so many messages it is asked again whether there is time. */
  private static final int MOST_IN_A_ROW = 100 * AT_ONCE;

  private final Context context;
  private final Table table;
  private final Sender sender;
  private final DoubleSupplier pressure;
  private final DeferredNumbers numbers;

  /** Up to here are the rows of earlier openings; 0 once their deadlines are known. */
  private long lastFound; // guarded by this

  /** No row has a lower number. */
  private long lowest = 1; // guarded by this

  private volatile boolean stopped;
  private volatile BiConsumer<Draft, SendOutcome> listener = (draft, outcome) -> {};

  private record Waiting(long number, DeferredRow row) {}

  /**
   * The queue of {@code context}.
   *
   * @param pressure of the store: 0: it keeps up, 1: writers wait
   */
  public DeferredSends(Context context, Sender sender, DoubleSupplier pressure) throws IOException {
    this.context = context;
    this.table = context.tables().deferred();
    this.sender = sender;
    this.pressure = pressure;
    this.lastFound =
        context
            .rows()
            .first(table, CursorOptions.ALL.reversed(), (key, value) -> Keys.number(key))
            .orElse(0L);
    this.numbers = new DeferredNumbers(lastFound);
  }

  /** Tells {@code listener} what becomes of each message. */
  public void listen(BiConsumer<Draft, SendOutcome> listener) {
    this.listener = listener;
  }

  /**
   * Puts a message into the queue: when this returns, it is there, and is sent within the time. It
   * is refused like one that is sent now; what has changed until it is sent, such as who is a
   * member, the listener is told.
   *
   * @param within how long it may wait, up to an hour
   * @throws ImException when it could not be sent now
   */
  public void add(Draft draft, Duration within) throws IOException {
    if (within.isNegative() || within.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("a message waits 0 to " + LONGEST + ", not " + within);
    }
    DeferredRow row = new DeferredRow(context.nowMillis() + within.toMillis(), draft);
    long number = numbers.next(row.deadlineMillis());
    try (Transaction change = context.begin().lockUser(draft.sender())) {
      sender.check(change, draft);
      change.batch().put(table, key(number), row.encode());
      change.commit();
    } finally {
      numbers.settled(number);
    }
  }

  /** How many wait; counts them. */
  public long waiting() throws IOException {
    long count = 0;
    try (Cursor cursor = context.db().cursor(table, CursorOptions.ALL)) {
      while (cursor.next()) {
        count++;
      }
    }
    return count;
  }

  /**
   * Sends what is to be sent now: all that are there, as long as the store keeps up; else those
   * whose time has come, and those before them. What cannot be sent now stays, and is tried again
   * until its time has come; then it leaves the queue, and the listener is told why. As long as the
   * disk is full all of them stay. Looks at no more rows than it sends and than could not be sent
   * before, but for the first time under pressure, when it looks at those of earlier openings.
   *
   * @return how many have left the queue
   */
  public synchronized int deliver() throws IOException {
    boolean all = hasTime();
    if (!all) {
      findDeadlines();
    }
    long toCome = numbers.lowestToCome();
    // Asked for each time: what is due by now is forgotten with it.
    long due = numbers.highestDue(context.nowMillis() + NO_LONGER_MILLIS);
    long upTo = all ? toCome - 1 : due;
    long from = lowest;
    long firstLeft = upTo + 1;
    int done = 0;
    for (int seen = 0; goesOn(all, seen); seen += AT_ONCE) {
      List<Waiting> some = read(from, upTo);
      if (some.isEmpty()) {
        // Behind them nobody has to look for rows that are gone.
        lowest = Math.max(lowest, Math.min(firstLeft, toCome));
        return done;
      }
      from = some.getLast().number() + 1;
      if (send(some)) {
        done += some.size();
      } else {
        firstLeft = Math.min(firstLeft, some.getFirst().number());
        done += sendEach(some);
      }
    }
    lowest = Math.max(lowest, Math.min(Math.min(firstLeft, from), toCome));
    return done;
  }

  /** Ends what is under way, and sends nothing more; all that waits stays in the store. */
  @Override
  public void close() {
    stopped = true;
  }

  private boolean goesOn(boolean all, int seen) {
    boolean isAsked = all && seen > 0 && seen % MOST_IN_A_ROW == 0;
    return !stopped && (!isAsked || hasTime());
  }

  private boolean hasTime() {
    return pressure.getAsDouble() == 0;
  }

  /** Number of seconds to come of which it is known that a deadline lies in them, for checks. */
  public int secondsToCome() {
    return numbers.seconds();
  }

  /** The first time under pressure: looks once at each row that an earlier opening has left. */
  private void findDeadlines() throws IOException {
    if (lowest <= lastFound) {
      CursorOptions rows = CursorOptions.ALL.between(key(lowest), key(lastFound + 1));
      try (Cursor cursor = context.db().cursor(table, rows)) {
        while (cursor.next()) {
          numbers.found(
              Keys.number(cursor.key()), DeferredRow.decodeDeadline(cursor.key(), cursor.value()));
        }
      }
    }
    lastFound = 0;
  }

  /** Sends all of them together; false: that failed, and they are in the queue as before. */
  private boolean send(List<Waiting> some) throws IOException {
    List<Draft> drafts = some.stream().map(one -> one.row().draft()).toList();
    List<SendOutcome> outcomes =
        sender.send(drafts, batch -> some.forEach(one -> batch.delete(table, key(one.number()))));
    for (SendOutcome outcome : outcomes) {
      if (outcome instanceof SendOutcome.Unknown unknown) {
        throw new IOException("deferred messages were not sent", unknown.cause());
      }
      if (outcome instanceof SendOutcome.NotWritten not && !(not.cause() instanceof ImException)) {
        if (not.cause() instanceof NoSpaceException full) {
          throw new IOException("deferred messages wait for room on the disk", full);
        }
        return false;
      }
    }
    for (int i = 0; i < outcomes.size(); i++) {
      tell(drafts.get(i), outcomes.get(i));
    }
    return true;
  }

  /** One by one, so that one that cannot be sent harms no other. */
  private int sendEach(List<Waiting> some) throws IOException {
    int done = 0;
    for (Waiting one : some) {
      done += send(List.of(one)) || giveUp(one) ? 1 : 0;
    }
    return done;
  }

  private boolean giveUp(Waiting one) throws IOException {
    if (one.row().deadlineMillis() > context.nowMillis()) {
      return false;
    }
    context.db().write(new WriteBatch().delete(table, key(one.number())));
    tell(
        one.row().draft(),
        new SendOutcome.NotWritten(
            new IOException("it could not be sent until its time had come: see the log")));
    return true;
  }

  private void tell(Draft draft, SendOutcome outcome) {
    try {
      listener.accept(draft, outcome);
    } catch (RuntimeException e) {
      LOG.error("the listener to deferred messages failed", e); // the message has left the queue
    }
  }

  /** The first rows with the numbers {@code from} to {@code upTo}. */
  private List<Waiting> read(long from, long upTo) throws IOException {
    List<Waiting> some = new ArrayList<>();
    if (from > upTo) {
      return some;
    }
    CursorOptions rows = CursorOptions.ALL.between(key(from), key(upTo + 1)).limit(AT_ONCE);
    try (Cursor cursor = context.db().cursor(table, rows)) {
      while (cursor.next()) {
        DeferredRow row = DeferredRow.decode(cursor.key(), cursor.value());
        some.add(new Waiting(Keys.number(cursor.key()), row));
      }
    }
    return some;
  }

  private static byte[] key(long number) {
    return Keys.of(new byte[0], number);
  }
}
