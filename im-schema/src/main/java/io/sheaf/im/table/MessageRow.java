package io.sheaf.im.table;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.Id;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Message;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.Varint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A message: a row of table {@code conversation_message}, and the part of a row of {@code
 * message_inbox} behind its state. Conversation and id are in the key.
 *
 * <pre>
 * value   := 1 message
 * message := flags type sequence own sender time? mentions body
 *
 * flags    := byte: 1 edited, 2 recalled, 4 mentions all, 8 has a time of its own
 * type     := byte
 * sequence := varint; 0: sent to some members only
 * own      := varint: how many messages to all the sender had sent here, this one included
 * sender   := id
 * time     := varint, zigzag: milliseconds to add to the time in the id
 * mentions := varint count, then so many ids
 * body     := all the rest
 * </pre>
 *
 * @param message what is shown of it
 * @param own see above
 */
public record MessageRow(Message message, long own) {
  private static final int FORMAT = 1;
  private static final int EDITED = 1;
  private static final int RECALLED = 2;
  private static final int MENTIONS_ALL = 4;
  private static final int HAS_TIME = 8;

  /** Its bytes. */
  public byte[] encode() {
    return write(new RowWriter(FORMAT)).toByteArray();
  }

  /** What a value means. */
  public static MessageRow decode(ConversationId conversation, Slice key, Slice value)
      throws IOException {
    MessageId id = new MessageId(Keys.number(key));
    return RowReader.read("message", key, value, FORMAT, row -> read(conversation, id, row));
  }

  /** Who sent it: all that is read of the value. */
  public static UserId sender(Slice key, Slice value) throws IOException {
    return RowReader.read(
        "message",
        key,
        value,
        FORMAT,
        row -> {
          row.readByte(); // flags
          row.readByte(); // type
          row.varint(); // sequence
          row.varint(); // own
          return new UserId(row.id());
        });
  }

  RowWriter write(RowWriter writer) {
    long addMillis = message.timeMillis() - message.id().timeMillis();
    int flags =
        switch (message.status()) {
              case SENT -> 0;
              case EDITED -> EDITED;
              case RECALLED -> RECALLED;
            }
            | (message.mentionsAll() ? MENTIONS_ALL : 0)
            | (addMillis != 0 ? HAS_TIME : 0);
    writer
        .writeByte(flags)
        .writeByte(message.type())
        .varint(message.sequence())
        .varint(own)
        .id(message.sender().id());
    if (addMillis != 0) {
      writer.varint(Varint.zigzag(addMillis));
    }
    writer.varint(message.mentions().size());
    message.mentions().forEach(user -> writer.id(user.id()));
    return writer.rest(message.body().bytes());
  }

  static MessageRow read(ConversationId conversation, MessageId id, RowReader row) {
    int flags = row.readByte();
    int type = row.readByte();
    long sequence = row.varint();
    long own = row.varint();
    Id sender = row.id();
    long timeMillis =
        id.timeMillis() + ((flags & HAS_TIME) == 0 ? 0 : Varint.unzigzag(row.varint()));
    int count = row.count();
    List<UserId> mentions = count == 0 ? List.of() : new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      mentions.add(new UserId(row.id()));
    }
    Message.Status status =
        (flags & RECALLED) != 0
            ? Message.Status.RECALLED
            : (flags & EDITED) != 0 ? Message.Status.EDITED : Message.Status.SENT;
    return new MessageRow(
        new Message(
            conversation,
            id,
            sequence,
            new UserId(sender),
            timeMillis,
            type,
            mentions,
            (flags & MENTIONS_ALL) != 0,
            status,
            Body.of(row.rest())),
        own);
  }
}
