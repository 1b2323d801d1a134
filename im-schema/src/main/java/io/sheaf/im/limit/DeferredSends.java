package io.sheaf.im.limit;

import io.sheaf.im.change.Context;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.im.send.Sender;
import io.sheaf.im.table.DeferredRow;
import io.sheaf.im.table.Keys;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;

/**
 * Messages that have time: they wait in the store, and are sent in their order when it has nothing
 * better to do, or when one of them has waited long enough. A message leaves the queue in the batch
 * that sends it, so it is sent once, after a crash too.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class DeferredSends {
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
    synchronized (this) { // numbers are in the order in which they are written
      byte[] key = Keys.of(new byte[0], lastNumber.incrementAndGet());
      context.db().write(new WriteBatch().put(table, key, row.encode()));
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
   * and those before them.
   *
   * @return how many were sent or refused
   */
  public synchronized int deliver() throws IOException {
    long toDo = pressure.getAsDouble() == 0 ? MOST_IN_A_ROW : dueUpTo();
    int done = 0;
    while (done < toDo) {
      List<Waiting> some = first((int) Math.min(AT_ONCE, toDo - done));
      if (some.isEmpty()) {
        return done;
      }
      send(some);
      done += some.size();
    }
    return done;
  }

  private void send(List<Waiting> some) throws IOException {
    List<Draft> drafts = some.stream().map(one -> one.row().draft()).toList();
    List<SendOutcome> outcomes =
        sender.send(drafts, batch -> some.forEach(one -> batch.delete(table, one.key())));
    for (SendOutcome outcome : outcomes) {
      Optional<IOException> failure = failure(outcome);
      if (failure.isPresent()) {
        throw failure.get(); // they stay in the queue
      }
    }
    for (int i = 0; i < outcomes.size(); i++) {
      listener.accept(drafts.get(i), outcomes.get(i));
    }
  }

  private static Optional<IOException> failure(SendOutcome outcome) {
    return switch (outcome) {
      case SendOutcome.Durable _, SendOutcome.AlreadyDurable _ -> Optional.empty();
      case SendOutcome.NotWritten not ->
          not.cause() instanceof IOException e ? Optional.of(e) : Optional.empty();
      case SendOutcome.Unknown unknown ->
          Optional.of(new IOException("a deferred message was not sent", unknown.cause()));
    };
  }

  private List<Waiting> first(int limit) throws IOException {
    List<Waiting> first = new ArrayList<>();
    try (Cursor cursor = context.db().cursor(table, CursorOptions.ALL.limit(limit))) {
      while (cursor.next()) {
        DeferredRow row = DeferredRow.decode(cursor.key(), cursor.value());
        first.add(new Waiting(cursor.key().toByteArray(), row));
      }
    }
    return first;
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
