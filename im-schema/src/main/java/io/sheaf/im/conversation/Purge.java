package io.sheaf.im.conversation;

import io.sheaf.im.change.Context;
import io.sheaf.im.change.Transaction;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.index.IndexOwner;
import io.sheaf.im.table.HeadRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.Tables;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes all that is a user's own. The user leaves its conversations one by one; it may join
 * others meanwhile, and get rows there. So its rows go only in a change that holds the user's lock
 * and knows that the user is in no conversation: who joins takes that lock and puts an event into
 * the user's queue, so where the queue ends as it did before all were looked through, nobody has.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class Purge {
  private final Context context;
  private final Tables tables;
  private final Leaving leaving;
  private final UserId user;
  private final boolean hasHugeList;

  /** Of {@code user}; {@code hasHugeList}: it is looked for in all conversations of the store. */
  Purge(Context context, UserId user, boolean hasHugeList) {
    this.context = context;
    this.tables = context.tables();
    this.leaving = new Leaving(context);
    this.user = user;
    this.hasHugeList = hasHugeList;
  }

  void run() throws IOException {
    List<ConversationId> left;
    do {
      long before = newestPosition();
      left = conversations();
      if (left.isEmpty()) {
        left = removeOwn(before);
      }
      for (ConversationId id : left) {
        leaving.leaveIfMember(id, user);
      }
    } while (!left.isEmpty());
  }

  /**
   * Removes the rows of a user that is in no conversation; else those it is in.
   *
   * @param before where its queue ended before it was found to be in none
   */
  private List<ConversationId> removeOwn(long before) throws IOException {
    try (Transaction change = context.begin().lockUser(user)) {
      long newest = change.newestPosition(user);
      List<ConversationId> joined = newest == before ? List.of() : conversations();
      if (joined.isEmpty()) {
        byte[] from = Keys.of(user.id());
        byte[] to = Keys.end(from);
        change
            .batch()
            .deleteRange(tables.entry(), from, to)
            .deleteRange(tables.inbox(), from, to)
            .deleteRange(tables.queue(), from, to)
            .deleteRange(tables.large(), from, to)
            .deleteRange(tables.cursor(), from, to)
            .deleteRange(tables.answer(), from, to)
            .put(tables.head(), from, new HeadRow(newest, true).encode());
        context.indexes().removeAllOf(change.batch(), IndexOwner.of(user));
        change.forgetQueue(user);
        change.commit();
      }
      return joined;
    }
  }

  private long newestPosition() throws IOException {
    try (Snapshot now = context.db().snapshot()) {
      return context.newestPosition(user.id(), now);
    }
  }

  /** Those that the user is a member of. */
  private List<ConversationId> conversations() throws IOException {
    byte[] prefix = Keys.of(user.id());
    List<ConversationId> found = new ArrayList<>();
    try (Cursor cursor =
        hasHugeList
            ? context.db().cursor(tables.conversation(), CursorOptions.ALL)
            : context.db().cursor(tables.entry(), CursorOptions.prefix(prefix))) {
      while (cursor.next()) {
        ConversationId id =
            new ConversationId(Keys.id(cursor.key(), hasHugeList ? 0 : prefix.length));
        if (context.rows().member(id, user).isPresent()) {
          found.add(id);
        }
      }
    }
    return found;
  }
}
