package io.sheaf.im.conversation;

import io.sheaf.im.change.Context;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.ReadReceipt;
import io.sheaf.im.table.ConversationRow;
import io.sheaf.im.table.EntryRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.MemberRow;
import io.sheaf.im.table.MessageRow;
import io.sheaf.im.table.Rows;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who has read a message: told by the read positions of the members, one by one in an ordinary
 * conversation, by {@link ReadCounts} in a large one.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class Readers {
  private final Context context;

  /** In the conversations of {@code context}. */
  public Readers(Context context) {
    this.context = context;
  }

  /**
   * Who has read a message to all.
   *
   * @throws ImException.UnknownConversation when there is no such conversation
   * @throws ImException.UnknownMessage when it has no such message
   */
  public ReadReceipt of(ConversationId id, MessageId message) throws IOException {
    try (Snapshot now = context.db().snapshot()) { // members come and go, and read on
      Rows rows = context.rows().at(now);
      ConversationRow conversation = rows.requireConversation(id);
      Message found =
          rows.message(id, message)
              .map(MessageRow::message)
              .orElseThrow(() -> new ImException.UnknownMessage(id, message));
      return conversation.large() ? counted(rows, id, found) : named(rows, id, found);
    }
  }

  private ReadReceipt named(Rows rows, ConversationId id, Message message) throws IOException {
    List<UserId> read = new ArrayList<>();
    List<UserId> unread = new ArrayList<>();
    byte[] prefix = Keys.of(id.id());
    try (Cursor cursor = rows.cursor(context.tables().member(), CursorOptions.prefix(prefix))) {
      while (cursor.next()) {
        UserId user = new UserId(Keys.id(cursor.key(), prefix.length));
        MemberRow member = MemberRow.decode(cursor.key(), cursor.value());
        if (isReader(message, user, member)) {
          (hasRead(rows, id, message, user, member) ? read : unread).add(user);
        }
      }
    }
    return new ReadReceipt(read.size(), unread.size(), read, unread);
  }

  private ReadReceipt counted(Rows rows, ConversationId id, Message message) throws IOException {
    long all = 0;
    boolean senderHasRead = false;
    byte[] prefix = Keys.of(id.id());
    try (Cursor cursor = rows.cursor(context.tables().member(), CursorOptions.prefix(prefix))) {
      while (cursor.next()) {
        UserId user = new UserId(Keys.id(cursor.key(), prefix.length));
        MemberRow member = MemberRow.decode(cursor.key(), cursor.value());
        if (isReader(message, user, member)) {
          all++;
        } else if (user.equals(message.sender()) && member.beforeSequence() < message.sequence()) {
          senderHasRead = hasRead(rows, id, message, user, member);
        }
      }
    }
    long read = ReadCounts.count(context, rows, id, message.sequence()) - (senderHasRead ? 1 : 0);
    return new ReadReceipt(read, all - read, List.of(), List.of());
  }

  private static boolean hasRead(
      Rows rows, ConversationId id, Message message, UserId user, MemberRow member)
      throws IOException {
    Optional<EntryRow> entry = rows.entry(id, user, member);
    return entry.isPresent() && entry.get().readSequence() >= message.sequence();
  }

  private static boolean isReader(Message message, UserId user, MemberRow member) {
    return member.beforeSequence() < message.sequence() && !user.equals(message.sender());
  }
}
