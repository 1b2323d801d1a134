package io.sheaf.im.conversation;

import io.sheaf.im.change.Context;
import io.sheaf.im.change.Transaction;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.Id;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Delivery;
import io.sheaf.im.model.Event;
import io.sheaf.im.table.ConversationRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.MemberRow;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who is told of what happens in a conversation: in an ordinary one each member, by an event in its
 * queue; in a large one nobody, but the conversation's own queue gets the event, and members fetch
 * it when they sync.
 *
 * <p>For one change: members are read once, after the conversations were locked.
 *
 * <p><b>Thread safety.</b> None.
 */
public final class Fanout {
  private final Context context;
  private final Transaction change;
  private final Map<ConversationId, List<UserId>> members = new HashMap<>();
  private Set<UserId> named = Set.of();

  /** Of the conversations that {@code change} has locked. */
  public Fanout(Context context, Transaction change) {
    this.context = context;
    this.change = change;
  }

  /** Those who get an event for what happens in the conversation now. */
  public List<UserId> receivers(ConversationId conversation) throws IOException {
    if (change.conversation(conversation).large()) {
      return List.of();
    }
    List<UserId> known = members.get(conversation);
    if (known == null) {
      known = readMembers(conversation);
      members.put(conversation, known);
    }
    return known;
  }

  /** Locks these users, and all receivers of the conversations. */
  public void lock(Set<ConversationId> conversations, Set<UserId> others) throws IOException {
    named = others;
    List<Id> ids = new ArrayList<>();
    for (ConversationId conversation : conversations) {
      for (UserId user : receivers(conversation)) {
        ids.add(user.id());
      }
    }
    others.forEach(user -> ids.add(user.id()));
    change.lockUsers(ids);
  }

  /** Tells all members; the places in their queues, none for a large conversation. */
  public List<Delivery> tell(ConversationId conversation, Event event) throws IOException {
    ConversationRow row = change.conversation(conversation);
    if (row.large()) {
      change.append(conversation, event);
      return List.of();
    }
    return tell(receivers(conversation), row.historyFromJoining() ? forAll(event) : event);
  }

  /** An event of an older message without that: not all members may see it. Who may reads it. */
  private static Event forAll(Event event) {
    return event instanceof Event.OfMessage of && of.change() != Event.MessageChange.SENT
        ? of.withoutMessage()
        : event;
  }

  /** Tells these users, each once; the places in their queues. */
  public List<Delivery> tell(List<UserId> users, Event event) throws IOException {
    return change.append(users, event);
  }

  /** All members; the rows of those who are named are wanted again, and kept for the change. */
  private List<UserId> readMembers(ConversationId conversation) throws IOException {
    List<UserId> users = new ArrayList<>();
    byte[] prefix = Keys.of(conversation.id());
    try (Cursor cursor =
        context.db().cursor(context.tables().member(), CursorOptions.prefix(prefix))) {
      while (cursor.next()) {
        UserId user = new UserId(Keys.id(cursor.key(), prefix.length));
        users.add(user);
        if (named.contains(user)) {
          change.read(conversation, user, MemberRow.decode(cursor.key(), cursor.value()));
        }
      }
    }
    return users;
  }
}
