package io.sheaf.im.table;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.MessageState;
import io.sheaf.lsm.coding.Slice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a user has of its own about a message: a row of table {@code message_inbox}. Either the
 * message itself, which was sent to some members only (private), or only this user's state of a
 * message that all have (normal turned private).
 *
 * <pre>
 * value := 1 flags marks (count receiver{count} message)?
 *
 * flags    := byte: 1 deleted for this user, 2 the message stands here
 * marks    := byte: the service's own
 * count    := varint
 * receiver := user id; all who have the message, the sender among them
 * message  := as in MessageRow
 * </pre>
 *
 * @param state this user's state of it
 * @param message the message, where it stands here
 * @param receivers all who have it, where it stands here
 */
public record InboxRow(MessageState state, Optional<Message> message, List<UserId> receivers) {
  private static final int FORMAT = 1;
  private static final int DELETED = 1;
  private static final int HAS_MESSAGE = 2;

  /** Only a state. */
  public static InboxRow of(MessageState state) {
    return new InboxRow(state, Optional.empty(), List.of());
  }

  /** The same with another state. */
  public InboxRow with(MessageState changed) {
    return new InboxRow(changed, message, receivers);
  }

  /** The same with another message. */
  public InboxRow with(Message changed) {
    return new InboxRow(state, Optional.of(changed), receivers);
  }

  /** Its bytes. */
  public byte[] encode() {
    RowWriter writer =
        new RowWriter(FORMAT)
            .writeByte((state.deleted() ? DELETED : 0) | (message.isPresent() ? HAS_MESSAGE : 0))
            .writeByte(state.marks());
    if (message.isPresent()) {
      writer.varint(receivers.size());
      receivers.forEach(user -> writer.id(user.id()));
      new MessageRow(message.get(), 0).write(writer);
    }
    return writer.toByteArray();
  }

  /** What a value means. */
  public static InboxRow decode(ConversationId conversation, Slice key, Slice value)
      throws IOException {
    MessageId id = new MessageId(Keys.number(key));
    return RowReader.read(
        "inbox row",
        key,
        value,
        FORMAT,
        row -> {
          int flags = row.readByte();
          MessageState state = new MessageState((flags & DELETED) != 0, row.readByte());
          if ((flags & HAS_MESSAGE) == 0) {
            return of(state);
          }
          int count = row.count();
          List<UserId> receivers = new ArrayList<>(count);
          for (int i = 0; i < count; i++) {
            receivers.add(new UserId(row.id()));
          }
          Message message = MessageRow.read(conversation, id, row).message();
          return new InboxRow(state, Optional.of(message), receivers);
        });
  }
}
