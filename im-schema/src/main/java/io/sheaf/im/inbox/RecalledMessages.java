package io.sheaf.im.inbox;

import io.sheaf.im.change.Context;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Message;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.MessageRow;
import io.sheaf.im.table.RecalledRow;
import io.sheaf.im.table.Rows;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import java.io.IOException;

/**
 * The messages to all that were recalled, by their sequence numbers: they do not count as unread,
 * and are known for as long as their conversation, whenever they themselves expire.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class RecalledMessages {
  private final Context context;
  private final Table table;

  /** Of the conversations of {@code context}. */
  public RecalledMessages(Context context) {
    this.context = context;
    this.table = context.tables().recalled();
  }

  /** Notes a message that is recalled, in the batch that recalls it. */
  public void put(WriteBatch batch, Message message) {
    byte[] key = Keys.of(message.conversation().id(), message.sequence());
    batch.put(table, key, new RecalledRow(message.sender()).encode());
  }

  /** How many there are behind a sequence number, but for those of {@code user}. */
  long ofOthers(Rows rows, ConversationId id, UserId user, long afterSequence) throws IOException {
    long count = 0;
    CursorOptions behind =
        CursorOptions.ALL.between(Keys.of(id.id(), afterSequence + 1), Keys.end(Keys.of(id.id())));
    try (Cursor cursor = rows.cursor(table, behind)) {
      while (cursor.next()) {
        count += RecalledRow.decode(cursor.key(), cursor.value()).sender().equals(user) ? 0 : 1;
      }
    }
    return count;
  }

  /**
   * Takes over what a store has that was written before this table was: in one batch, so that it is
   * done once. To be called as the store is opened.
   */
  public void fill() throws IOException {
    if (context.rows().first(table, CursorOptions.ALL, RecalledRow::decode).isPresent()) {
      return;
    }
    WriteBatch batch = new WriteBatch();
    context
        .indexes()
        .all(
            context.rows(),
            Unread.RECALLED.name(),
            (where, id) -> {
              context
                  .rows()
                  .message(where, id)
                  .map(MessageRow::message)
                  .filter(Message::isRecalled)
                  .ifPresent(message -> put(batch, message));
              return true;
            });
    if (batch.count() > 0) {
      context.db().write(batch);
    }
  }
}
