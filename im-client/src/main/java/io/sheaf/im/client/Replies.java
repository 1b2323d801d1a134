package io.sheaf.im.client;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.model.Conversation;
import io.sheaf.im.model.ConversationEntry;
import io.sheaf.im.model.Delivery;
import io.sheaf.im.model.Device;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.HistoryMessage;
import io.sheaf.im.model.Member;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.MessageState;
import io.sheaf.im.model.QueuedEvent;
import io.sheaf.im.model.Reaction;
import io.sheaf.im.model.ReadReceipt;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.im.model.SentMessage;
import io.sheaf.im.model.SyncResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What replies mean.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class Replies {
  private Replies() {}

  static SendOutcome sent(ConversationId conversation, @Nullable Object reply) {
    Fields fields = Fields.of(reply);
    List<Delivery> deliveries = new ArrayList<>();
    for (Object delivery : fields.list("deliveries")) {
      List<?> pair = Fields.list(delivery);
      deliveries.add(new Delivery(Fields.user(pair.get(0)), Fields.number(pair.get(1))));
    }
    SentMessage message =
        new SentMessage(conversation, fields.message("id"), fields.number("sequence"), deliveries);
    return fields.isTrue("sent-before")
        ? new SendOutcome.AlreadyDurable(message)
        : new SendOutcome.Durable(message);
  }

  static HistoryMessage historyMessage(@Nullable Object reply) {
    Fields fields = Fields.of(reply);
    return new HistoryMessage(message(fields), new MessageState(false, fields.small("marks")));
  }

  private static Message message(Fields fields) {
    return new Message(
        fields.conversation("conversation"),
        fields.message("id"),
        fields.number("sequence"),
        fields.user("sender"),
        fields.number("time"),
        fields.small("type"),
        fields.users("mentions"),
        fields.isTrue("mentions-all"),
        fields.word(Message.Status.class, "status"),
        fields.body("body"));
  }

  private static Optional<Message> message(Fields fields, String name) {
    return Optional.ofNullable(fields.value(name)).map(found -> message(Fields.of(found)));
  }

  static SyncResult sync(@Nullable Object reply) {
    Fields fields = Fields.of(reply);
    if (fields.text("kind").equals("rebase")) {
      return new SyncResult.Rebase(fields.number("position"), fields.number("oldest-kept"));
    }
    List<QueuedEvent> events = new ArrayList<>();
    fields.list("events").forEach(event -> events.add(event(event)));
    return new SyncResult.Events(events, fields.number("newest"));
  }

  static QueuedEvent event(@Nullable Object reply) {
    Fields fields = Fields.of(reply);
    Event event =
        switch (fields.text("kind")) {
          case "message" ->
              new Event.OfMessage(
                  fields.word(Event.MessageChange.class, "change"),
                  fields.conversation("conversation"),
                  fields.message("id"),
                  fields.number("sequence"),
                  message(fields, "message"));
          case "conversation" ->
              new Event.OfConversation(
                  fields.word(Event.ConversationChange.class, "change"),
                  fields.conversation("conversation"),
                  fields.number("sequence"),
                  Optional.ofNullable(fields.value("member")).map(Fields::user));
          case "custom" -> new Event.Custom(fields.body("body"));
          default ->
              throw new IllegalStateException(
                  "events of kind '" + fields.text("kind") + "' need a newer client");
        };
    return new QueuedEvent(fields.number("position"), event);
  }

  static ConversationEntry entry(@Nullable Object reply) {
    Fields fields = Fields.of(reply);
    return new ConversationEntry(
        fields.conversation("conversation"),
        fields.message("newest"),
        message(fields, "last-message"),
        fields.number("unread"),
        fields.isTrue("mentioned"),
        fields.isTrue("muted"),
        fields.isTrue("pinned"),
        fields.number("read-sequence"));
  }

  static Conversation conversation(@Nullable Object reply) {
    Fields fields = Fields.of(reply);
    return new Conversation(
        fields.conversation("conversation"),
        fields.number("members"),
        fields.number("newest-sequence"),
        fields.message("newest"),
        fields.isTrue("large"),
        fields.isTrue("from-joining"));
  }

  static Member member(@Nullable Object reply) {
    Fields fields = Fields.of(reply);
    return new Member(fields.user("user"), fields.small("role"), fields.number("joined"));
  }

  static Device device(@Nullable Object reply) {
    Fields fields = Fields.of(reply);
    return new Device(fields.device("device"), fields.number("position"), fields.number("seen"));
  }

  static ReadReceipt receipt(@Nullable Object reply) {
    Fields fields = Fields.of(reply);
    return new ReadReceipt(
        fields.number("read-count"),
        fields.number("unread-count"),
        fields.users("read"),
        fields.users("unread"));
  }

  static Reaction reaction(@Nullable Object reply) {
    Fields fields = Fields.of(reply);
    return new Reaction(fields.text("sign"), fields.user("user"));
  }
}
