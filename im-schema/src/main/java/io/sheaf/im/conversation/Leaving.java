package io.sheaf.im.conversation;

import io.sheaf.im.change.Context;
import io.sheaf.im.change.Transaction;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Event;
import io.sheaf.im.table.ConversationRow;
import io.sheaf.im.table.Keys;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * Removes members, each with its entry in the list and what it has of its own there: in work that
 * does not depend on how much that is. What indexes say of rows that go so stays until the user is
 * purged; who reads an index looks at the row, too.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class Leaving {
  private final Context context;

  Leaving(Context context) {
    this.context = context;
  }

  /** Removes a member, if it is one: others may have removed it or the conversation meanwhile. */
  void leaveIfMember(ConversationId id, UserId user) throws IOException {
    try (Transaction change = context.begin().lockConversation(id)) {
      if (change.findConversation(id).isPresent() && change.member(id, user).isPresent()) {
        remove(change, id, user);
        change.commit();
      }
    }
  }

  /** Removes a member; the conversation's lock is held. */
  void remove(Transaction change, ConversationId id, UserId user) throws IOException {
    Fanout fanout = new Fanout(context, change);
    fanout.lock(Set.of(id), Set.of(user));
    ConversationRow row = change.conversation(id);
    if (row.large()) {
      ReadCounts counts = new ReadCounts(context, change, id);
      counts.remove(change.requireMember(id, user), change.entry(id, user));
      counts.write();
    }
    Event event = new Event.OfConversation(Event.ConversationChange.LEFT, id, 0, Optional.of(user));
    fanout.tell(id, event);
    if (row.large()) {
      change.append(user, event);
    }
    change.put(id, change.conversation(id).withMembers(row.memberCount() - 1, row.large()));
    change.deleteEntry(id, user);
    change.putLarge(user, id, null);
    change.putMember(id, user, null);
    byte[] mine = Keys.of(user.id(), id.id());
    change.batch().deleteRange(context.tables().inbox(), mine, Keys.end(mine));
  }
}
