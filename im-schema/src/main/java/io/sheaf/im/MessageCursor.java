package io.sheaf.im;

import io.sheaf.lsm.cursor.Cursor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages of one name in order, as they were when it was opened.
 *
 * <p><em>Thread safety:</em> none.
 *
 * <p><em>Ownership:</em> who opened it closes it; the messages it returns are the caller's.
 */
public final class MessageCursor implements AutoCloseable {
  private final MessageTable table;
  private final Name name;
  private final Cursor rows;

  MessageCursor(MessageTable table, Name name, Cursor rows) {
    this.table = table;
    this.name = name;
    this.rows = rows;
  }

  /** The next message; null after the last. */
  public @Nullable Message next() throws IOException {
    return rows.next() ? table.message(name, rows.key(), rows.value()) : null;
  }

  @Override
  public void close() {
    rows.close();
  }
}
