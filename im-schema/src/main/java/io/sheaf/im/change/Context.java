package io.sheaf.im.change;

import io.sheaf.im.id.Id;
import io.sheaf.im.index.IndexSet;
import io.sheaf.im.table.HeadRow;
import io.sheaf.im.table.Kept;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.Rows;
import io.sheaf.im.table.Tables;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Snapshot;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.ClosedException;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What all parts of the IM layer share: the store with its tables, the locks, the indexes, the
 * clock.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> The store stays the
 * caller's.
 */
public final class Context {
  /** Of what was closed, in the error. */
  static final String NAME = "the IM store";

  private static final int HEADS_AT_ONCE = 4096;

  /** Batches that wait to be used again, each with the memory that it has got so far. */
  private static final int MOST_BATCHES = 16;

  private static final int MOST_BATCH_BYTES = 64 << 10;

  private final Db db;
  private final Tables tables;
  private final Rows rows;
  private final IndexSet indexes;
  private final Publisher publisher;
  private final Clock clock;
  private final Kept kept;
  private final Stripes conversationLocks = new Stripes();
  private final Stripes userLocks = new Stripes();
  private final Heads heads;
  private final ArrayBlockingQueue<WriteBatch> batches = new ArrayBlockingQueue<>(MOST_BATCHES);
  private volatile boolean closed;

  /** Puts them together. */
  public Context(
      Db db, Tables tables, Kept kept, IndexSet indexes, Publisher publisher, Clock clock) {
    this.db = db;
    this.tables = tables;
    this.kept = kept;
    this.rows = new Rows(db, tables);
    this.indexes = indexes;
    this.publisher = publisher;
    this.clock = clock;
    this.heads = new Heads(rows, tables, kept.events());
  }

  /** The store. */
  public Db db() {
    return db;
  }

  /** Its tables. */
  public Tables tables() {
    return tables;
  }

  /** Reads of single rows. */
  public Rows rows() {
    return rows;
  }

  /** The indexes. */
  public IndexSet indexes() {
    return indexes;
  }

  /** How long rows are kept. */
  public Kept kept() {
    return kept;
  }

  /** Milliseconds since 1970; never goes back. */
  public long nowMillis() {
    return clock.millis();
  }

  /** Lets no change begin any more, and wakes who waits for one. */
  public void close() {
    closed = true;
    publisher.end();
  }

  /** Whether it was closed. */
  boolean isClosed() {
    return closed;
  }

  /**
   * To be asked by who waits, each time before.
   *
   * @throws ClosedException when the IM store was closed
   */
  public void checkOpen() {
    if (closed) {
      throw new ClosedException(NAME);
    }
  }

  /**
   * A change that is to be made: to be closed.
   *
   * @throws ClosedException when the IM store was closed
   */
  public Transaction begin() {
    checkOpen();
    return new Transaction(this);
  }

  /** An empty batch. */
  WriteBatch takeBatch() {
    WriteBatch used = batches.poll();
    return used == null ? new WriteBatch() : used;
  }

  /** Takes a batch back that nobody knows any more. */
  void giveBack(WriteBatch batch) {
    if (batch.sizeBytes() <= MOST_BATCH_BYTES) {
      batch.clear();
      batches.offer(batch); // where there are enough it is left to the garbage collector
    }
  }

  /** Waits until every change that is under way now was committed or given up. */
  public void awaitChanges() {
    conversationLocks.awaitAll();
    userLocks.awaitAll();
  }

  /** The end of the queue of {@code user} as of {@code snapshot}. */
  public long newestPosition(Id user, Snapshot snapshot) throws IOException {
    return heads.read(user, snapshot).position();
  }

  /**
   * Makes the ends of all queues outlive their events, see {@link Heads}: to be called several
   * times within {@link Kept#events}. A row that cannot be read keeps none of the others.
   *
   * @param stopped looked at before each: ends the pass
   * @throws IOException the first failure, at the end of the pass
   */
  public void sealHeads(BooleanSupplier stopped) throws IOException {
    FirstFailure failure = new FirstFailure();
    byte @Nullable [] from = null;
    do {
      from = sealSome(from, stopped, failure);
    } while (from != null && !stopped.getAsBoolean());
    failure.throwIfAny();
  }

  /** Seals some, so that no cursor keeps old files for long; where to go on, null at the end. */
  private byte @Nullable [] sealSome(
      byte @Nullable [] from, BooleanSupplier stopped, FirstFailure failure) throws IOException {
    int count = 0;
    CursorOptions some =
        CursorOptions.ALL.between(from, null).limit(HEADS_AT_ONCE).withFillCache(false);
    byte @Nullable [] last = null;
    try (Cursor cursor = db.cursor(tables.head(), some)) {
      while (cursor.next() && !stopped.getAsBoolean()) {
        count++;
        byte[] key = cursor.key().toByteArray();
        last = key;
        try {
          if (!HeadRow.decode(cursor.key(), cursor.value()).exact()) {
            seal(Heads.user(cursor.key()));
          }
        } catch (IOException | RuntimeException e) {
          failure.add(e);
        }
      }
    }
    return last == null || count < HEADS_AT_ONCE ? null : Keys.end(last);
  }

  private void seal(Id user) throws IOException {
    try (Transaction change = begin()) {
      change.seal(user);
    }
  }

  Publisher publisher() {
    return publisher;
  }

  Heads heads() {
    return heads;
  }

  Stripes conversationLocks() {
    return conversationLocks;
  }

  Stripes userLocks() {
    return userLocks;
  }
}
