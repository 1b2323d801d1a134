package io.sheaf.server.keyspace;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import java.io.IOException;

/** Rows of the store that no change lies over. */
record StoredRows(Cursor cursor) implements Rows {
  @Override
  public boolean next() throws IOException {
    return cursor.next();
  }

  @Override
  public Slice key() {
    return cursor.key();
  }

  @Override
  public Slice value() throws IOException {
    return cursor.value();
  }

  @Override
  public void close() {
    cursor.close();
  }
}
