package io.sheaf.im.table;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Delivery;
import io.sheaf.im.model.SentMessage;
import io.sheaf.lsm.coding.Slice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer to a send, kept for its retries: a row of table {@code client_message}.
 *
 * <pre>
 * value := 1 conversation message sequence count delivery{count}
 *
 * conversation := id
 * message      := 8 bytes: id
 * sequence     := varint
 * count        := varint
 * delivery     := user id, varint position
 * </pre>
 *
 * @param answer what was answered
 */
public record SentRow(SentMessage answer) {
  private static final int FORMAT = 1;

  /** Its bytes. */
  public byte[] encode() {
    RowWriter writer =
        new RowWriter(FORMAT)
            .id(answer.conversation().id())
            .messageId(answer.id())
            .varint(answer.sequence())
            .varint(answer.deliveries().size());
    answer.deliveries().forEach(one -> writer.id(one.user().id()).varint(one.position()));
    return writer.toByteArray();
  }

  /** What a value means. */
  public static SentRow decode(Slice key, Slice value) throws IOException {
    return RowReader.read(
        "sent message",
        key,
        value,
        FORMAT,
        row -> {
          ConversationId conversation = new ConversationId(row.id());
          MessageId id = row.messageId();
          long sequence = row.varint();
          int count = row.count();
          List<Delivery> deliveries = new ArrayList<>(count);
          for (int i = 0; i < count; i++) {
            deliveries.add(new Delivery(new UserId(row.id()), row.varint()));
          }
          return new SentRow(new SentMessage(conversation, id, sequence, deliveries));
        });
  }
}
