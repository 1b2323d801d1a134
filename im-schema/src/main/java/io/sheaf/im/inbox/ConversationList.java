package io.sheaf.im.inbox;

import io.sheaf.im.change.Context;
import io.sheaf.im.change.Transaction;
import io.sheaf.im.history.Visibility;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.ConversationEntry;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.HistoryMessage;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.PageLimit;
import io.sheaf.im.table.ConversationRow;
import io.sheaf.im.table.EntryRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.MemberRow;
import io.sheaf.im.table.Rows;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The conversations of a user, newest first: put together when it is read, from the user's entries
 * and the rows of the conversations, so that a message costs no row for each member.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class ConversationList {
  private static final int MOST = 10_000;

  private final Context context;
  private final PendingReads reads;
  private final StaleEntries stale;
  private final ReadMove move;

  /**
   * The lists of {@code context}.
   *
   * @param reads positions that are not yet written
   * @param stale is told of entries that are of no conversation any more
   */
  public ConversationList(Context context, PendingReads reads, StaleEntries stale) {
    this.context = context;
    this.reads = reads;
    this.stale = stale;
    this.move = new ReadMove(context);
  }

  /**
   * Where a page ends, and the next one begins.
   *
   * @param newestMessage of the last conversation on the page
   * @param conversation which that is
   */
  public record Place(MessageId newestMessage, ConversationId conversation) {
    private static final Comparator<Place> NEWEST_FIRST =
        Comparator.comparing(Place::newestMessage).reversed().thenComparing(Place::conversation);

    /** The place of {@code entry}. */
    public static Place of(ConversationEntry entry) {
      return new Place(entry.newestMessage(), entry.conversation());
    }
  }

  private record Candidate(
      ConversationId id, ConversationRow conversation, EntryRow entry, Place place) {
    Candidate(ConversationId id, ConversationRow conversation, EntryRow entry) {
      this(
          id,
          conversation,
          entry,
          new Place(conversation.newestMessage().max(entry.newestPrivate()), id));
    }
  }

  /**
   * A page of a user's conversations, newest first; it is not reordered by pins. Those where the
   * account was marked as one with a huge list are not on it, see {@link #query}.
   */
  public List<ConversationEntry> page(UserId user, @Nullable Place after, int limit)
      throws IOException {
    try (Moment now = new Moment(user)) {
      Best best = new Best(now, after, limit);
      byte[] prefix = Keys.of(user.id());
      try (Cursor cursor =
          now.rows.cursor(context.tables().entry(), CursorOptions.prefix(prefix))) {
        while (cursor.next()) {
          ConversationId id = new ConversationId(Keys.id(cursor.key(), prefix.length));
          Optional<ConversationRow> conversation = now.rows.conversation(id);
          EntryRow entry = EntryRow.decode(cursor.key(), cursor.value());
          if (StaleEntries.isStale(conversation, entry)) {
            stale.add(user, id);
          } else {
            best.add(id, conversation.orElseThrow(), entry);
          }
        }
      }
      return best.entries();
    }
  }

  /**
   * The same for an account with a huge list, whose entries stand with each conversation: asks all
   * conversations of the store. A user with an ordinary list gets nothing from it, see {@link
   * #page}.
   */
  public List<ConversationEntry> query(UserId user, @Nullable Place after, int limit)
      throws IOException {
    try (Moment now = new Moment(user)) {
      Best best = new Best(now, after, limit);
      try (Cursor cursor = now.rows.cursor(context.tables().conversation(), CursorOptions.ALL)) {
        while (cursor.next()) {
          ConversationId id = new ConversationId(Keys.id(cursor.key(), 0));
          ConversationRow conversation = ConversationRow.decode(cursor.key(), cursor.value());
          if (!conversation.deleted()) {
            Optional<EntryRow> entry = now.rows.member(id, user).flatMap(MemberRow::entry);
            if (entry.isPresent()) {
              best.add(id, conversation, entry.get());
            }
          }
        }
      }
      return best.entries();
    }
  }

  /**
   * One conversation of a user.
   *
   * @throws ImException.UnknownConversation when there is no such conversation
   * @throws ImException.NotMember when the user is no member
   */
  public ConversationEntry entry(UserId user, ConversationId id) throws IOException {
    try (Moment now = new Moment(user)) {
      ConversationRow conversation = now.rows.requireConversation(id);
      return now.shown(new Candidate(id, conversation, now.rows.requireEntry(id, user)));
    }
  }

  /**
   * Mutes and pins a conversation for a user, or not.
   *
   * @throws ImException.NotMember when the user is no member
   */
  public void set(UserId user, ConversationId id, boolean muted, boolean pinned)
      throws IOException {
    try (Transaction change = context.begin().lockConversation(id).lockUser(user)) {
      change.conversation(id);
      change.putEntry(id, user, change.entry(id, user).withSettings(muted, pinned));
      change.append(
          user,
          new Event.OfConversation(Event.ConversationChange.SETTINGS, id, 0, Optional.empty()));
      change.commit();
    }
  }

  /** All rows of one moment, so that what is counted from several of them is right. */
  private final class Moment implements AutoCloseable {
    private final UserId user;
    private final Map<ConversationId, MessageId> told;
    private final Snapshot snapshot;
    private final Rows rows;
    private final Unread unread;
    private final Visibility visibility;

    Moment(UserId user) {
      this.user = user;
      this.told = reads.of(user); // before the snapshot is taken, see there
      this.snapshot = context.db().snapshot();
      this.rows = context.rows().at(snapshot);
      this.unread = new Unread(context, rows);
      this.visibility = new Visibility(rows);
    }

    @Override
    public void close() {
      snapshot.close();
    }

    ConversationEntry shown(Candidate candidate) throws IOException {
      ConversationId id = candidate.id();
      ConversationRow conversation = candidate.conversation();
      MessageId read = told.get(id);
      EntryRow entry =
          read == null
              ? candidate.entry()
              : move.apply(rows, id, user, conversation, candidate.entry(), read);
      MessageId newest = candidate.place().newestMessage();
      return new ConversationEntry(
          id,
          newest,
          visibility.findIfMember(user, id, newest).map(HistoryMessage::message),
          unread.count(id, user, conversation, entry),
          unread.isMentioned(id, user, conversation, entry),
          entry.muted(),
          entry.pinned(),
          entry.readSequence());
    }
  }

  /** The first entries behind a place, of all that are added. */
  private static final class Best {
    private final Moment moment;
    private final @Nullable Place after;
    private final int limit;
    private final PriorityQueue<Candidate> lastFirst =
        new PriorityQueue<>(Comparator.comparing(Candidate::place, Place.NEWEST_FIRST).reversed());

    Best(Moment moment, @Nullable Place after, int limit) {
      PageLimit.check(limit, MOST, "conversations");
      this.moment = moment;
      this.after = after;
      this.limit = limit;
    }

    void add(ConversationId id, ConversationRow conversation, EntryRow entry) {
      Candidate candidate = new Candidate(id, conversation, entry);
      if (after != null && Place.NEWEST_FIRST.compare(candidate.place(), after) <= 0) {
        return;
      }
      lastFirst.add(candidate);
      if (lastFirst.size() > limit) {
        lastFirst.poll();
      }
    }

    List<ConversationEntry> entries() throws IOException {
      List<Candidate> newestFirst = new ArrayList<>(lastFirst);
      newestFirst.sort(Comparator.comparing(Candidate::place, Place.NEWEST_FIRST));
      List<ConversationEntry> entries = new ArrayList<>(newestFirst.size());
      for (Candidate candidate : newestFirst) {
        entries.add(moment.shown(candidate));
      }
      return entries;
    }
  }
}
