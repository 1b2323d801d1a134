package io.sheaf.im.message;

import io.sheaf.im.change.Context;
import io.sheaf.im.change.Transaction;
import io.sheaf.im.conversation.Fanout;
import io.sheaf.im.conversation.ReadCounts;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.inbox.ReadMove;
import io.sheaf.im.inbox.RecalledMessages;
import io.sheaf.im.inbox.Unread;
import io.sheaf.im.index.IndexDefinition;
import io.sheaf.im.index.IndexOwner;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.MessagePlace;
import io.sheaf.im.model.MessageState;
import io.sheaf.im.table.ConversationRow;
import io.sheaf.im.table.EntryRow;
import io.sheaf.im.table.InboxRow;
import io.sheaf.im.table.MessageRow;
import io.sheaf.im.table.NoticeRow;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of messages after they were sent: taken back or edited for all, and what a user does
 * with them for itself.
 *
 * <p>Who may take back or edit what is the service's to say; the store only asks for a member that
 * has the message.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class MessageChanges {
  private final Context context;
  private final Notices notices;
  private final ReadMove move;
  private final PrivateReceivers receivers;
  private final RecalledMessages recalledMessages;
  private final int mostBodyBytes;

  /**
   * Changes messages of {@code context}.
   *
   * @param mostBodyBytes largest body, in bytes
   */
  public MessageChanges(Context context, Notices notices, int mostBodyBytes) {
    this.context = context;
    this.notices = notices;
    this.move = new ReadMove(context);
    this.receivers = new PrivateReceivers(context);
    this.recalledMessages = new RecalledMessages(context);
    this.mostBodyBytes = mostBodyBytes;
  }

  /**
   * Takes a message back: for all who have it, it is one without a body from now on. One that was
   * taken back already stays so.
   *
   * <p>Any member that has the message may do so here, whoever has said it: the service decides who
   * may, before it calls.
   *
   * @throws ImException.UnknownConversation when there is no such conversation
   * @throws ImException.NotMember when {@code by} is no member
   * @throws ImException.UnknownMessage when there is no such message, or not for {@code by}
   */
  public void recall(UserId by, ConversationId conversation, MessageId id) throws IOException {
    try (Transaction change = context.begin().lockConversation(conversation)) {
      Optional<MessageRow> toAll = toAll(change, by, conversation, id);
      if (toAll.isPresent()) {
        recallForAll(change, toAll.get());
      } else {
        recallForSome(change, by, conversation, id);
      }
      change.commit();
    }
  }

  /**
   * Changes the body of a message for all who have it. It is changed at once and for good; members
   * are told of all changes to one message to all within a window by one event.
   *
   * <p>Any member that has the message may do so here, whoever has said it: the service decides who
   * may, before it calls.
   *
   * @throws ImException.UnknownConversation when there is no such conversation
   * @throws ImException.NotMember when {@code by} is no member
   * @throws ImException.UnknownMessage when there is no such message, or not for {@code by}
   * @throws ImException.Recalled when it was taken back
   * @throws ImException.BodyTooLarge when the body is
   */
  public void edit(UserId by, ConversationId conversation, MessageId id, Body body)
      throws IOException {
    if (body.length() > mostBodyBytes) {
      throw new ImException.BodyTooLarge(body.length(), mostBodyBytes);
    }
    try (Transaction change = context.begin().lockConversation(conversation)) {
      Optional<MessageRow> toAll = toAll(change, by, conversation, id);
      if (toAll.isPresent()) {
        MessageRow row = toAll.get();
        Message edited = notRecalled(row.message()).edited(body);
        change.putMessage(row, new MessageRow(edited, row.own()));
        notices.add(change, conversation, id, new NoticeRow(true, false));
      } else {
        for (UserId user : receivers.lock(change, by, conversation, id)) {
          InboxRow row = receivers.row(user, conversation, id);
          Message edited = notRecalled(row.message().orElseThrow()).edited(body);
          change.putInbox(user, conversation, id, row, row.with(edited));
          change.append(user, event(Event.MessageChange.EDITED, edited));
        }
      }
      change.commit();
    }
    notices.added(conversation);
  }

  /**
   * Sets a user's own state of a message.
   *
   * @throws ImException.UnknownMessage when there is no such message, or not for this user
   */
  public void setState(UserId user, ConversationId conversation, MessageId id, MessageState state)
      throws IOException {
    try (Transaction change = context.begin().lockConversation(conversation).lockUser(user)) {
      Optional<MessageRow> toAll = toAll(change, user, conversation, id);
      @Nullable InboxRow before = context.rows().inbox(user, conversation, id).orElse(null);
      if (toAll.isEmpty() && (before == null || before.message().isEmpty())) {
        throw new ImException.UnknownMessage(conversation, id);
      }
      InboxRow row = before == null ? InboxRow.of(state) : before.with(state);
      change.putInbox(user, conversation, id, before, row);
      Message message = toAll.map(MessageRow::message).or(row::message).orElseThrow();
      change.append(user, event(Event.MessageChange.STATE, message));
      change.commit();
    }
  }

  /**
   * Clears a conversation for a user: nothing of what was said so far is shown any more, and all of
   * it counts as read. One row, however much there is.
   *
   * @throws ImException.NotMember when the user is no member
   */
  public void clear(UserId user, ConversationId id) throws IOException {
    try (Transaction change = context.begin().lockConversation(id).lockUser(user)) {
      ConversationRow row = change.conversation(id);
      EntryRow before = change.entry(id, user);
      EntryRow read = move.apply(context.rows(), id, user, row, before, row.lastId());
      if (row.large()) {
        ReadCounts counts = new ReadCounts(context, change, id);
        counts.move(before.readSequence(), read.readSequence());
        counts.write();
      }
      change.putEntry(id, user, read.withCleared(row.lastId()));
      change.append(
          user,
          new Event.OfConversation(Event.ConversationChange.CLEARED, id, 0, Optional.empty()));
      change.commit();
    }
  }

  /** A message to all members, where {@code by} has it. */
  private Optional<MessageRow> toAll(
      Transaction change, UserId by, ConversationId conversation, MessageId id) throws IOException {
    ConversationRow row = change.conversation(conversation);
    return row.shows(id, change.requireMember(conversation, by))
        ? context.rows().message(conversation, id)
        : Optional.empty();
  }

  private void recallForAll(Transaction change, MessageRow row) throws IOException {
    Message message = row.message();
    if (message.isRecalled()) {
      return;
    }
    ConversationId id = message.conversation();
    Fanout fanout = new Fanout(context, change);
    fanout.lock(Set.of(id), new HashSet<>(message.mentions()));
    Message recalled = message.recalled();
    change.putMessage(row, new MessageRow(recalled, row.own()));
    recalledMessages.put(change.batch(), recalled);
    ConversationRow conversation = change.conversation(id);
    MessageId mentionAll =
        conversation.mentionAll().equals(message.id())
            ? newestBefore(Unread.MENTION_ALL, id, message.id())
            : conversation.mentionAll();
    change.put(id, conversation.withRecalled(message.sequence(), mentionAll));
    takeMentionBack(change, message);
    fanout.tell(id, event(Event.MessageChange.RECALLED, recalled));
  }

  private void recallForSome(
      Transaction change, UserId by, ConversationId conversation, MessageId id) throws IOException {
    for (UserId user : receivers.lock(change, by, conversation, id)) {
      InboxRow row = receivers.row(user, conversation, id);
      Message message = row.message().orElseThrow();
      if (message.isRecalled()) {
        return;
      }
      Message recalled = message.recalled();
      change.putInbox(user, conversation, id, row, row.with(recalled));
      if (change.member(conversation, user).isPresent()) {
        EntryRow entry = change.entry(conversation, user);
        if (id.isAfter(entry.readMessage()) && !message.sender().equals(user)) {
          change.putEntry(
              conversation,
              user,
              entry.withPrivate(entry.newestPrivate(), entry.privateUnread() - 1));
        }
        takeMentionBack(change, message, user);
      }
      change.append(user, event(Event.MessageChange.RECALLED, recalled));
    }
  }

  private void takeMentionBack(Transaction change, Message message) throws IOException {
    for (UserId user : message.mentions()) {
      if (change.member(message.conversation(), user).isPresent()) {
        takeMentionBack(change, message, user);
      }
    }
  }

  private void takeMentionBack(Transaction change, Message message, UserId user)
      throws IOException {
    ConversationId id = message.conversation();
    EntryRow entry = change.entry(id, user);
    if (entry.mention().equals(message.id())) {
      change.putEntry(
          id,
          user,
          entry.withMention(
              Mentions.newestBefore(context, user, id, message.id(), entry.readMessage())));
    }
  }

  /** The newest message of an index of a conversation before this one. */
  private MessageId newestBefore(IndexDefinition index, ConversationId id, MessageId before)
      throws IOException {
    MessageId[] found = {MessageId.NONE};
    context
        .indexes()
        .newest(
            context.rows(),
            index.name(),
            IndexOwner.of(id),
            IndexDefinition.NO_VALUE,
            MessagePlace.before(before),
            (where, message) -> {
              found[0] = message;
              return false;
            });
    return found[0];
  }

  private static Message notRecalled(Message message) {
    if (message.isRecalled()) {
      throw new ImException.Recalled(message.conversation(), message.id());
    }
    return message;
  }

  private static Event event(Event.MessageChange what, Message message) {
    return new Event.OfMessage(
        what, message.conversation(), message.id(), message.sequence(), Optional.of(message));
  }
}
