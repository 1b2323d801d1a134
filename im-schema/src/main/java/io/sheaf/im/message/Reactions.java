package io.sheaf.im.message;

import io.sheaf.im.change.Context;
import io.sheaf.im.change.Transaction;
import io.sheaf.im.history.Visibility;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.Id;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.HistoryMessage;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.Reaction;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.NoticeRow;
import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What members answer to a message with a sign. Each is a row of its own, written at once; members
 * are told of all that happens to one message within a window by one event.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class Reactions {
  private static final Slice NOTHING = new Slice();

  private final Context context;
  private final Notices notices;
  private final Visibility visibility;
  private final PrivateReceivers receivers;

  /** The reactions of {@code context}. */
  public Reactions(Context context, Notices notices) {
    this.context = context;
    this.notices = notices;
    this.visibility = new Visibility(context.rows());
    this.receivers = new PrivateReceivers(context);
  }

  /**
   * A member reacts, or takes it back; what is so already stays so.
   *
   * @param sign with what; 1 to 64 bytes of UTF-8
   * @throws ImException.UnknownMessage when there is no such message, or not for this user
   */
  public void set(UserId user, ConversationId conversation, MessageId id, String sign, boolean on)
      throws IOException {
    byte[] key = key(conversation, id, Id.of("reaction", sign), user);
    try (Transaction change = context.begin().lockConversation(conversation)) {
      Message message =
          visibility
              .find(user, conversation, id)
              .map(HistoryMessage::message)
              .orElseThrow(() -> new ImException.UnknownMessage(conversation, id));
      boolean isOn = context.db().get(context.tables().reaction(), key) != null;
      if (isOn == on) {
        return;
      }
      if (on) {
        change.batch().put(context.tables().reaction(), Slice.of(key), NOTHING);
      } else {
        change.batch().delete(context.tables().reaction(), key);
      }
      if (message.isPrivate()) {
        for (UserId receiver : receivers.lock(change, user, conversation, id)) {
          change.append(
              receiver,
              new Event.OfMessage(
                  Event.MessageChange.REACTIONS,
                  conversation,
                  id,
                  message.sequence(),
                  Optional.of(message)));
        }
      } else {
        notices.add(change, conversation, id, new NoticeRow(false, true));
      }
      change.commit();
    }
    notices.added(conversation);
  }

  /** The reactions to a message, by sign. */
  public List<Reaction> of(ConversationId conversation, MessageId id) throws IOException {
    List<Reaction> all = new ArrayList<>();
    byte[] prefix = Keys.of(conversation.id(), id.value());
    byte[] end =
        id.equals(MessageId.HIGHEST)
            ? Keys.end(Keys.of(conversation.id()))
            : Keys.of(conversation.id(), id.next().value());
    CursorOptions rows = CursorOptions.ALL.between(prefix, end);
    try (Cursor cursor = context.db().cursor(context.tables().reaction(), rows)) {
      while (cursor.next()) {
        ByteReader reader = ByteReader.of(cursor.key());
        reader.position(reader.position() + prefix.length);
        Id sign = Id.read(reader);
        all.add(new Reaction(sign.toString(), new UserId(Id.read(reader))));
      }
    }
    return all;
  }

  private static byte[] key(ConversationId conversation, MessageId id, Id sign, UserId user) {
    byte[] first = Keys.of(conversation.id(), id.value());
    byte[] rest = Keys.of(sign, user.id());
    byte[] key = Arrays.copyOf(first, first.length + rest.length);
    System.arraycopy(rest, 0, key, first.length, rest.length);
    return key;
  }
}
