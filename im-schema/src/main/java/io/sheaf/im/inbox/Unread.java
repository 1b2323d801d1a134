package io.sheaf.im.inbox;

import io.sheaf.im.change.Context;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.index.IndexDefinition;
import io.sheaf.im.index.IndexOwner;
import io.sheaf.im.index.IndexSource;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.MessagePlace;
import io.sheaf.im.table.ConversationRow;
import io.sheaf.im.table.EntryRow;
import io.sheaf.im.table.Rows;
import java.io.IOException;

/**
 * How many messages a member has not read. Nothing is written for it when a message is sent: it is
 * the number of messages behind the member's read position, less its own and the recalled ones
 * among them, plus the private ones, which are counted as they are written for the member anyway.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class Unread {
  /** Finds the recalled messages of a conversation. */
  public static final IndexDefinition RECALLED =
      new IndexDefinition(
          "recalled",
          IndexSource.MESSAGES,
          (row, entries) ->
              row.message()
                  .filter(Message::isRecalled)
                  .ifPresent(message -> entries.ofConversation(IndexDefinition.NO_VALUE)));

  /** Finds the messages of a conversation that mention all. */
  public static final IndexDefinition MENTION_ALL =
      new IndexDefinition(
          "mention-all",
          IndexSource.MESSAGES,
          (row, entries) ->
              row.message()
                  .filter(Message::mentionsAll)
                  .ifPresent(message -> entries.ofConversation(IndexDefinition.NO_VALUE)));

  private final Context context;
  private final Rows rows;
  private final RecalledMessages recalled;

  /** Of the moment that {@code rows} are of. */
  Unread(Context context, Rows rows) {
    this.context = context;
    this.rows = rows;
    this.recalled = new RecalledMessages(context);
  }

  long count(ConversationId id, UserId user, ConversationRow conversation, EntryRow entry)
      throws IOException {
    long behind = conversation.newestSequence() - entry.readSequence();
    if (behind == 0) {
      return entry.privateUnread();
    }
    long own = entry.ownCount() - entry.ownRead();
    long takenBack =
        conversation.newestRecalled() > entry.readSequence()
            ? recalled.ofOthers(rows, id, user, entry.readSequence())
            : 0;
    return behind - own - takenBack + entry.privateUnread();
  }

  boolean isMentioned(ConversationId id, UserId user, ConversationRow conversation, EntryRow entry)
      throws IOException {
    return entry.mention().isAfter(entry.readMessage())
        || (conversation.mentionAll().isAfter(entry.readMessage())
            && othersMentionAll(id, user, entry.readMessage()));
  }

  private boolean othersMentionAll(ConversationId id, UserId user, MessageId read)
      throws IOException {
    boolean[] found = new boolean[1];
    context
        .indexes()
        .newest(
            rows,
            MENTION_ALL.name(),
            IndexOwner.of(id),
            IndexDefinition.NO_VALUE,
            MessagePlace.END,
            (where, message) -> {
              found[0] =
                  message.isAfter(read)
                      && rows.message(where, message)
                          .filter(row -> !row.message().sender().equals(user))
                          .isPresent();
              return message.isAfter(read) && !found[0];
            });
    return found[0];
  }
}
