package io.sheaf.im.sync;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.QueuedEvent;
import io.sheaf.im.table.EventRow;
import io.sheaf.im.table.InboxRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.MemberRow;
import io.sheaf.im.table.MessageRow;
import io.sheaf.im.table.Rows;
import io.sheaf.lsm.coding.Slice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Adds to events what they are about: events say where a message is, and what it says is read from
 * its own row, for who is still a member and may see it.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class EventContent {
  private final Rows rows;

  EventContent(Rows rows) {
    this.rows = rows;
  }

  /** An event as it stands in the queue. */
  static QueuedEvent decode(Slice key, Slice value) throws IOException {
    return new QueuedEvent(Keys.number(key), EventRow.decode(key, value).event());
  }

  /**
   * The events with their messages.
   *
   * @param toTheEnd whether they are all there are, up to the moment that the rows are of: who was
   *     a member when a message was sent still is one then, unless one of them says otherwise, and
   *     is not looked up
   */
  List<QueuedEvent> of(UserId user, List<QueuedEvent> events, boolean toTheEnd) throws IOException {
    Set<ConversationId> moved = toTheEnd ? moved(user, events) : Set.of();
    List<QueuedEvent> full = new ArrayList<>(events.size());
    Map<ConversationId, Optional<MemberRow>> members = new HashMap<>();
    for (QueuedEvent event : events) {
      Event said = event.event();
      Event whole =
          toTheEnd && said instanceof Event.OfMessage about && isShown(about, moved)
              ? withMessage(user, about)
              : of(user, said, members);
      full.add(new QueuedEvent(event.position(), whole));
    }
    return full;
  }

  /** Whether the event itself says that the user is a member and has got the message as one. */
  private static boolean isShown(Event.OfMessage about, Set<ConversationId> moved) {
    return about.change() == Event.MessageChange.SENT
        && about.sequence() != Message.PRIVATE
        && !moved.contains(about.conversation());
  }

  /** The conversations that the user has joined or left by these events, or that are gone. */
  private static Set<ConversationId> moved(UserId user, List<QueuedEvent> events) {
    Set<ConversationId> moved = new HashSet<>();
    for (QueuedEvent event : events) {
      if (event.event() instanceof Event.OfConversation of) {
        boolean isMove =
            switch (of.change()) {
              case JOINED, LEFT -> of.member().isEmpty() || of.member().get().equals(user);
              case DELETED, BEHIND -> true;
              case READ, RECEIPTS, CLEARED, SETTINGS -> false;
            };
        if (isMove) {
          moved.add(of.conversation());
        }
      }
    }
    return moved;
  }

  /** An event with its message. */
  Event of(UserId user, Event event) throws IOException {
    return of(user, event, new HashMap<>());
  }

  private Event of(UserId user, Event event, Map<ConversationId, Optional<MemberRow>> members)
      throws IOException {
    return switch (event) {
      case Event.OfMessage about ->
          isShown(user, about, members) ? withMessage(user, about) : about;
      case Event.OfConversation about -> about;
      case Event.Custom custom -> custom;
    };
  }

  /**
   * Who has left gets no more than it had, as messages may have been edited since; nor does a
   * member that sees nothing from before joining.
   */
  private boolean isShown(
      UserId user, Event.OfMessage about, Map<ConversationId, Optional<MemberRow>> known)
      throws IOException {
    ConversationId conversation = about.conversation();
    Optional<MemberRow> member = known.get(conversation);
    if (member == null) {
      member = rows.member(conversation, user);
      known.put(conversation, member);
    }
    // Nearly all events are of messages from after joining: the conversation need not be read.
    return member.isPresent()
        && (about.id().isAfter(member.get().before())
            || about.sequence() == Message.PRIVATE
            || isShown(about, member.get()));
  }

  private boolean isShown(Event.OfMessage about, MemberRow member) throws IOException {
    return rows.conversation(about.conversation())
        .filter(conversation -> conversation.shows(about.id(), member))
        .isPresent();
  }

  private Event withMessage(UserId user, Event.OfMessage about) throws IOException {
    Optional<Message> message = message(user, about);
    return message.isPresent() ? about.with(message.get()) : about;
  }

  private Optional<Message> message(UserId user, Event.OfMessage about) throws IOException {
    return about.sequence() == Message.PRIVATE
        ? rows.inbox(user, about.conversation(), about.id()).flatMap(InboxRow::message)
        : rows.message(about.conversation(), about.id()).map(MessageRow::message);
  }
}
