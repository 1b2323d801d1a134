package io.sheaf.im.message;

import io.sheaf.im.change.Context;
import io.sheaf.im.change.FirstFailure;
import io.sheaf.im.change.Transaction;
import io.sheaf.im.conversation.Fanout;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.Message;
import io.sheaf.im.table.ConversationRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.MessageRow;
import io.sheaf.im.table.NoticeRow;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Tells members of edits of and reactions to messages to all: once for each message and window,
 * however many there were. What is still to be told is a row, so that it is told after a crash too,
 * and once.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class Notices {
  /** Messages in one batch, each of which may tell hundreds of members. */
  private static final int AT_ONCE = 100;

  private final Context context;
  private final boolean atOnce;
  private final Set<ConversationId> pending = ConcurrentHashMap.newKeySet();

  /**
   * The notices of {@code context}, those an earlier opening has left included.
   *
   * @param atOnce whether members are told with each change; otherwise {@link #write} tells them
   */
  public Notices(Context context, boolean atOnce) throws IOException {
    this.context = context;
    this.atOnce = atOnce;
    try (Cursor cursor = context.db().cursor(context.tables().notice(), CursorOptions.ALL)) {
      while (cursor.next()) {
        pending.add(new ConversationId(Keys.id(cursor.key(), 0)));
      }
    }
  }

  /** Notes what is to be told, in the change itself; the conversation's lock is held. */
  void add(Transaction change, ConversationId conversation, MessageId id, NoticeRow notice)
      throws IOException {
    byte[] key = Keys.of(conversation.id(), id.value());
    NoticeRow all =
        context
            .rows()
            .get(context.tables().notice(), key, NoticeRow::decode)
            .map(notice::and)
            .orElse(notice);
    change.batch().put(context.tables().notice(), key, all.encode());
  }

  /** After the change: its members are to be told. */
  void added(ConversationId conversation) throws IOException {
    pending.add(conversation);
    if (atOnce) {
      write(conversation);
    }
  }

  /** Tells all that was noted before the call in the chosen conversations. */
  public void write(Predicate<ConversationId> chosen) throws IOException {
    FirstFailure failure = new FirstFailure();
    for (ConversationId conversation : pending.stream().filter(chosen).sorted().toList()) {
      try {
        write(conversation);
      } catch (IOException | RuntimeException e) {
        failure.add(e); // those of the others are told all the same
      }
    }
    failure.throwIfAny();
  }

  private void write(ConversationId id) throws IOException {
    boolean more = true;
    while (more) {
      more = writeSome(id);
    }
  }

  /** Tells of some messages; whether there are more. */
  private boolean writeSome(ConversationId id) throws IOException {
    try (Transaction change = context.begin().lockConversation(id)) {
      Optional<ConversationRow> found = context.rows().conversation(id);
      Map<MessageId, NoticeRow> notices = notices(id);
      if (found.isEmpty() || notices.isEmpty()) {
        pending.remove(id);
        return false;
      }
      Fanout fanout = new Fanout(context, change);
      fanout.lock(Set.of(id), Set.of());
      for (Map.Entry<MessageId, NoticeRow> notice : notices.entrySet()) {
        tell(fanout, id, notice.getKey(), notice.getValue());
        change.batch().delete(context.tables().notice(), Keys.of(id.id(), notice.getKey().value()));
      }
      change.commit();
      boolean more = notices.size() == AT_ONCE;
      if (!more) { // not before: who writes the window, too, waits for the lock
        pending.remove(id);
      }
      return more;
    }
  }

  private void tell(Fanout fanout, ConversationId id, MessageId message, NoticeRow notice)
      throws IOException {
    List<Event.MessageChange> changes = new ArrayList<>();
    if (notice.edited()) {
      changes.add(Event.MessageChange.EDITED);
    }
    if (notice.reactions()) {
      changes.add(Event.MessageChange.REACTIONS);
    }
    Optional<Message> found = context.rows().message(id, message).map(MessageRow::message);
    if (found.isPresent()) {
      for (Event.MessageChange what : changes) {
        fanout.tell(id, new Event.OfMessage(what, id, message, found.get().sequence(), found));
      }
    }
  }

  private Map<MessageId, NoticeRow> notices(ConversationId id) throws IOException {
    Map<MessageId, NoticeRow> notices = new LinkedHashMap<>();
    byte[] prefix = Keys.of(id.id());
    try (Cursor cursor =
        context
            .db()
            .cursor(context.tables().notice(), CursorOptions.prefix(prefix).limit(AT_ONCE))) {
      while (cursor.next()) {
        notices.put(
            new MessageId(Keys.number(cursor.key())),
            NoticeRow.decode(cursor.key(), cursor.value()));
      }
    }
    return notices;
  }
}
