package io.sheaf.im.change;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.Id;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.index.IndexSource;
import io.sheaf.im.index.IndexedRow;
import io.sheaf.im.model.Delivery;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.Message;
import io.sheaf.im.table.ConversationRow;
import io.sheaf.im.table.EntryRow;
import io.sheaf.im.table.EventRow;
import io.sheaf.im.table.InboxRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.LargeRow;
import io.sheaf.im.table.MemberRow;
import io.sheaf.im.table.MessageRow;
import io.sheaf.im.table.Tables;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.ClosedException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A change of some conversations and users: takes their locks, reads their rows as they will be
 * after it, and writes all of it in one atomic batch.
 *
 * <p>Conversations are locked before users, and each kind at once, so that two changes never wait
 * for each other.
 *
 * <p><b>Thread safety.</b> One thread. <b>Ownership.</b> Who began it closes it; what was not
 * {@linkplain #commit committed} by then never happens.
 */
public final class Transaction implements AutoCloseable {
  private record Published(List<Delivery> deliveries, Event event) {}

  private record Followed(UserId user, ConversationId conversation, boolean follows) {}

  private record MemberKey(ConversationId conversation, UserId user) {}

  private final Context context;
  private final Tables tables;
  private final WriteBatch batch;
  private final Map<ConversationId, ConversationRow> conversations = new HashMap<>();
  private final Map<MemberKey, Optional<MemberRow>> members = new HashMap<>();
  private final Map<MemberKey, EntryRow> entries = new LinkedHashMap<>();

  /** Ends of queues after this change, in the order of its events; most changes have one event. */
  private final List<Heads.Head> appended = new ArrayList<>();

  /** The last of each user among the first so many of {@link #appended}. */
  private final Map<Id, Heads.Head> heads = new HashMap<>();

  private int headsKnown;
  private final Map<ConversationId, Boolean> changed = new LinkedHashMap<>();
  private final List<Published> published = new ArrayList<>();
  private final List<Followed> followed = new ArrayList<>();
  private final List<ConversationId> grown = new ArrayList<>();
  private final List<Publisher.Hearer> heard = new ArrayList<>();
  private final Deque<Stripes.Held> locks = new ArrayDeque<>();
  private final long nowMillis;

  /** Whether the batch is under way, or may still be. */
  private boolean isWriting;

  private boolean closed;
  private @Nullable Event lastEvent;
  private byte[] lastEventBytes = {};

  Transaction(Context context) {
    this.context = context;
    this.tables = context.tables();
    this.nowMillis = context.nowMillis();
    this.batch = context.takeBatch();
  }

  /** The time of the change, in milliseconds since 1970. */
  public long nowMillis() {
    return nowMillis;
  }

  /** Takes the locks of conversations: once, and before those of users. */
  public Transaction lockConversations(Collection<ConversationId> ids) {
    return lock(context.conversationLocks(), ids.stream().map(ConversationId::id).toList());
  }

  /** See {@link #lockConversations}. */
  public Transaction lockConversation(ConversationId id) {
    return lock(context.conversationLocks(), List.of(id.id()));
  }

  /** Takes the locks of users: once. */
  public Transaction lockUsers(Collection<Id> ids) {
    return lock(context.userLocks(), ids);
  }

  /** See {@link #lockUsers}. */
  public Transaction lockUser(UserId user) {
    return lock(context.userLocks(), List.of(user.id()));
  }

  /** For rows that have no method here. */
  public WriteBatch batch() {
    return batch;
  }

  /**
   * A conversation.
   *
   * @throws ImException.UnknownConversation when there is none
   */
  public ConversationRow conversation(ConversationId id) throws IOException {
    return findConversation(id).orElseThrow(() -> new ImException.UnknownConversation(id));
  }

  /** A conversation, where there is one. */
  public Optional<ConversationRow> findConversation(ConversationId id) throws IOException {
    ConversationRow known = conversations.get(id);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<ConversationRow> found = context.rows().conversation(id);
    found.ifPresent(row -> conversations.put(id, row));
    return found;
  }

  /** Changes a conversation, whose lock is held. */
  public void put(ConversationId id, ConversationRow row) {
    assert context.conversationLocks().isHeld(id.id()) : "conversation " + id + " is not locked";
    conversations.put(id, row);
    changed.put(id, true);
  }

  /** A member that was come across: it need not be read again. */
  public void read(ConversationId conversation, UserId user, MemberRow row) {
    members.putIfAbsent(new MemberKey(conversation, user), Optional.of(row));
  }

  /** A member of a conversation. */
  public Optional<MemberRow> member(ConversationId conversation, UserId user) throws IOException {
    MemberKey key = new MemberKey(conversation, user);
    Optional<MemberRow> row = members.get(key);
    if (row == null) {
      row = context.rows().member(conversation, user);
      members.put(key, row);
    }
    return row;
  }

  /**
   * A member of a conversation.
   *
   * @throws ImException.NotMember when the user is none
   */
  public MemberRow requireMember(ConversationId conversation, UserId user) throws IOException {
    return member(conversation, user)
        .orElseThrow(() -> new ImException.NotMember(conversation, user));
  }

  /** Changes a member; null: it goes. The conversation's lock is held. */
  public void putMember(ConversationId conversation, UserId user, @Nullable MemberRow row) {
    assert context.conversationLocks().isHeld(conversation.id());
    members.put(new MemberKey(conversation, user), Optional.ofNullable(row));
    byte[] key = Keys.of(conversation.id(), user.id());
    if (row == null) {
      batch.delete(tables.member(), key);
    } else {
      batch.put(tables.member(), key, row.encode());
    }
  }

  /** The entry of a member, whose lock is held if it is to be changed. */
  public EntryRow entry(ConversationId conversation, UserId user) throws IOException {
    MemberKey key = new MemberKey(conversation, user);
    EntryRow row = entries.get(key);
    if (row == null) {
      row =
          context
              .rows()
              .entry(conversation, user, requireMember(conversation, user))
              .orElseThrow(() ->
                  new IOException(
                      "'" + user + "' is a member of '" + conversation + "' without an entry"));
    }
    return row;
  }

  /** Changes the entry of a member, whose lock is held. */
  public void putEntry(ConversationId conversation, UserId user, EntryRow row) {
    assert context.userLocks().isHeld(user.id()) : "user " + user + " is not locked";
    entries.put(new MemberKey(conversation, user), row);
  }

  /** Removes the entry of a member, whose lock is held. */
  public void deleteEntry(ConversationId conversation, UserId user) {
    entries.remove(new MemberKey(conversation, user));
    batch.delete(tables.entry(), Keys.of(user.id(), conversation.id()));
  }

  /** Writes a message to all members; {@code before}: as it was, null: it is new. */
  public void putMessage(@Nullable MessageRow before, MessageRow row) throws IOException {
    Message message = row.message();
    batch.put(
        tables.message(), Keys.of(message.conversation().id(), message.id().value()), row.encode());
    context
        .indexes()
        .change(
            batch,
            IndexSource.MESSAGES,
            before == null ? null : IndexedRow.of(before.message()),
            IndexedRow.of(message));
  }

  /** Writes what a user has of its own about a message; {@code before}: as it was, null: new. */
  public void putInbox(
      UserId user,
      ConversationId conversation,
      MessageId id,
      @Nullable InboxRow before,
      InboxRow row)
      throws IOException {
    assert context.userLocks().isHeld(user.id()) : "user " + user + " is not locked";
    batch.put(tables.inbox(), Keys.of(user.id(), conversation.id(), id.value()), row.encode());
    context
        .indexes()
        .change(
            batch,
            IndexSource.INBOX,
            before == null ? null : IndexedRow.of(user, conversation, id, before),
            IndexedRow.of(user, conversation, id, row));
  }

  /** The end of the queue of {@code user}, whose lock is held. */
  public long newestPosition(UserId user) throws IOException {
    return head(user.id(), EventRow.minute(nowMillis), appended.size()).position();
  }

  /**
   * Puts an event at the end of the queue of {@code user}, whose lock is held.
   *
   * @return its position
   */
  public long append(UserId user, Event event) throws IOException {
    return append(List.of(user), event).getFirst().position();
  }

  /**
   * The same for several users, each once.
   *
   * @return its positions, in the order of the users
   */
  public List<Delivery> append(List<UserId> users, Event event) throws IOException {
    int minute = EventRow.minute(nowMillis);
    byte[] value = bytes(event, minute);
    int before = appended.size();
    Heads.Head[] ends = new Heads.Head[users.size()];
    for (int i = 0; i < ends.length; i++) { // first all of them: so that memory is waited for once
      Id id = users.get(i).id();
      assert context.userLocks().isHeld(id) : "user " + id + " is not locked";
      ends[i] = head(id, minute, before);
    }
    Delivery[] deliveries = new Delivery[ends.length];
    for (int i = 0; i < ends.length; i++) {
      Heads.Head head = context.heads().append(batch, ends[i], minute);
      appended.add(head);
      batch.put(tables.queue(), Keys.of(head.user(), head.position()), value);
      deliveries[i] = new Delivery(users.get(i), head.position());
    }
    List<Delivery> all = List.of(deliveries);
    published.add(new Published(all, event));
    return all;
  }

  /**
   * Puts an event at the end of the own queue of a large conversation, whose lock is held.
   *
   * @return its position there
   */
  public long append(ConversationId conversation, Event event) throws IOException {
    ConversationRow row = conversation(conversation);
    long position = row.events() + 1;
    put(conversation, row.withEvents(position));
    int minute = EventRow.minute(nowMillis);
    batch.put(
        tables.conversationEvent(), Keys.of(conversation.id(), position), bytes(event, minute));
    grown.add(conversation);
    return position;
  }

  /** Wakes the members of a large conversation, whose lock is held: they have to look at it. */
  public void wakeMembers(ConversationId conversation) {
    grown.add(conversation);
  }

  /** How far a user has fetched the events of a large conversation; null: it follows no more. */
  public void putLarge(UserId user, ConversationId conversation, @Nullable LargeRow row) {
    assert context.userLocks().isHeld(user.id()) : "user " + user + " is not locked";
    byte[] key = Keys.of(user.id(), conversation.id());
    if (row == null) {
      batch.delete(tables.large(), key);
    } else {
      batch.put(tables.large(), key, row.encode());
    }
    followed.add(new Followed(user, conversation, row != null));
  }

  /** Lets the end of the queue of {@code user} outlive its events, see {@link Heads}. */
  void seal(Id user) throws IOException {
    lock(context.userLocks(), List.of(user));
    context.heads().seal(batch, user, EventRow.minute(nowMillis));
    commit();
  }

  /** Forgets what is remembered of the queue of {@code user}, whose lock is held. */
  public void forgetQueue(UserId user) {
    context.heads().forget(user.id());
  }

  /**
   * Writes it, with the durability of the store; where nothing has changed, nothing is written.
   *
   * @throws IOException when it could not be written, or that is not known
   */
  public void commit() throws IOException {
    for (ConversationId id : changed.keySet()) {
      batch.put(tables.conversation(), Keys.of(id.id()), conversation(id).encode());
    }
    for (Map.Entry<MemberKey, EntryRow> entry : entries.entrySet()) {
      write(entry.getKey().conversation(), entry.getKey().user(), entry.getValue());
    }
    if (batch.count() == 0) {
      return;
    }
    isWriting = true;
    context.db().write(batch);
    isWriting = false;
    appended.forEach(context.heads()::written);
    publish();
  }

  /** Gives the locks up, and events to who waits for them. */
  @Override
  public void close() {
    while (!locks.isEmpty()) {
      locks.pop().close();
    }
    if (!closed && !isWriting) {
      context.giveBack(batch);
    }
    closed = true;
    heard.forEach(Publisher.Hearer::deliver);
    heard.clear();
  }

  /**
   * Tells who waits: those who wait now, after the write. Who begins to wait later reads it, so
   * nobody misses it.
   */
  private void publish() {
    Publisher publisher = context.publisher();
    for (Followed one : followed) {
      publisher.follows(one.user(), one.conversation(), one.follows());
    }
    for (Published one : published) {
      for (Delivery delivery : one.deliveries()) {
        publisher.published(delivery.user(), delivery.position(), one.event(), heard);
      }
    }
    for (ConversationId conversation : grown) {
      publisher.grown(conversation, heard);
    }
  }

  private void write(ConversationId conversation, UserId user, EntryRow entry) throws IOException {
    MemberRow member = requireMember(conversation, user);
    if (member.entry().isPresent()) {
      batch.put(
          tables.member(), Keys.of(conversation.id(), user.id()), member.withEntry(entry).encode());
    } else {
      batch.put(tables.entry(), Keys.of(user.id(), conversation.id()), entry.encode());
    }
  }

  private Transaction lock(Stripes stripes, Collection<Id> ids) {
    locks.push(stripes.lock(ids));
    if (context.isClosed()) { // the next opening may have read what this would change
      close();
      throw new ClosedException(Context.NAME);
    }
    return this;
  }

  /** The end of a queue after the first {@code count} ends that were appended. */
  private Heads.Head head(Id user, int minute, int count) throws IOException {
    while (headsKnown < count) {
      Heads.Head next = appended.get(headsKnown++);
      heads.put(next.user(), next);
    }
    Heads.Head head = count == 0 ? null : heads.get(user);
    return head == null ? context.heads().get(user, minute) : head;
  }

  @SuppressWarnings("ReferenceEquality") // the event that is told to one after the other
  private byte[] bytes(Event event, int minute) {
    if (event != lastEvent) {
      lastEvent = event;
      lastEventBytes = new EventRow(minute, event).encode();
    }
    return lastEventBytes;
  }
}
