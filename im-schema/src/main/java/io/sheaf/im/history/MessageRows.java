package io.sheaf.im.history;

import io.sheaf.im.id.MessageId;
import io.sheaf.im.model.HistoryQuery;
import io.sheaf.im.table.Keys;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Snapshot;
import io.sheaf.lsm.db.Table;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows under one prefix whose keys end with the id of a message, in the direction of a query,
 * as of one snapshot. They are read a page at a time, since a cursor that knows its limit fetches
 * what it needs at once; where more is needed, as some is left out, another page follows.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> Who opened it closes it.
 */
final class MessageRows implements AutoCloseable {
  private final Db db;
  private final Table table;
  private final byte[] prefix;
  private final MessageId hidden;
  private final HistoryQuery query;
  private final Snapshot snapshot;
  private @Nullable Cursor cursor;
  private MessageId last;
  private int rowsOfPage;

  MessageRows(
      Db db, Table table, byte[] prefix, MessageId hidden, HistoryQuery query, Snapshot snapshot)
      throws IOException {
    this.db = db;
    this.table = table;
    this.prefix = prefix;
    this.hidden = hidden;
    this.query = query;
    this.snapshot = snapshot;
    this.last = query.from();
    this.cursor = open();
  }

  /** The id of the next row; empty after the last. */
  Optional<MessageId> next() throws IOException {
    while (cursor != null) {
      if (cursor.next()) {
        rowsOfPage++;
        last = new MessageId(Keys.number(cursor.key()));
        return Optional.of(last);
      }
      boolean maybeMore = rowsOfPage == query.limit();
      close();
      if (maybeMore) {
        cursor = open();
      }
    }
    return Optional.empty();
  }

  Slice key() {
    return opened().key();
  }

  Slice value() throws IOException {
    return opened().value();
  }

  @Override
  public void close() {
    if (cursor != null) {
      cursor.close();
      cursor = null;
    }
  }

  private Cursor opened() {
    if (cursor == null) {
      throw new IllegalStateException("there is no row");
    }
    return cursor;
  }

  /** The rows behind the last one; null where there can be none. */
  private @Nullable Cursor open() throws IOException {
    rowsOfPage = 0;
    byte[] first = Keys.of(prefix, hidden.next().value());
    CursorOptions rows = CursorOptions.ALL.limit(query.limit()).at(snapshot);
    return switch (query.direction()) {
      case BACK -> {
        byte[] end = Keys.of(prefix, last.value());
        yield Arrays.compareUnsigned(first, end) < 0
            ? db.cursor(table, rows.between(first, end).reversed())
            : null;
      }
      case ONWARD -> {
        if (last.equals(MessageId.HIGHEST)) {
          yield null;
        }
        byte[] from = Keys.of(prefix, last.max(hidden).next().value());
        yield db.cursor(table, rows.between(from, Keys.end(prefix)));
      }
    };
  }
}
