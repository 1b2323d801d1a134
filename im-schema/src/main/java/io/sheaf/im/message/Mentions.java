package io.sheaf.im.message;

import io.sheaf.im.change.Context;
import io.sheaf.im.history.Visibility;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.index.IndexDefinition;
import io.sheaf.im.index.IndexOwner;
import io.sheaf.im.index.IndexSource;
import io.sheaf.im.index.IndexedRow;
import io.sheaf.im.model.HistoryMessage;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.MessagePlace;
import io.sheaf.im.model.PageLimit;
import io.sheaf.im.table.Rows;
import io.sheaf.lsm.db.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The messages that mention a user, over all its conversations: read from an index in the user's
 * own rows.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class Mentions {
  /** Finds messages to all by whom they mention. */
  public static final IndexDefinition TO_ALL =
      new IndexDefinition("mention", IndexSource.MESSAGES, Mentions::extract);

  /** Finds messages to some by whom they mention. */
  public static final IndexDefinition TO_SOME =
      new IndexDefinition("mention-private", IndexSource.INBOX, Mentions::extract);

  private static final int MOST = 10_000;

  private final Context context;

  /** Of the users of {@code context}. */
  public Mentions(Context context) {
    this.context = context;
  }

  /**
   * The messages that mention a user and that it may see, newest first.
   *
   * @param before only those behind this place; {@link MessagePlace#END}: all
   */
  public List<HistoryMessage> page(UserId user, MessagePlace before, int limit) throws IOException {
    PageLimit.check(limit, MOST, "messages");
    List<HistoryMessage> found = new ArrayList<>();
    try (Snapshot now = context.db().snapshot()) {
      Rows rows = context.rows().at(now);
      Visibility visibility = new Visibility(rows);
      for (IndexDefinition index : List.of(TO_ALL, TO_SOME)) {
        List<HistoryMessage> some = new ArrayList<>();
        context
            .indexes()
            .newest(
                rows,
                index.name(),
                IndexOwner.of(user),
                IndexDefinition.NO_VALUE,
                before,
                (where, id) -> {
                  visibility.findIfMember(user, where, id).ifPresent(some::add);
                  return some.size() < limit;
                });
        found.addAll(some);
      }
    }
    found.sort(Comparator.comparing(HistoryMessage::message, MessagePlace.NEWEST_FIRST));
    return found.size() <= limit ? found : new ArrayList<>(found.subList(0, limit));
  }

  /**
   * The newest message of a conversation before this one that mentions a user.
   *
   * @param after only newer ones count: those before were read
   */
  static MessageId newestBefore(
      Context context, UserId user, ConversationId conversation, MessageId before, MessageId after)
      throws IOException {
    MessageId[] newest = {MessageId.NONE};
    for (IndexDefinition index : List.of(TO_ALL, TO_SOME)) {
      context
          .indexes()
          .newest(
              context.rows(),
              index.name(),
              IndexOwner.of(user),
              IndexDefinition.NO_VALUE,
              MessagePlace.before(before),
              (where, id) -> {
                if (where.equals(conversation)) {
                  newest[0] = newest[0].max(id);
                }
                return !where.equals(conversation) && id.isAfter(after);
              });
    }
    return newest[0];
  }

  private static void extract(IndexedRow row, IndexDefinition.Entries entries) {
    row.message().ifPresent(message -> extract(row, message, entries));
  }

  private static void extract(IndexedRow row, Message message, IndexDefinition.Entries entries) {
    for (UserId user : message.mentions()) {
      boolean mine = row.owner().isEmpty() || row.owner().get().equals(user);
      if (mine && !user.equals(message.sender())) {
        entries.ofUser(user, IndexDefinition.NO_VALUE);
      }
    }
  }
}
