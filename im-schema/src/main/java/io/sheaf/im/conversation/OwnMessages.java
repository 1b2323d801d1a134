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

/**
 * How many messages a member has sent to a conversation: each message says the how manyth of its
 * sender it is, so the newest one up to an id says how many there are.
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

  /** The number of messages to all that {@code user} has sent there, up to this one. */
  public long countUpTo(Rows rows, ConversationId conversation, UserId user, MessageId upTo)
      throws IOException {
    long[] count = new long[1];
    MessageId before = upTo.equals(MessageId.HIGHEST) ? upTo : upTo.next();
    context
        .indexes()
        .newest(
            rows,
            BY_SENDER.name(),
            IndexOwner.of(conversation),
            user.id(),
            MessagePlace.before(before),
            (where, id) -> {
              count[0] = rows.message(where, id).map(MessageRow::own).orElse(0L);
              return count[0] == 0;
            });
    return count[0];
  }
}
