package io.sheaf.server.im;

import io.sheaf.im.id.Id;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.ConversationEntry;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.HistoryMessage;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.QueuedEvent;
import io.sheaf.im.model.SentMessage;
import io.sheaf.server.wire.ReplyWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What IM commands answer: maps, which are arrays of names and values in RESP2. Message ids are
 * decimal text, as they have 64 bits; so are the ids of a service.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class ImReplies {
  private static final int MESSAGE_FIELDS = 10;

  private ImReplies() {}

  static void id(ReplyWriter reply, Id id) {
    reply.bulk(id.toByteArray());
  }

  static void id(ReplyWriter reply, MessageId id) {
    reply.bulk(id.toString());
  }

  static void field(ReplyWriter reply, String name, long value) {
    reply.bulk(name);
    reply.integer(value);
  }

  /** 1 or 0: not all clients of RESP3 take a truth that is part of something. */
  static void field(ReplyWriter reply, String name, boolean value) {
    field(reply, name, value ? 1 : 0);
  }

  static void field(ReplyWriter reply, String name, String value) {
    reply.bulk(name);
    reply.bulk(value);
  }

  static void field(ReplyWriter reply, String name, Id value) {
    reply.bulk(name);
    id(reply, value);
  }

  static void field(ReplyWriter reply, String name, MessageId value) {
    reply.bulk(name);
    id(reply, value);
  }

  static void field(ReplyWriter reply, String name, List<UserId> users) {
    reply.bulk(name);
    reply.array(users.size());
    users.forEach(user -> id(reply, user.id()));
  }

  static void sent(ReplyWriter reply, SentMessage message, boolean before, boolean deliveries) {
    reply.map(deliveries ? 4 : 3);
    field(reply, "id", message.id());
    field(reply, "sequence", message.sequence());
    field(reply, "sent-before", before);
    if (deliveries) {
      reply.bulk("deliveries");
      reply.array(message.deliveries().size());
      message
          .deliveries()
          .forEach(delivery -> {
            reply.array(2);
            id(reply, delivery.user().id());
            reply.integer(delivery.position());
          });
    }
  }

  static void message(ReplyWriter reply, Message message) {
    reply.map(MESSAGE_FIELDS);
    fields(reply, message);
  }

  static void message(ReplyWriter reply, HistoryMessage message) {
    reply.map(MESSAGE_FIELDS + 1);
    fields(reply, message.message());
    field(reply, "marks", message.state().marks());
  }

  static void messages(ReplyWriter reply, List<HistoryMessage> messages) {
    reply.array(messages.size());
    messages.forEach(message -> message(reply, message));
  }

  private static void fields(ReplyWriter reply, Message message) {
    field(reply, "conversation", message.conversation().id());
    field(reply, "id", message.id());
    field(reply, "sequence", message.sequence());
    field(reply, "sender", message.sender().id());
    field(reply, "time", message.timeMillis());
    field(reply, "type", message.type());
    field(reply, "status", shown(message.status()));
    field(reply, "mentions", message.mentions());
    field(reply, "mentions-all", message.mentionsAll());
    reply.bulk("body");
    reply.bulk(message.body().bytes());
  }

  static void event(ReplyWriter reply, QueuedEvent queued) {
    switch (queued.event()) {
      case Event.OfMessage event -> {
        reply.map(7);
        head(reply, queued, "message");
        field(reply, "change", shown(event.change()));
        field(reply, "conversation", event.conversation().id());
        field(reply, "id", event.id());
        field(reply, "sequence", event.sequence());
        reply.bulk("message");
        message(reply, event.message());
      }
      case Event.OfConversation event -> {
        reply.map(6);
        head(reply, queued, "conversation");
        field(reply, "change", shown(event.change()));
        field(reply, "conversation", event.conversation().id());
        field(reply, "sequence", event.sequence());
        reply.bulk("member");
        event.member().ifPresentOrElse(member -> id(reply, member.id()), reply::none);
      }
      case Event.Custom event -> {
        reply.map(3);
        head(reply, queued, "custom");
        reply.bulk("body");
        reply.bulk(event.body().bytes());
      }
    }
  }

  private static void head(ReplyWriter reply, QueuedEvent queued, String kind) {
    field(reply, "position", queued.position());
    field(reply, "kind", kind);
  }

  static void entry(ReplyWriter reply, ConversationEntry entry) {
    reply.map(8);
    field(reply, "conversation", entry.conversation().id());
    field(reply, "newest", entry.newestMessage());
    field(reply, "unread", entry.unread());
    field(reply, "mentioned", entry.isMentioned());
    field(reply, "muted", entry.isMuted());
    field(reply, "pinned", entry.isPinned());
    field(reply, "read-sequence", entry.readSequence());
    reply.bulk("last-message");
    message(reply, entry.lastMessage());
  }

  private static void message(ReplyWriter reply, Optional<Message> message) {
    message.ifPresentOrElse(found -> message(reply, found), reply::none);
  }

  private static String shown(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
