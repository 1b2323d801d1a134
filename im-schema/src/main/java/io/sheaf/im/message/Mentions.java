package io.sheaf.im.message;

import io.sheaf.im.change.Context;
import io.sheaf.im.history.Visibility;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.index.IndexDefinition;
import io.sheaf.im.index.IndexSource;
import io.sheaf.im.index.IndexedRow;
import io.sheaf.im.model.HistoryMessage;
import io.sheaf.im.model.Message;
import java.io.IOException;
import java.util.ArrayList;
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

  private final Context context;
  private final Visibility visibility;

  /** Of the users of {@code context}. */
  public Mentions(Context context) {
    this.context = context;
    this.visibility = new Visibility(context);
  }

  /**
   * The messages that mention a user and that it may see, newest first.
   *
   * @param before only older ones; {@link MessageId#HIGHEST}: all
   */
  public List<HistoryMessage> page(UserId user, MessageId before, int limit) throws IOException {
    List<HistoryMessage> found = new ArrayList<>();
    for (IndexDefinition index : List.of(TO_ALL, TO_SOME)) {
      List<HistoryMessage> some = new ArrayList<>();
      context
          .indexes()
          .newest(
              index.name(),
              user.id(),
              IndexDefinition.NO_VALUE,
              before,
              (where, id) -> {
                visibility.findIfMember(user, where, id).ifPresent(some::add);
                return some.size() < limit;
              });
      found.addAll(some);
    }
    found.sort((a, b) -> b.message().id().compareTo(a.message().id()));
    return found.size() <= limit ? found : new ArrayList<>(found.subList(0, limit));
  }

  /** The newest message of a conversation before this one that mentions a user. */
  static MessageId newestBefore(
      Context context, UserId user, ConversationId conversation, MessageId before)
      throws IOException {
    MessageId[] newest = {MessageId.NONE};
    for (IndexDefinition index : List.of(TO_ALL, TO_SOME)) {
      context
          .indexes()
          .newest(
              index.name(),
              user.id(),
              IndexDefinition.NO_VALUE,
              before,
              (where, id) -> {
                if (where.equals(conversation)) {
                  newest[0] = newest[0].max(id);
                }
                return !where.equals(conversation);
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
