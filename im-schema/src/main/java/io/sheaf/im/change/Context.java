package io.sheaf.im.change;

import io.sheaf.im.id.Id;
import io.sheaf.im.index.IndexSet;
import io.sheaf.im.table.HeadRow;
import io.sheaf.im.table.Kept;
import io.sheaf.im.table.Rows;
import io.sheaf.im.table.Tables;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import java.io.IOException;

/**
 * What all parts of the IM layer share: the store with its tables, the locks, the indexes, the
 * clock.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> The store stays the
 * caller's.
 */
public final class Context {
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

  /** A change that is to be made: to be closed. */
  public Transaction begin() {
    return new Transaction(this);
  }

  /** Waits until every change that is under way now was committed or given up. */
  public void awaitChanges() {
    conversationLocks.awaitAll();
    userLocks.awaitAll();
  }

  /** The end of the queue of {@code user}. */
  public long newestPosition(Id user) throws IOException {
    return heads.read(user).position();
  }

  /**
   * Makes the ends of all queues outlive their events, see {@link Heads}: to be called several
   * times within {@link Kept#events}.
   */
  public void sealHeads() throws IOException {
    try (Cursor cursor = db.cursor(tables.head(), CursorOptions.ALL.withFillCache(false))) {
      while (cursor.next()) {
        if (!HeadRow.decode(cursor.key(), cursor.value()).exact()) {
          try (Transaction change = begin()) {
            change.seal(Heads.user(cursor.key()));
          }
        }
      }
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
