package io.sheaf.im.conversation;

import io.sheaf.im.change.Context;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.index.IndexDefinition;
import io.sheaf.im.index.IndexOwner;
import io.sheaf.im.index.IndexSource;
import io.sheaf.im.model.MessagePlace;
import io.sheaf.im.table.MessageRow;
import io.sheaf.im.table.Rows;
import java.io.IOException;
import java.util.Optional;

/**
 * How many messages a member has sent to a conversation: each message says the how manyth of its
 * sender it is, so the newest one says how many there are.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class OwnMessages {
  /** Finds the messages of a conversation by their sender. */
  public static final IndexDefinition BY_SENDER =
      new IndexDefinition(
          "sender",
          IndexSource.MESSAGES,
          (row, entries) ->
              row.message().ifPresent(message -> entries.ofConversation(message.sender().id())));

  private final Context context;

  /** Of the conversations of {@code context}. */
  public OwnMessages(Context context) {
    this.context = context;
  }

  /** The number of messages to all that {@code user} has sent there. */
  long count(Rows rows, ConversationId conversation, UserId user) throws IOException {
    long[] count = new long[1];
    context
        .indexes()
        .newest(
            rows,
            BY_SENDER.name(),
            IndexOwner.of(conversation),
            user.id(),
            MessagePlace.END,
            (where, id) -> {
              count[0] = rows.message(where, id).map(MessageRow::own).orElse(0L);
              return count[0] == 0;
            });
    return count[0];
  }

  /**
   * How many of them are not behind this one: the first behind it says so, as those before may have
   * expired.
   *
   * @param upTo not the highest id of all
   * @param count how many there are
   */
  public long countUpTo(
      Rows rows, ConversationId conversation, UserId user, MessageId upTo, long count)
      throws IOException {
    long[] upToThere = {count};
    context
        .indexes()
        .oldest(
            rows,
            BY_SENDER.name(),
            IndexOwner.of(conversation),
            user.id(),
            upTo,
            (where, id) -> {
              Optional<MessageRow> next = rows.message(where, id);
              next.ifPresent(row -> upToThere[0] = row.own() - 1);
              return next.isEmpty();
            });
    return upToThere[0];
  }
}
