package io.sheaf.im.inbox;

import io.sheaf.im.change.Context;
import io.sheaf.im.conversation.OwnMessages;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Message;
import io.sheaf.im.table.ConversationRow;
import io.sheaf.im.table.EntryRow;
import io.sheaf.im.table.InboxRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.Rows;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import java.io.IOException;
import java.util.Optional;

/**
 * What an entry becomes when its member has read.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class ReadMove {
  private final Context context;
  private final OwnMessages own;

  /** Of members of the conversations of {@code context}. */
  public ReadMove(Context context) {
    this.context = context;
    this.own = new OwnMessages(context);
  }

  /**
   * The entry, read up to {@code upTo}; the same where it is already. Never goes back.
   *
   * <p>What is still unread says how much is read: the messages before it may have expired.
   *
   * @param rows of the moment that the conversation and the entry are of
   */
  public EntryRow apply(
      Rows rows,
      ConversationId id,
      UserId user,
      ConversationRow conversation,
      EntryRow entry,
      MessageId upTo)
      throws IOException {
    if (!upTo.isAfter(entry.readMessage())) {
      return entry;
    }
    boolean all = !conversation.newestMessage().isAfter(upTo);
    long sequence =
        all
            ? conversation.newestSequence()
            : rows.messageAfter(id, upTo)
                .map(row -> row.message().sequence() - 1)
                .orElse(conversation.newestSequence());
    sequence = Math.max(sequence, entry.readSequence());
    long ownRead = all ? entry.ownCount() : own.countUpTo(rows, id, user, upTo, entry.ownCount());
    long unread = entry.newestPrivate().isAfter(upTo) ? privateUnread(rows, id, user, upTo) : 0;
    return entry.withRead(sequence, upTo, Math.max(ownRead, entry.ownRead()), unread);
  }

  private long privateUnread(Rows rows, ConversationId id, UserId user, MessageId after)
      throws IOException {
    long unread = 0;
    byte[] prefix = Keys.of(user.id(), id.id());
    CursorOptions behind =
        CursorOptions.ALL.between(Keys.of(prefix, after.next().value()), Keys.end(prefix));
    try (Cursor cursor = rows.cursor(context.tables().inbox(), behind)) {
      while (cursor.next()) {
        Optional<Message> message = InboxRow.decode(id, cursor.key(), cursor.value()).message();
        if (message.isPresent()
            && !message.get().isRecalled()
            && !message.get().sender().equals(user)) {
          unread++;
        }
      }
    }
    return unread;
  }
}
