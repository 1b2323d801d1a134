package io.sheaf.im.sync;

import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.QueuedEvent;
import io.sheaf.im.table.EventRow;
import io.sheaf.im.table.InboxRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.MessageRow;
import io.sheaf.im.table.Rows;
import io.sheaf.lsm.coding.Slice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Adds to events what they are about: events say where a message is, and what it says is read from
 * its own row.
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

  /** The events with their messages. */
  List<QueuedEvent> of(UserId user, List<QueuedEvent> events) throws IOException {
    List<QueuedEvent> full = new ArrayList<>(events.size());
    for (QueuedEvent event : events) {
      full.add(new QueuedEvent(event.position(), of(user, event.event())));
    }
    return full;
  }

  private Event of(UserId user, Event event) throws IOException {
    return switch (event) {
      case Event.OfMessage about -> {
        Optional<Message> message = message(user, about);
        yield message.isPresent() ? about.with(message.get()) : about;
      }
      case Event.OfConversation about -> about;
      case Event.Custom custom -> custom;
    };
  }

  private Optional<Message> message(UserId user, Event.OfMessage about) throws IOException {
    return about.sequence() == Message.PRIVATE
        ? rows.inbox(user, about.conversation(), about.id()).flatMap(InboxRow::message)
        : rows.message(about.conversation(), about.id()).map(MessageRow::message);
  }
}
