package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.cursor.SnapshotCursor;
import io.sheaf.lsm.io.ClosedException;
import java.io.IOException;

/**
 * A cursor of an open store: keeps its view of the store until it is closed, and refuses to go on
 * once the store is closed. What it is made of is used again by the next cursor; this object is
 * not, so that one that is closed stays closed.
 */
final class DbCursor implements Cursor {
  private final Health health;
  private final ReadView view;
  private final Scan scan;
  private final SnapshotCursor rows;
  private final Idle<Scan> scans;
  private boolean closed;

  /** A cursor over {@code scan}; takes it and {@code view} over, and gives it to {@code scans}. */
  DbCursor(Health health, ReadView view, Scan scan, Idle<Scan> scans) {
    this.health = health;
    this.view = view;
    this.scan = scan;
    this.rows = scan.rows();
    this.scans = scans;
  }

  @Override
  public boolean next() throws IOException {
    checkOpen();
    return rows.next();
  }

  @Override
  public void seek(Slice key) throws IOException {
    checkOpen();
    rows.seek(key);
  }

  @Override
  public Slice key() {
    checkRow();
    return rows.key();
  }

  @Override
  public Slice value() throws IOException {
    checkRow();
    return rows.value();
  }

  @Override
  public long timeMillis() {
    checkRow();
    return rows.timeMillis();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try {
        scan.close();
        scans.give(scan);
      } finally {
        view.close();
      }
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new ClosedException("the cursor");
    }
    health.checkOpen();
  }

  private void checkRow() {
    checkOpen();
    if (!rows.onRow()) {
      throw new IllegalStateException("the cursor is not on a row: next() did not return true");
    }
  }
}
