package io.sheaf.im.history;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.HistoryMessage;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.MessageState;
import io.sheaf.im.table.ConversationRow;
import io.sheaf.im.table.EntryRow;
import io.sheaf.im.table.InboxRow;
import io.sheaf.im.table.MemberRow;
import io.sheaf.im.table.MessageRow;
import io.sheaf.im.table.Rows;
import java.io.IOException;
import java.util.Optional;

/**
 * What of a conversation a member may see: what came after it has cleared the conversation, where
 * the conversation says so nothing from before joining, and not what it has deleted for itself.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class Visibility {
  private final Rows rows;

  /** In the conversations of {@code rows}. */
  public Visibility(Rows rows) {
    this.rows = rows;
  }

  /**
   * The message up to which the user sees nothing.
   *
   * @throws ImException.UnknownConversation when there is no such conversation
   * @throws ImException.NotMember when the user is no member
   */
  MessageId hiddenUpTo(ConversationId id, UserId user) throws IOException {
    ConversationRow conversation = rows.requireConversation(id);
    Optional<EntryRow> listed = rows.listedEntry(id, conversation, user);
    if (listed.isPresent() && !conversation.historyFromJoining()) {
      return listed.get().cleared().max(conversation.begin());
    }
    MemberRow member = rows.member(id, user).orElseThrow(() -> new ImException.NotMember(id, user));
    Optional<EntryRow> entry = listed.or(member::entry);
    MessageId cleared = entry.map(EntryRow::cleared).orElse(MessageId.NONE);
    MessageId hidden = cleared.max(conversation.begin());
    return conversation.historyFromJoining() ? hidden.max(member.before()) : hidden;
  }

  /** The message, where the user may see it; a recalled one is one without a body. */
  public Optional<HistoryMessage> find(UserId user, ConversationId id, MessageId message)
      throws IOException {
    return message.isAfter(hiddenUpTo(id, user)) ? read(user, id, message) : Optional.empty();
  }

  /** The same for a user that may not be a member, or not any more: then it sees nothing. */
  public Optional<HistoryMessage> findIfMember(UserId user, ConversationId id, MessageId message)
      throws IOException {
    return rows.member(id, user).isPresent() ? find(user, id, message) : Optional.empty();
  }

  private Optional<HistoryMessage> read(UserId user, ConversationId id, MessageId message)
      throws IOException {
    Optional<InboxRow> mine = rows.inbox(user, id, message);
    MessageState state = mine.map(InboxRow::state).orElse(MessageState.NONE);
    if (state.deleted()) {
      return Optional.empty();
    }
    Optional<Message> found = mine.flatMap(InboxRow::message);
    if (found.isEmpty()) {
      found = rows.message(id, message).map(MessageRow::message);
    }
    return found.map(present -> new HistoryMessage(present, state));
  }
}
