package io.sheaf.im;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Conversation;
import io.sheaf.im.model.ConversationEntry;
import io.sheaf.im.model.Delivery;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.HistoryMessage;
import io.sheaf.im.model.HistoryQuery;
import io.sheaf.im.model.Member;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.MessagePlace;
import io.sheaf.im.model.ReadReceipt;
import io.sheaf.im.model.SentMessage;
import io.sheaf.im.table.ConversationRow;
import io.sheaf.im.table.EntryRow;
import io.sheaf.im.table.EventRow;
import io.sheaf.im.table.InboxRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.LargeRow;
import io.sheaf.im.table.MemberRow;
import io.sheaf.im.table.Rows;
import io.sheaf.im.table.Tables;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares rows with one another, where nobody writes: what is counted with what is there, what is
 * found by an index with a scan, and that positions and numbers have no holes.
 */
final class RowsCheck {
  private static final int ALL = 1000;

  private final SmallIm small;
  private final ImStore im;
  private final Tables tables;
  private final Rows rows;
  private final Set<UserId> purged;

  /**
   * Of a store whose messages are not more than a page.
   *
   * @param purged those who were purged once
   */
  RowsCheck(SmallIm small, Set<UserId> purged) throws IOException {
    this.small = small;
    this.im = small.im;
    this.tables = Tables.open(small.db, ImOptions.DEFAULT.kept());
    this.rows = new Rows(small.db, tables);
    this.purged = purged;
  }

  /**
   * Compares them.
   *
   * @param sent what was acknowledged: it is there, but where its conversation was deleted
   */
  void check(Collection<SentMessage> sent) throws IOException {
    for (SentMessage message : sent) {
      checkThere(message);
    }
    Map<UserId, Set<String>> mentions = new HashMap<>();
    for (Conversation conversation : im.conversations().list(null, ALL)) {
      checkConversation(conversation.id(), mentions);
    }
    for (UserId user : Calls.USERS) {
      checkQueue(user);
      checkPlaces(user);
      checkOwnRows(user);
      Set<String> found = new TreeSet<>();
      im.mentions()
          .page(user, MessagePlace.END, ALL)
          .forEach(one -> found.add(one.message().toString()));
      Set<String> expected = mentions.getOrDefault(user, Set.of());
      if (purged.contains(user)) { // what mentioned it before is not found any more
        assertTrue(expected.containsAll(found), () -> "mentions of " + user + ": " + found);
      } else {
        assertEquals(expected, found, () -> "mentions of " + user);
      }
    }
  }

  private void checkThere(SentMessage message) throws IOException {
    ConversationId id = message.conversation();
    Optional<ConversationRow> row = rows.conversation(id);
    if (message.sequence() != Message.PRIVATE
        && row.isPresent()
        && message.id().isAfter(row.get().begin())) {
      assertEquals(
          Optional.of(message.sequence()),
          rows.message(id, message.id()).map(found -> found.message().sequence()),
          message::toString);
    }
    for (Delivery delivery : message.deliveries()) {
      if (!purged.contains(delivery.user())) {
        byte[] key = Keys.of(delivery.user().id(), delivery.position());
        Event event = rows.get(tables.queue(), key, EventRow::decode).orElseThrow().event();
        assertTrue(
            event instanceof Event.OfMessage about
                && about.id().equals(message.id())
                && about.conversation().equals(id),
            () -> message + ", but " + event + " at " + delivery);
      }
    }
  }

  private void checkConversation(ConversationId id, Map<UserId, Set<String>> mentions)
      throws IOException {
    ConversationRow row = rows.requireConversation(id);
    List<Member> members = im.conversations().members(id, null, ALL);
    assertEquals(row.memberCount(), members.size(), () -> "members of " + id);
    List<Message> messages = im.history().messages(id, HistoryQuery.after(MessageId.NONE, ALL));
    assertEquals(row.newestSequence(), messages.size(), () -> "messages of " + id);
    for (int i = 0; i < messages.size(); i++) {
      assertEquals(i + 1, messages.get(i).sequence(), () -> "numbers of " + id);
    }
    Map<UserId, EntryRow> entries = new HashMap<>();
    for (Member member : members) {
      UserId user = member.user();
      entries.put(user, rows.requireEntry(id, user));
      checkEntry(id, user, row, messages);
      for (HistoryMessage seen : im.history().page(user, id, HistoryQuery.newest(ALL))) {
        Message message = seen.message();
        if (message.mentions().contains(user) && !message.sender().equals(user)) {
          mentions.computeIfAbsent(user, _ -> new TreeSet<>()).add(message.toString());
        }
      }
    }
    checkIndexes(id, messages);
    for (Message message : messages) {
      checkReaders(id, message, entries);
    }
  }

