package io.sheaf.im.receipt;

import io.sheaf.im.change.Context;
import io.sheaf.im.change.FirstFailure;
import io.sheaf.im.change.Transaction;
import io.sheaf.im.conversation.ReadCounts;
import io.sheaf.im.conversation.Readers;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.Id;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.inbox.PendingReads;
import io.sheaf.im.inbox.ReadMove;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.ReadReceipt;
import io.sheaf.im.table.ConversationRow;
import io.sheaf.im.table.EntryRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.MessageRow;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Up to where members have read.
 *
 * <p>Positions are gathered for a window and written once: a member that reads a hundred messages
 * in it costs what one costs. Until then they are shown (unread, read position) and not durable:
 * what was told within the window before a crash is lost, and told again by the next message that
 * is read. Counts are exact once the window is written.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class Receipts {
  private static final int MOST_MEMBERS_AT_ONCE = 1000;
  private static final int MESSAGES_LOOKED_AT = 64;

  private final Context context;
  private final PendingReads pending;
  private final ReadMove move;
  private final Readers readers;
  private final boolean atOnce;

  /**
   * The receipts of {@code context}.
   *
   * @param atOnce whether positions are written when they are told; otherwise {@link #write} does
   */
  public Receipts(Context context, PendingReads pending, boolean atOnce) {
    this.context = context;
    this.pending = pending;
    this.move = new ReadMove(context);
    this.readers = new Readers(context);
    this.atOnce = atOnce;
  }

  /**
   * A member has read up to this message. Never goes back.
   *
   * @throws ImException.UnknownConversation when there is no such conversation
   * @throws ImException.NotMember when the user is no member
   * @throws ImException.ReadTooFar when there is no such message yet
   */
  public void read(UserId user, ConversationId conversation, MessageId upTo) throws IOException {
    try (Transaction look = context.begin()) {
      ConversationRow row = look.conversation(conversation);
      look.requireMember(conversation, user);
      if (upTo.isAfter(row.lastId())) {
        throw new ImException.ReadTooFar(conversation, upTo, row.lastId());
      }
    }
    pending.put(conversation, user, upTo);
    if (atOnce) {
      write(conversation);
    }
  }

  /** Writes all positions that were told before the call in the chosen conversations. */
  public void write(Predicate<ConversationId> chosen) throws IOException {
    FirstFailure failure = new FirstFailure();
    for (ConversationId conversation : pending.conversations(chosen)) {
      try {
        write(conversation);
      } catch (IOException | RuntimeException e) {
        failure.add(e); // those of the others are written all the same
      }
    }
    failure.throwIfAny();
  }

  /**
   * Who has read a message to all, and who has not.
   *
   * @throws ImException.UnknownMessage when there is no such message
   */
  public ReadReceipt of(ConversationId conversation, MessageId id) throws IOException {
    return readers.of(conversation, id);
  }

  private void write(ConversationId conversation) throws IOException {
    // Not until none is left: members that go on reading would keep all others from their turn.
    List<Map.Entry<UserId, MessageId>> told = List.copyOf(pending.of(conversation).entrySet());
    for (int from = 0; from < told.size(); from += MOST_MEMBERS_AT_ONCE) {
      Map<UserId, MessageId> some = new HashMap<>();
      told.subList(from, Math.min(told.size(), from + MOST_MEMBERS_AT_ONCE))
          .forEach(one -> some.put(one.getKey(), one.getValue()));
      write(conversation, some);
      pending.written(conversation, some);
    }
  }

  /** What a member's entry is, and becomes; the conversation's lock keeps it so. */
  private record Move(UserId user, EntryRow before, EntryRow now) {}

  private void write(ConversationId id, Map<UserId, MessageId> members) throws IOException {
    try (Transaction change = context.begin().lockConversation(id)) {
      Optional<ConversationRow> found = context.rows().conversation(id);
      if (found.isEmpty()) {
        return; // it was deleted since
      }
      ConversationRow conversation = found.get();
      List<Move> moves = moves(change, id, conversation, members);
      Set<UserId> authors = conversation.large() ? Set.of() : authors(id, moves);
      Set<Id> users = new LinkedHashSet<>();
      moves.forEach(one -> users.add(one.user().id()));
      authors.forEach(user -> users.add(user.id()));
      change.lockUsers(users);
      ReadCounts counts = new ReadCounts(context, change, id);
      long highest = 0;
      for (Move one : moves) {
        long sequence = one.now().readSequence();
        change.putEntry(id, one.user(), one.now());
        counts.move(one.before().readSequence(), sequence);
        highest = Math.max(highest, sequence);
        change.append(one.user(), event(Event.ConversationChange.READ, id, sequence));
      }
      if (conversation.large()) {
        counts.write();
      } else if (highest > 0) {
        Event event = event(Event.ConversationChange.RECEIPTS, id, highest);
        for (UserId author : authors) {
          if (change.member(id, author).isPresent()) {
            change.append(author, event);
          }
        }
      }
      change.commit();
    }
  }

  /** What is to be written of what members have told. */
  private List<Move> moves(
      Transaction change,
      ConversationId id,
      ConversationRow conversation,
      Map<UserId, MessageId> members)
      throws IOException {
    List<Move> moves = new ArrayList<>(members.size());
    for (Map.Entry<UserId, MessageId> told : members.entrySet()) {
      UserId user = told.getKey();
      if (change.member(id, user).isPresent()) {
        EntryRow before = change.entry(id, user);
        EntryRow now = move.apply(context.rows(), id, user, conversation, before, told.getValue());
        if (!now.equals(before)) {
          moves.add(new Move(user, before, now));
        }
      }
    }
    return moves;
  }

  /** Who sent what was read now: those who want to know. */
  private Set<UserId> authors(ConversationId id, List<Move> moves) throws IOException {
    MessageId lowest = MessageId.HIGHEST;
    MessageId highest = MessageId.NONE;
    for (Move one : moves) {
      highest = highest.max(one.now().readMessage());
      MessageId before = one.before().readMessage();
      lowest = lowest.isAfter(before) ? before : lowest;
    }
    Set<UserId> authors = new HashSet<>();
    if (!highest.isAfter(lowest)) {
      return authors;
    }
    CursorOptions rows =
        CursorOptions.ALL
            .between(
                Keys.of(id.id(), lowest.next().value()), Keys.of(id.id(), highest.next().value()))
            .reversed()
            .limit(MESSAGES_LOOKED_AT);
    try (Cursor cursor = context.db().cursor(context.tables().message(), rows)) {
      while (cursor.next()) {
        authors.add(MessageRow.sender(cursor.key(), cursor.value()));
      }
    }
    return authors;
  }

  private static Event event(Event.ConversationChange change, ConversationId id, long sequence) {
    return new Event.OfConversation(change, id, sequence, Optional.empty());
  }
}
