package io.sheaf.im.inbox;

import io.sheaf.im.change.Context;
import io.sheaf.im.change.FirstFailure;
import io.sheaf.im.change.Transaction;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.table.ConversationRow;
import io.sheaf.im.table.EntryRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.Tables;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Entries of conversations that are not there any more: a large one is deleted in work that does
 * not depend on its members, so theirs stay behind. They are removed when the member syncs, or here
 * once they were come across in a list, so that no list is read through them twice.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class StaleEntries {
  /** More are come across again. */
  private static final int MOST = 10_000;

  private record Place(UserId user, ConversationId conversation) {}

  private final Context context;
  private final Set<Place> found = ConcurrentHashMap.newKeySet();

  /** Of the lists of {@code context}. */
  public StaleEntries(Context context) {
    this.context = context;
  }

  /** Whether {@code entry} is of another life of the conversation, or that is gone. */
  static boolean isStale(Optional<ConversationRow> conversation, EntryRow entry) {
    return conversation.isEmpty() || conversation.get().life() != entry.life();
  }

  /** Such an entry was come across. */
  void add(UserId user, ConversationId conversation) {
    if (found.size() < MOST) {
      found.add(new Place(user, conversation));
    }
  }

  /** Removes those that were come across, if they still are such. */
  public void remove() throws IOException {
    FirstFailure failure = new FirstFailure();
    for (Place place : List.copyOf(found)) {
      found.remove(place);
      try {
        remove(place.user(), place.conversation());
      } catch (IOException | RuntimeException e) {
        failure.add(e); // it is come across again
      }
    }
    failure.throwIfAny();
  }

  private void remove(UserId user, ConversationId id) throws IOException {
    Tables tables = context.tables();
    byte[] key = Keys.of(user.id(), id.id());
    try (Transaction change = context.begin().lockUser(user)) { // who joins has it, too
      Optional<EntryRow> entry = context.rows().get(tables.entry(), key, EntryRow::decode);
      if (entry.isPresent() && isStale(context.rows().conversation(id), entry.get())) {
        change.batch().delete(tables.entry(), key);
        if (context.rows().member(id, user).isEmpty()) {
          change.batch().deleteRange(tables.inbox(), key, Keys.end(key));
        }
        change.commit();
      }
    }
  }
}