  private void checkEntry(
      ConversationId id, UserId user, ConversationRow row, List<Message> messages)
      throws IOException {
    MemberRow member = rows.member(id, user).orElseThrow();
    EntryRow entry = rows.requireEntry(id, user);
    assertEquals(row.life(), entry.life());
    long unread = 0;
    boolean mentioned = false;
    for (Message message : messages) {
      boolean mine = message.sender().equals(user);
      if (message.sequence() > entry.readSequence() && !mine && !message.isRecalled()) {
        unread++;
        mentioned |= message.mentionsAll() || message.mentions().contains(user);
      }
    }
    long privateUnread = 0;
    for (InboxRow own : inbox(user, id)) {
      Optional<Message> message = own.message();
      if (message.isPresent()
          && message.get().id().isAfter(entry.readMessage())
          && !message.get().isRecalled()
          && !message.get().sender().equals(user)) {
        privateUnread++;
        mentioned |= message.get().mentions().contains(user);
      }
    }
    String where = "of " + user + " in " + id + ": " + member + " " + entry + " " + row;
    assertEquals(privateUnread, entry.privateUnread(), () -> "private messages " + where);
    ConversationEntry shown = im.list().entry(user, id);
    assertEquals(unread + privateUnread, shown.unread(), () -> "unread " + where);
    assertEquals(mentioned, shown.isMentioned(), () -> "mentioned " + where);
  }

  private void checkReaders(ConversationId id, Message message, Map<UserId, EntryRow> entries)
      throws IOException {
    long read = 0;
    long unread = 0;
    for (Map.Entry<UserId, EntryRow> one : entries.entrySet()) {
      MemberRow member = rows.member(id, one.getKey()).orElseThrow();
      if (member.beforeSequence() < message.sequence() && !one.getKey().equals(message.sender())) {
        boolean has = one.getValue().readSequence() >= message.sequence();
        read += has ? 1 : 0;
        unread += has ? 0 : 1;
      }
    }
    ReadReceipt found = im.receipts().of(id, message.id());
    assertEquals(read, found.readCount(), () -> "who has read " + message);
    assertEquals(unread, found.unreadCount(), () -> "who has not read " + message);
  }

  private void checkIndexes(ConversationId id, List<Message> messages) throws IOException {
    List<Message> newestFirst = messages.reversed();
    for (UserId user : Calls.USERS) {
      assertEquals(
          newestFirst.stream().filter(one -> one.sender().equals(user)).toList(),
          im.indexes().ofConversation("sender", id, user.id(), MessageId.HIGHEST, ALL));
    }
    Set<String> texts = new TreeSet<>();
    messages.forEach(one -> texts.add(one.body().text()));
    texts.remove("");
    for (String text : texts) {
      assertEquals(
          newestFirst.stream().filter(one -> one.body().text().equals(text)).toList(),
          im.indexes()
              .ofConversation(
                  Calls.BY_TEXT.name(), id, UserId.of(text).id(), MessageId.HIGHEST, ALL));
    }
  }

  private void checkQueue(UserId user) throws IOException {
    List<Long> positions = new ArrayList<>();
    scan(tables.queue(), user, (key, _) -> positions.add(Keys.number(key)));
    for (int i = 1; i < positions.size(); i++) {
      assertEquals(positions.get(i - 1) + 1, positions.get(i), () -> "queue of " + user);
    }
  }

  /** Who is a member of a large conversation follows it, and nobody else. */
  private void checkPlaces(UserId user) throws IOException {
    Set<String> expected = new TreeSet<>();
    for (Conversation conversation : im.conversations().list(null, ALL)) {
      if (conversation.isLarge() && im.conversations().isMember(conversation.id(), user)) {
        ConversationRow row = rows.requireConversation(conversation.id());
        expected.add(conversation.id() + " " + new LargeRow(row.life(), row.events()));
      }
    }
    Set<String> found = new TreeSet<>();
    scan(
        tables.large(),
        user,
        (key, value) -> found.add(conversation(user, key) + " " + LargeRow.decode(key, value)));
    assertEquals(expected, found, () -> "large conversations of " + user);
  }

  /** Who is no member has nothing of its own, and nobody something of an earlier life. */
  private void checkOwnRows(UserId user) throws IOException {
    for (Table table : List.of(tables.entry(), tables.inbox())) {
      scan(
          table,
          user,
          (key, _) -> {
            ConversationId id = conversation(user, key);
            Optional<ConversationRow> row = rows.conversation(id);
            boolean isOfThisLife =
                !table.equals(tables.inbox())
                    || row.isEmpty()
                    || new MessageId(Keys.number(key)).isAfter(row.get().begin());
            assertTrue(
                row.isPresent() && isOfThisLife && im.conversations().isMember(id, user),
                () -> user + " has a row in " + table.name() + " of " + id);
          });
    }
  }

  private List<InboxRow> inbox(UserId user, ConversationId id) throws IOException {
    List<InboxRow> own = new ArrayList<>();
    byte[] mine = Keys.of(user.id(), id.id());
    CursorOptions rowsOfIt = CursorOptions.ALL.between(mine, Keys.end(mine));
    try (Cursor cursor = small.db.cursor(tables.inbox(), rowsOfIt)) {
      while (cursor.next()) {
        own.add(InboxRow.decode(id, cursor.key(), cursor.value()));
      }
    }
    return own;
  }

  private interface Visitor {
    void visit(Slice key, Slice value) throws IOException;
  }

  private void scan(Table table, UserId user, Visitor visitor) throws IOException {
    try (Cursor cursor = small.db.cursor(table, CursorOptions.prefix(Keys.of(user.id())))) {
      while (cursor.next()) {
        visitor.visit(cursor.key(), cursor.value());
      }
    }
  }

  private static ConversationId conversation(UserId user, Slice key) {
    return new ConversationId(Keys.id(key, Keys.of(user.id()).length));
  }
}
