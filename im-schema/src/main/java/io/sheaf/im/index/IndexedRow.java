package io.sheaf.im.index;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.MessageState;
import io.sheaf.im.table.InboxRow;
import java.util.Optional;

/**
 * A row as an index sees it.
 *
 * @param conversation where the message is
 * @param id which message
 * @param owner whose row it is in the table {@link IndexSource#INBOX}; empty in {@link
 *     IndexSource#MESSAGES}
 * @param message the message; empty where the row is only a user's state of it
 * @param state the user's state of it
 */
public record IndexedRow(
    ConversationId conversation,
    MessageId id,
    Optional<UserId> owner,
    Optional<Message> message,
    MessageState state) {
  /** A row of {@link IndexSource#MESSAGES}. */
  public static IndexedRow of(Message message) {
    return new IndexedRow(
        message.conversation(),
        message.id(),
        Optional.empty(),
        Optional.of(message),
        MessageState.NONE);
  }

  /** A row of {@link IndexSource#INBOX}: what {@code user} has of its own about a message. */
  public static IndexedRow of(
      UserId user, ConversationId conversation, MessageId id, InboxRow row) {
    return new IndexedRow(conversation, id, Optional.of(user), row.message(), row.state());
  }
}
