package io.sheaf.im.conversation;

import io.sheaf.im.change.Context;
import io.sheaf.im.change.Transaction;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.index.IndexOwner;
import io.sheaf.im.model.Conversation;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.Member;
import io.sheaf.im.model.NewMember;
import io.sheaf.im.model.PageLimit;
import io.sheaf.im.table.ConversationRow;
import io.sheaf.im.table.EntryRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.LargeRow;
import io.sheaf.im.table.MemberRow;
import io.sheaf.im.table.Tables;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Conversations and who is in them.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class Conversations {
  private final Context context;
  private final Tables tables;
  private final OwnMessages own;
  private final Leaving leaving;
  private final int largeMembers;

  /**
   * The conversations of {@code context}.
   *
   * @param largeMembers a conversation with more members than this is large from then on
   */
  public Conversations(Context context, int largeMembers) {
    this.context = context;
    this.tables = context.tables();
    this.own = new OwnMessages(context);
    this.leaving = new Leaving(context);
    this.largeMembers = largeMembers;
  }

  /**
   * Makes a conversation with these members.
   *
   * @param historyFromJoining whether a member sees nothing from before joining
   * @throws ImException.ConversationExists when there is one of this id
   */
  public void create(ConversationId id, boolean historyFromJoining, List<NewMember> members)
      throws IOException {
    try (Transaction change = context.begin().lockConversation(id)) {
      Optional<ConversationRow> before = context.rows().conversationOrRest(id);
      if (before.isPresent() && !before.get().deleted()) {
        throw new ImException.ConversationExists(id);
      }
      long life = before.map(ConversationRow::life).orElse(0L) + 1;
      MessageId lastId = before.map(ConversationRow::lastId).orElse(MessageId.NONE);
      change.put(id, ConversationRow.created(historyFromJoining, life, lastId));
      add(change, id, members);
      change.commit();
    }
  }

  /** Adds members; those who are members already stay as they are. */
  public void join(ConversationId id, List<NewMember> members) throws IOException {
    try (Transaction change = context.begin().lockConversation(id)) {
      change.conversation(id);
      add(change, id, members);
      change.commit();
    }
  }

  /**
   * Removes a member, with its entry in the list and what it had of its own there: in work that
   * does not depend on how much that was.
   *
   * @throws ImException.UnknownConversation when there is none
   * @throws ImException.NotMember when the user is none
   */
  public void leave(ConversationId id, UserId user) throws IOException {
    try (Transaction change = context.begin().lockConversation(id)) {
      change.conversation(id);
      change.requireMember(id, user);
      leaving.remove(change, id, user);
      change.commit();
    }
  }

  /**
   * Deletes a conversation for all, with its messages: in work that does not depend on their
   * number. The members of an ordinary one are told at once, those of a large one when they sync.
   */
  public void delete(ConversationId id) throws IOException {
    try (Transaction change = context.begin().lockConversation(id)) {
      ConversationRow row = change.conversation(id);
      Fanout fanout = new Fanout(context, change);
      fanout.lock(Set.of(id), Set.of());
      List<UserId> members = fanout.receivers(id);
      fanout.tell(
          members,
          new Event.OfConversation(Event.ConversationChange.DELETED, id, 0, Optional.empty()));
      byte[] from = Keys.of(id.id());
      byte[] to = Keys.end(from);
      change
          .batch()
          .deleteRange(tables.member(), from, to)
          .deleteRange(tables.message(), from, to)
          .deleteRange(tables.conversationEvent(), from, to)
          .deleteRange(tables.read(), from, to)
          .deleteRange(tables.recalled(), from, to)
          .deleteRange(tables.reaction(), from, to)
          .deleteRange(tables.notice(), from, to);
      for (UserId user : members) {
        byte[] mine = Keys.of(user.id(), id.id());
        change.batch().delete(tables.entry(), mine);
        change.batch().deleteRange(tables.inbox(), mine, Keys.end(mine));
      }
      context.indexes().removeAllOf(change.batch(), IndexOwner.of(id));
      change.put(id, row.asDeleted());
      if (row.large()) {
        change.wakeMembers(id);
      }
      change.commit();
    }
  }

  /** The conversation, where there is one. */
  public Optional<Conversation> find(ConversationId id) throws IOException {
    return context.rows().conversation(id).map(row -> row.shown(id));
  }

  /**
   * Conversations in the order of their ids, from behind {@code after} on (null: the first).
   *
   * @param limit of conversations, 1 at least
   */
  public List<Conversation> list(@Nullable ConversationId after, int limit) throws IOException {
    PageLimit.check(limit, "conversations");
    List<Conversation> all = new ArrayList<>();
    byte @Nullable [] from = after == null ? null : Keys.end(Keys.of(after.id()));
    try (Cursor cursor =
        context.db().cursor(tables.conversation(), CursorOptions.ALL.between(from, null))) {
      while (all.size() < limit && cursor.next()) {
        ConversationRow row = ConversationRow.decode(cursor.key(), cursor.value());
        if (!row.deleted()) {
          all.add(row.shown(new ConversationId(Keys.id(cursor.key(), 0))));
        }
      }
    }
    return all;
  }

  /**
   * Members in the order of their ids, from behind {@code after} on (null: the first).
   *
   * @param limit of members, 1 at least
   * @throws ImException.UnknownConversation when there is none
   */
  public List<Member> members(ConversationId id, @Nullable UserId after, int limit)
      throws IOException {
    PageLimit.check(limit, "members");
    context.rows().requireConversation(id);
    List<Member> members = new ArrayList<>();
    byte[] prefix = Keys.of(id.id());
    byte[] from = after == null ? prefix : Keys.end(Keys.of(id.id(), after.id()));
    CursorOptions rows = CursorOptions.ALL.between(from, Keys.end(prefix)).limit(limit);
    try (Cursor cursor = context.db().cursor(tables.member(), rows)) {
      while (cursor.next()) {
        MemberRow row = MemberRow.decode(cursor.key(), cursor.value());
        UserId user = new UserId(Keys.id(cursor.key(), prefix.length));
        members.add(new Member(user, row.role(), row.joinedMillis()));
      }
    }
    return members;
  }

  /** Whether the user is a member. */
  public boolean isMember(ConversationId id, UserId user) throws IOException {
    return context.rows().member(id, user).isPresent();
  }

  /**
   * Removes all that is a user's own: entries, private messages and states, events, devices; the
   * user leaves all conversations. What it has said stays: it belongs to the conversations. What
   * has mentioned it so far is not found any more, should it come back, but for what is edited
   * later. Work is in proportion to the number of conversations: of the user, or, for an account
   * with a huge list, of the store. The positions of its queue do not come again.
   */
  public void purge(UserId user, boolean hasHugeList) throws IOException {
    new Purge(context, user, hasHugeList).run();
  }

  private void add(Transaction change, ConversationId id, List<NewMember> candidates)
      throws IOException {
    List<NewMember> joining = new ArrayList<>();
    Set<UserId> users = new LinkedHashSet<>();
    for (NewMember candidate : candidates) {
      if (users.add(candidate.user()) && change.member(id, candidate.user()).isEmpty()) {
        joining.add(candidate);
      }
    }
    if (joining.isEmpty()) {
      return;
    }
    // Rows that come in their order lie in it in the memtable.
    joining.sort(Comparator.comparing(NewMember::user));
    ConversationRow before = change.conversation(id);
    Fanout fanout = new Fanout(context, change);
    fanout.lock(Set.of(id), users);
    long count = before.memberCount() + joining.size();
    boolean large = before.large() || count > largeMembers;
    List<UserId> receivers = new ArrayList<>(fanout.receivers(id));
    if (large && !before.large()) {
      ReadCounts counts = new ReadCounts(context, change, id);
      for (UserId member : receivers) {
        fetchFromNowOn(change, id, member);
        counts.add(change.requireMember(id, member), change.entry(id, member));
      }
      counts.write();
    }
    change.put(id, before.withMembers(count, large));
    Event event =
        new Event.OfConversation(
            Event.ConversationChange.JOINED,
            id,
            0,
            joining.size() == 1 ? Optional.of(joining.getFirst().user()) : Optional.empty());
    if (large) {
      change.append(id, event);
      receivers.clear();
    }
    for (NewMember member : joining) {
      put(change, id, member);
      receivers.add(member.user());
      if (large) {
        fetchFromNowOn(change, id, member.user());
      }
    }
    fanout.tell(receivers, event);
  }

  private void put(Transaction change, ConversationId id, NewMember member) throws IOException {
    ConversationRow conversation = change.conversation(id);
    UserId user = member.user();
    EntryRow entry = EntryRow.joined(conversation, own.count(context.rows(), id, user));
    change.putMember(
        id,
        user,
        new MemberRow(
            member.role(),
            change.nowMillis(),
            conversation.lastId(),
            conversation.newestSequence(),
            member.hasHugeList() ? Optional.of(entry) : Optional.empty()));
    change.putEntry(id, user, entry);
    if (conversation.life() > 1) {
      // What the user has of an earlier life of a large one, if it has not heard of its end.
      byte[] mine = Keys.of(user.id(), id.id());
      if (context.rows().get(tables.large(), mine, LargeRow::decode).isPresent()) {
        change.append(
            user,
            new Event.OfConversation(Event.ConversationChange.DELETED, id, 0, Optional.empty()));
      }
      change.putLarge(user, id, null);
      change.batch().deleteRange(tables.inbox(), mine, Keys.end(mine));
      if (member.hasHugeList()) { // its entry is not there now
        change.batch().delete(tables.entry(), mine);
      }
    }
  }

  /** The member fetches what happens from now on; the events so far are not for it. */
  private void fetchFromNowOn(Transaction change, ConversationId id, UserId user)
      throws IOException {
    ConversationRow row = change.conversation(id);
    change.putLarge(user, id, new LargeRow(row.life(), row.events()));
  }
}
