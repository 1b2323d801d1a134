package io.sheaf.im.limit;

import io.sheaf.im.change.Context;
import io.sheaf.im.change.Transaction;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.im.send.Sender;
import io.sheaf.im.table.DeferredRow;
import io.sheaf.im.table.Keys;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.NoSpaceException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
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
public final class DeferredSends {
  private static final Logger LOG = LoggerFactory.getLogger(DeferredSends.class);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int AT_ONCE = 64;
  private static final int MOST_IN_A_ROW = 100 * AT_ONCE;

  private final Context context;
  private final Table table;
  private final Sender sender;
  private final DoubleSupplier pressure;
  private final AtomicLong lastNumber;
  private volatile BiConsumer<Draft, SendOutcome> listener = (draft, outcome) -> {};

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Waiting(byte[] key, DeferredRow row) {}

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
    this.lastNumber =
        new AtomicLong(
            context
                .rows()
                .first(table, CursorOptions.ALL.reversed(), (key, value) -> Keys.number(key))
                .orElse(0L));
  }

  /** Tells {@code listener} what becomes of each message. */
  public void listen(BiConsumer<Draft, SendOutcome> listener) {
    this.listener = listener;
  }

  /**
   * Puts a message into the queue: when this returns, it is there, and is sent within the time.
   *
   * @param within how long it may wait, up to an hour
   */
  public void add(Draft draft, Duration within) throws IOException {
    if (within.isNegative() || within.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("a message waits 0 to " + LONGEST + ", not " + within);
    }
    DeferredRow row = new DeferredRow(context.nowMillis() + within.toMillis(), draft);
    try (Transaction change = context.begin().lockUser(draft.sender())) {
      byte[] key = Keys.of(new byte[0], lastNumber.incrementAndGet());
      change.batch().put(table, key, row.encode());
      change.commit();
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
   * Sends what is to be sent now: all, while the store keeps up; else those whose time has come,
   * and those before them. What cannot be sent now stays, and is tried again until its time has
   * come; then it leaves the queue, and the listener is told why. As long as the disk is full all
   * of them stay.
   *
   * @return how many have left the queue
   */
  public synchronized int deliver() throws IOException {
    long toDo = pressure.getAsDouble() == 0 ? MOST_IN_A_ROW : dueUpTo();
    long seen = 0;
    int done = 0;
    byte[] from = {};
    while (seen < toDo) {
      List<Waiting> some = from(from, (int) Math.min(AT_ONCE, toDo - seen));
      if (some.isEmpty()) {
        return done;
      }
      seen += some.size();
      done += send(some) ? some.size() : sendEach(some);
      from = Keys.of(new byte[0], Keys.number(Slice.of(some.getLast().key())) + 1);
    }
    return done;
  }

  /** Sends all of them together; false: that failed, and they are in the queue as before. */
  private boolean send(List<Waiting> some) throws IOException {
    List<Draft> drafts = some.stream().map(one -> one.row().draft()).toList();
    List<SendOutcome> outcomes =
        sender.send(drafts, batch -> some.forEach(one -> batch.delete(table, one.key())));
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
    context.db().write(new WriteBatch().delete(table, one.key()));
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

  private List<Waiting> from(byte[] from, int limit) throws IOException {
    List<Waiting> some = new ArrayList<>();
    try (Cursor cursor =
        context.db().cursor(table, CursorOptions.ALL.between(from, null).limit(limit))) {
      while (cursor.next()) {
        DeferredRow row = DeferredRow.decode(cursor.key(), cursor.value());
        some.add(new Waiting(cursor.key().toByteArray(), row));
      }
    }
    return some;
  }

  /** How many are to be sent so that none of those whose time has come is left. */
  private long dueUpTo() throws IOException {
    long nowMillis = context.nowMillis();
    long place = 0;
    long due = 0;
    try (Cursor cursor = context.db().cursor(table, CursorOptions.ALL)) {
      while (cursor.next()) {
        place++;
        if (hasCome(DeferredRow.decode(cursor.key(), cursor.value()), nowMillis)) {
          due = place;
        }
      }
    }
    return due;
  }

  /** In the last tenth of an hour before its deadline a message does not wait any longer. */
  private static boolean hasCome(DeferredRow row, long nowMillis) {
    return row.deadlineMillis() - nowMillis <= LONGEST.toMillis() / 10;
  }
}
