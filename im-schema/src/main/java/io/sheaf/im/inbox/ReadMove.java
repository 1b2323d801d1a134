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
import io.sheaf.im.table.MessageRow;
import io.sheaf.im.table.Rows;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an entry becomes when its member has read.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class ReadMove {
  private static final int CHANGED_AT_ONCE = 64;

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
   * <p>What is still unread says how much is read: the messages before it may have expired. So what
   * was sent before something that has expired counts as read, and of what does not all rows are
   * there.
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
    Optional<Message> first =
        conversation.newestMessage().isAfter(upTo)
            ? firstUnread(rows, id, upTo, conversation.newestSequence())
            : Optional.empty();
    long sequence = conversation.newestSequence();
    long ownRead = entry.ownCount();
    if (first.isPresent()) {
      sequence = first.get().sequence() - 1;
      ownRead = own.countUpTo(rows, id, user, first.get().id().previous(), entry.ownCount());
    }
    long unread = entry.newestPrivate().isAfter(upTo) ? privateUnread(rows, id, user, upTo) : 0;
    return entry.withRead(
        Math.max(sequence, entry.readSequence()), upTo, Math.max(ownRead, entry.ownRead()), unread);
  }

  /**
   * The oldest message behind {@code upTo} from which on none has expired. Messages expire in their
   * order, but those that were changed later: so behind one that was not there is no gap.
   */
  private Optional<Message> firstUnread(
      Rows rows, ConversationId id, MessageId upTo, long newestSequence) throws IOException {
    @Nullable Message first = null;
    long last = 0;
    MessageId behind = upTo;
    int limit = 1; // the first that was not changed ends it: nearly always the first of all
    int rowsOfPage = limit;
    while (rowsOfPage == limit) {
      rowsOfPage = 0;
      limit = behind.equals(upTo) ? 1 : CHANGED_AT_ONCE;
      CursorOptions page =
          CursorOptions.ALL
              .between(Keys.of(id.id(), behind.next().value()), Keys.end(Keys.of(id.id())))
              .limit(limit);
      try (Cursor cursor = rows.cursor(context.tables().message(), page)) {
        while (cursor.next()) {
          rowsOfPage++;
          Message message = MessageRow.decode(id, cursor.key(), cursor.value()).message();
          if (first == null || message.sequence() != last + 1) {
            first = message;
          }
          if (message.status() == Message.Status.SENT) {
            return Optional.of(first);
          }
          last = message.sequence();
          behind = message.id();
        }
      }
    }
    return last == newestSequence ? Optional.ofNullable(first) : Optional.empty();
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
