package io.sheaf.im.send;

import io.sheaf.im.change.Context;
import io.sheaf.im.change.Transaction;
import io.sheaf.im.conversation.Fanout;
import io.sheaf.im.id.ClientMessageId;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Delivery;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.MessageState;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.im.model.SentMessage;
import io.sheaf.im.table.ConversationRow;
import io.sheaf.im.table.EntryRow;
import io.sheaf.im.table.InboxRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.MessageRow;
import io.sheaf.im.table.SentRow;
import io.sheaf.lsm.coding.Slice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages into one change, whose locks are held: first looks at all that may speak against a
 * message, then adds its rows. So what is refused leaves nothing.
 *
 * <p><b>Thread safety.</b> None.
 */
final class Post {
  /** The ids of a conversation only rise, so a message of the far future would take them along. */
  private static final long DAY_MILLIS = 24L * 60 * 60 * 1000;

  private static final long LAST_MILLIS = MessageId.HIGHEST.timeMillis() - DAY_MILLIS;

  private final Context context;
  private final Transaction change;
  private final Fanout fanout;
  private final int mostBodyBytes;
  private final Map<Slice, SentMessage> answers = new HashMap<>();

  Post(Context context, Transaction change, Fanout fanout, int mostBodyBytes) {
    this.context = context;
    this.change = change;
    this.fanout = fanout;
    this.mostBodyBytes = mostBodyBytes;
  }

  /** Adds a message; its outcome, once the change is committed. */
  SendOutcome add(Draft draft) throws IOException {
    byte @Nullable [] answerKey = answerKey(draft);
    try {
      // First of all: what is there is there, whatever has changed since.
      Optional<SentMessage> answer =
          answerKey == null ? Optional.empty() : answered(draft, answerKey);
      if (answer.isPresent()) {
        return new SendOutcome.AlreadyDurable(answer.get());
      }
      check(draft);
    } catch (ImException e) {
      return new SendOutcome.NotWritten(e);
    }
    SentMessage sent = draft.isPrivate() ? sendToSome(draft) : sendToAll(draft);
    if (answerKey != null) {
      answers.put(Slice.of(answerKey), sent);
      change.batch().put(context.tables().answer(), answerKey, new SentRow(sent).encode());
    }
    return new SendOutcome.Durable(sent);
  }

  /**
   * Looks at what may speak against a message.
   *
   * @throws ImException what does
   */
  void check(Draft draft) throws IOException {
    if (draft.body().length() > mostBodyBytes) {
      throw new ImException.BodyTooLarge(draft.body().length(), mostBodyBytes);
    }
    long timeMillis = timeMillis(draft);
    long latestMillis = Math.min(change.nowMillis() + DAY_MILLIS, LAST_MILLIS);
    if (timeMillis < 0 || timeMillis > latestMillis) {
      throw new ImException.TimeOutOfRange(timeMillis, latestMillis);
    }
    ConversationId conversation = draft.conversation();
    change.conversation(conversation);
    change.requireMember(conversation, draft.sender());
    for (UserId user : draft.mentions()) {
      change.requireMember(conversation, user);
    }
    for (UserId user : draft.onlyFor()) {
      change.requireMember(conversation, user);
    }
  }

  private SentMessage sendToAll(Draft draft) throws IOException {
    ConversationId conversation = draft.conversation();
    ConversationRow row = change.conversation(conversation);
    MessageId id = nextId(draft, row);
    long sequence = row.newestSequence() + 1;
    change.put(
        conversation, row.withMessage(sequence, id, draft.mentionsAll() ? id : row.mentionAll()));
    EntryRow own = change.entry(conversation, draft.sender()).withOwn();
    change.putEntry(conversation, draft.sender(), own);
    mention(draft, draft.mentions(), id);
    Message message = message(draft, id, sequence);
    change.putMessage(null, new MessageRow(message, own.ownCount()));
    return new SentMessage(conversation, id, sequence, fanout.tell(conversation, sent(message)));
  }

  private SentMessage sendToSome(Draft draft) throws IOException {
    ConversationId conversation = draft.conversation();
    ConversationRow row = change.conversation(conversation);
    MessageId id = nextId(draft, row);
    change.put(conversation, row.withPrivate(id));
    Set<UserId> receivers = new LinkedHashSet<>(draft.onlyFor());
    receivers.add(draft.sender());
    Message message = message(draft, id, Message.PRIVATE);
    InboxRow inbox = new InboxRow(MessageState.NONE, Optional.of(message), List.copyOf(receivers));
    for (UserId user : receivers) {
      EntryRow entry = change.entry(conversation, user);
      long unread = entry.privateUnread() + (user.equals(draft.sender()) ? 0 : 1);
      change.putEntry(conversation, user, entry.withPrivate(id, unread));
      change.putInbox(user, conversation, id, null, inbox);
    }
    mention(draft, draft.mentions().stream().filter(receivers::contains).toList(), id);
    List<Delivery> deliveries = fanout.tell(new ArrayList<>(receivers), sent(message));
    return new SentMessage(conversation, id, Message.PRIVATE, deliveries);
  }

  private void mention(Draft draft, List<UserId> users, MessageId id) throws IOException {
    for (UserId user : users) {
      if (!user.equals(draft.sender())) {
        EntryRow entry = change.entry(draft.conversation(), user);
        change.putEntry(draft.conversation(), user, entry.withMention(id));
      }
    }
  }

  /** The answer that was given to an earlier send under the same client message id. */
  private Optional<SentMessage> answered(Draft draft, byte[] key) throws IOException {
    SentMessage answer = answers.get(Slice.of(key));
    return answer == null ? find(context, draft, key) : Optional.of(of(draft, answer));
  }

  /** The answer to an earlier send of the same draft, as far as the store has it. */
  static Optional<SentMessage> find(Context context, Draft draft) throws IOException {
    byte @Nullable [] key = answerKey(draft);
    return key == null ? Optional.empty() : find(context, draft, key);
  }

  private static Optional<SentMessage> find(Context context, Draft draft, byte[] key)
      throws IOException {
    return context
        .rows()
        .get(context.tables().answer(), key, SentRow::decode)
        .map(row -> of(draft, row.answer()));
  }

  private static SentMessage of(Draft draft, SentMessage answer) {
    ClientMessageId id = draft.clientMessageId();
    if (id != null && !answer.conversation().equals(draft.conversation())) {
      throw new ImException.ClientMessageIdReused(id, answer.conversation());
    }
    return answer;
  }

  private MessageId nextId(Draft draft, ConversationRow row) {
    return MessageId.firstAt(timeMillis(draft)).max(row.lastId().next());
  }

  private long timeMillis(Draft draft) {
    return draft.timeMillis().orElse(change.nowMillis());
  }

  private Message message(Draft draft, MessageId id, long sequence) {
    return new Message(
        draft.conversation(),
        id,
        sequence,
        draft.sender(),
        timeMillis(draft),
        draft.type(),
        draft.mentions(),
        draft.mentionsAll(),
        Message.Status.SENT,
        draft.body());
  }

  private static Event sent(Message message) {
    return new Event.OfMessage(
        Event.MessageChange.SENT,
        message.conversation(),
        message.id(),
        message.sequence(),
        Optional.of(message));
  }

  private static byte @Nullable [] answerKey(Draft draft) {
    ClientMessageId id = draft.clientMessageId();
    return id == null ? null : Keys.of(draft.sender().id(), id.id());
  }
}
