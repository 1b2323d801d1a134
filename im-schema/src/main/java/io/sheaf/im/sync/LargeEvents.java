package io.sheaf.im.sync;

import io.sheaf.im.change.Context;
import io.sheaf.im.change.Publisher;
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

  /** Events that are fetched in one batch. */
  private static final int MOST_EVENTS_IN_ALL = 10 * MOST_EVENTS;

  private final Context context;
  private final Publisher publisher;
  private final EventContent content;

  LargeEvents(Context context, Publisher publisher) {
    this.context = context;
    this.publisher = publisher;
    this.content = new EventContent(context.rows());
  }

  /** The large conversations of a user. */
  List<ConversationId> of(UserId user) throws IOException {
    return new ArrayList<>(places(user).keySet());
  }

  /** Appends what the user has not fetched to its queue. */
  void fetch(UserId user) throws IOException {
    List<ConversationId> news = withNews(places(user));
    if (news.isEmpty()) {
      return;
    }
    try (Transaction change = context.begin().lockUser(user)) {
      int room = MOST_EVENTS_IN_ALL;
      for (ConversationId id : news) {
        Optional<LargeRow> place =
            context
                .rows()
                .get(context.tables().large(), Keys.of(user.id(), id.id()), LargeRow::decode);
        if (place.isPresent()) { // it has not left meanwhile
          room -= fetch(change, user, id, place.get(), Math.min(room, MOST_EVENTS));
        }
      }
      change.commit();
    }
  }

  private List<ConversationId> withNews(Map<ConversationId, LargeRow> places) throws IOException {
    List<ConversationId> news = new ArrayList<>();
    for (Map.Entry<ConversationId, LargeRow> place : places.entrySet()) {
      Optional<ConversationRow> row = context.rows().conversation(place.getKey());
      if (isOver(place.getValue(), row)
          || row.orElseThrow().events() > place.getValue().position()) {
        news.add(place.getKey());
      }
    }
    return news;
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

  /** How many events were fetched, at most {@code most}. */
  private int fetch(Transaction change, UserId user, ConversationId id, LargeRow place, int most)
      throws IOException {
    Optional<ConversationRow> found = context.rows().conversation(id);
    if (isOver(place, found)) {
      change.append(user, told(Event.ConversationChange.DELETED, id, 0));
      change.putLarge(user, id, null);
      byte[] key = Keys.of(user.id(), id.id());
      change.batch().delete(context.tables().entry(), key);
      change.batch().deleteRange(context.tables().inbox(), key, Keys.end(key));
      return 0;
    }
    ConversationRow row = found.orElseThrow();
    if (row.events() == place.position()) {
      return 0;
    }
    change.putLarge(user, id, new LargeRow(row.life(), row.events()));
    List<Event> events = read(id, place.position(), row.events(), most);
    if (events.size() < row.events() - place.position()) {
      change.append(user, told(Event.ConversationChange.BEHIND, id, row.newestSequence()));
      return 0;
    }
    boolean isAwaited = publisher.isAwaited(user);
    for (Event event : events) {
      change.append(user, isAwaited ? content.of(user, event) : event);
    }
    return events.size();
  }

  /** Events behind {@code after} up to {@code to}; none where there are too many. */
  private List<Event> read(ConversationId id, long after, long to, int most) throws IOException {
    List<Event> events = new ArrayList<>();
    if (to - after > most) {
      return events;
    }
    CursorOptions rows =
        CursorOptions.ALL
            .between(Keys.of(id.id(), after + 1), Keys.of(id.id(), to + 1))
            .limit(most);
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
