package io.sheaf.im.sync;

import io.sheaf.im.change.Context;
import io.sheaf.im.change.Transaction;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Event;
import io.sheaf.im.table.ConversationRow;
import io.sheaf.im.table.EventRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.LargeRow;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings the events of large conversations into the queue of a member that syncs: what was written
 * once for ten thousand members costs a row in the queues of those who look.
 *
 * <p>The events get their positions when they are fetched, in the batch that also says how far the
 * member has fetched, so that positions rise by one and no event comes twice. Where a member is
 * more than {@link #MOST_EVENTS} behind, or events have expired, one event says so instead.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class LargeEvents {
  /** Events of one conversation that are fetched one by one. */
  static final int MOST_EVENTS = 1000;

  private final Context context;

  LargeEvents(Context context) {
    this.context = context;
  }

  /** The large conversations of a user. */
  List<ConversationId> of(UserId user) throws IOException {
    return new ArrayList<>(places(user).keySet());
  }

  /** Appends what the user has not fetched to its queue. */
  void fetch(UserId user) throws IOException {
    if (!hasNews(places(user))) {
      return;
    }
    try (Transaction change = context.begin().lockUser(user)) {
      for (Map.Entry<ConversationId, LargeRow> place : places(user).entrySet()) {
        fetch(change, user, place.getKey(), place.getValue());
      }
      change.commit();
    }
  }

  private boolean hasNews(Map<ConversationId, LargeRow> places) throws IOException {
    for (Map.Entry<ConversationId, LargeRow> place : places.entrySet()) {
      Optional<ConversationRow> row = context.rows().conversation(place.getKey());
      if (isOver(place.getValue(), row)
          || row.orElseThrow().events() > place.getValue().position()) {
        return true;
      }
    }
    return false;
  }

  private Map<ConversationId, LargeRow> places(UserId user) throws IOException {
    Map<ConversationId, LargeRow> places = new LinkedHashMap<>();
    byte[] prefix = Keys.of(user.id());
    try (Cursor cursor =
        context.db().cursor(context.tables().large(), CursorOptions.prefix(prefix))) {
      while (cursor.next()) {
        places.put(
            new ConversationId(Keys.id(cursor.key(), prefix.length)),
            LargeRow.decode(cursor.key(), cursor.value()));
      }
    }
    return places;
  }

  private void fetch(Transaction change, UserId user, ConversationId id, LargeRow place)
      throws IOException {
    byte[] key = Keys.of(user.id(), id.id());
    Optional<ConversationRow> found = context.rows().conversation(id);
    if (isOver(place, found)) {
      change.append(user, told(Event.ConversationChange.DELETED, id, 0));
      change.batch().delete(context.tables().large(), key);
      change.batch().delete(context.tables().entry(), key);
      change.batch().deleteRange(context.tables().inbox(), key, Keys.end(key));
      return;
    }
    ConversationRow row = found.orElseThrow();
    if (row.events() == place.position()) {
      return;
    }
    List<Event> events = read(id, place.position(), row.events());
    if (events.size() == row.events() - place.position()) {
      for (Event event : events) {
        change.append(user, event);
      }
    } else {
      change.append(user, told(Event.ConversationChange.BEHIND, id, row.newestSequence()));
    }
    change
        .batch()
        .put(context.tables().large(), key, new LargeRow(row.life(), row.events()).encode());
  }

  /** Events behind {@code after} up to {@code to}; none where there are too many. */
  private List<Event> read(ConversationId id, long after, long to) throws IOException {
    List<Event> events = new ArrayList<>();
    if (to - after > MOST_EVENTS) {
      return events;
    }
    CursorOptions rows =
        CursorOptions.ALL
            .between(Keys.of(id.id(), after + 1), Keys.of(id.id(), to + 1))
            .limit(MOST_EVENTS);
    try (Cursor cursor = context.db().cursor(context.tables().conversationEvent(), rows)) {
      while (cursor.next()) {
        events.add(EventRow.decode(cursor.key(), cursor.value()).event());
      }
    }
    return events;
  }

  private static boolean isOver(LargeRow place, Optional<ConversationRow> row) {
    return row.isEmpty() || row.get().life() != place.life();
  }

  private static Event told(Event.ConversationChange change, ConversationId id, long sequence) {
    return new Event.OfConversation(change, id, sequence, Optional.empty());
  }
}
