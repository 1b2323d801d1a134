package io.sheaf.im.message;

import io.sheaf.im.change.Context;
import io.sheaf.im.change.Transaction;
import io.sheaf.im.conversation.Fanout;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.ImException;
import io.sheaf.im.table.InboxRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Who has a message that was sent to some members: each of them has it in a row of its own, which
 * says who the others are.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class PrivateReceivers {
  private final Context context;

  PrivateReceivers(Context context) {
    this.context = context;
  }

  /**
   * Locks those who have it, and says who still does: not who has left the conversation. The
   * conversation's lock is held, and with it all who change such rows.
   *
   * @throws ImException.UnknownMessage when {@code by} has no such message
   */
  List<UserId> lock(Transaction change, UserId by, ConversationId conversation, MessageId id)
      throws IOException {
    List<UserId> all = row(by, conversation, id).receivers();
    if (all.isEmpty()) {
      throw new ImException.UnknownMessage(conversation, id);
    }
    new Fanout(context, change).lock(Set.of(), new HashSet<>(all));
    List<UserId> present = new ArrayList<>();
    for (UserId user : all) {
      if (context.rows().inbox(user, conversation, id).isPresent()) {
        present.add(user);
      }
    }
    return present;
  }

  /**
   * The row of {@code user}.
   *
   * @throws ImException.UnknownMessage when there is none
   */
  InboxRow row(UserId user, ConversationId conversation, MessageId id) throws IOException {
    return context
        .rows()
        .inbox(user, conversation, id)
        .orElseThrow(() -> new ImException.UnknownMessage(conversation, id));
  }
}
