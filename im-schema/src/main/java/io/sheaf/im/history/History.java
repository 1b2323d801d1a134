package io.sheaf.im.history;

import io.sheaf.im.change.Context;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.HistoryMessage;
import io.sheaf.im.model.HistoryQuery;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.MessageState;
import io.sheaf.im.table.InboxRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.MessageRow;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a user sees of a conversation: the messages to all, merged by id with what the user has of
 * its own: messages to some members are added, those it deleted are left out.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class History {
  private final Context context;
  private final Visibility visibility;

  /** Of the conversations of {@code context}. */
  public History(Context context) {
    this.context = context;
    this.visibility = new Visibility(context.rows());
  }

  /**
   * A page; fewer messages than asked for are the last ones there are.
   *
   * @throws ImException.UnknownConversation when there is no such conversation
   * @throws ImException.NotMember when the user is no member
   */
  public List<HistoryMessage> page(UserId user, ConversationId conversation, HistoryQuery query)
      throws IOException {
    Db db = context.db();
    byte[] mine = Keys.of(user.id(), conversation.id());
    byte[] everybodys = Keys.of(conversation.id());
    try (Snapshot now = db.snapshot()) {
      MessageId hidden = new Visibility(context.rows().at(now)).hiddenUpTo(conversation, user);
      try (MessageRows own =
              new MessageRows(db, context.tables().inbox(), mine, hidden, query, now);
          MessageRows all =
              new MessageRows(db, context.tables().message(), everybodys, hidden, query, now)) {
        return merge(conversation, query, own, all);
      }
    }
  }

  /**
   * The messages to all members, whoever looks: for who runs the service.
   *
   * @throws ImException.UnknownConversation when there is no such conversation
   */
  public List<Message> messages(ConversationId conversation, HistoryQuery query)
      throws IOException {
    context.rows().requireConversation(conversation);
    List<Message> messages = new ArrayList<>();
    Db db = context.db();
    byte[] prefix = Keys.of(conversation.id());
    try (Snapshot now = db.snapshot();
        MessageRows rows =
            new MessageRows(db, context.tables().message(), prefix, MessageId.NONE, query, now)) {
      while (messages.size() < query.limit() && rows.next().isPresent()) {
        messages.add(message(conversation, rows));
      }
    }
    return messages;
  }

  /** One message, where the user may see it. */
  public Optional<HistoryMessage> find(UserId user, ConversationId conversation, MessageId id)
      throws IOException {
    return visibility.find(user, conversation, id);
  }

  private static List<HistoryMessage> merge(
      ConversationId conversation, HistoryQuery query, MessageRows own, MessageRows all)
      throws IOException {
    List<HistoryMessage> page = new ArrayList<>();
    Optional<MessageId> mine = own.next();
    Optional<MessageId> everybodys = all.next();
    while (page.size() < query.limit() && (mine.isPresent() || everybodys.isPresent())) {
      int order = order(query, mine, everybodys);
      if (order > 0) {
        page.add(new HistoryMessage(message(conversation, all), MessageState.NONE));
      } else {
        InboxRow row = InboxRow.decode(conversation, own.key(), own.value());
        Optional<Message> message = row.message();
        if (message.isEmpty() && order == 0) {
          message = Optional.of(message(conversation, all));
        }
        if (message.isPresent() && !row.state().deleted()) {
          page.add(new HistoryMessage(message.get(), row.state()));
        }
      }
      mine = order <= 0 ? own.next() : mine;
      everybodys = order >= 0 ? all.next() : everybodys;
    }
    return page;
  }

  private static Message message(ConversationId conversation, MessageRows rows) throws IOException {
    return MessageRow.decode(conversation, rows.key(), rows.value()).message();
  }

  /** Which comes first on the page: below 0 the user's own row, 0 both, above 0 the other. */
  private static int order(
      HistoryQuery query, Optional<MessageId> mine, Optional<MessageId> everybodys) {
    if (mine.isEmpty() || everybodys.isEmpty()) {
      return mine.isEmpty() ? 1 : -1;
    }
    return switch (query.direction()) {
      case BACK -> everybodys.get().compareTo(mine.get());
      case ONWARD -> mine.get().compareTo(everybodys.get());
    };
  }
}
