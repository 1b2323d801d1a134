package io.sheaf.im.table;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Event;
import io.sheaf.lsm.coding.Slice;
import java.io.IOException;
import java.util.Optional;

/**
 * An event: a row of table {@code sync_queue} or {@code conversation_event}. It says where a
 * message is, not what it says: that is read from its own row when a device asks, so that a message
 * to thirty members is written once, and what was recalled is nowhere any more.
 *
 * <pre>
 * value := 1 minute code (message | conversation | body)
 *
 * minute       := 4 bytes, little-endian: minutes since 1970
 * code         := byte: see Event; 64: an event of the service
 * message      := conversation id, message id of 8 bytes, varint sequence
 * conversation := conversation id, varint sequence, user id?
 * body         := all the rest
 * </pre>
 *
 * @param minute when it was appended
 * @param event what it says; messages without their content
 */
public record EventRow(int minute, Event event) {
  private static final int FORMAT = 1;
  private static final int CUSTOM = 64;
  private static final int FIRST_CONVERSATION_CODE = 16;

  /** Its bytes. */
  public byte[] encode() {
    RowWriter writer = new RowWriter(FORMAT);
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      writer.writeByte(minute >>> shift);
    }
    switch (event) {
      case Event.OfMessage of ->
          writer
              .writeByte(of.change().code())
              .id(of.conversation().id())
              .messageId(of.id())
              .varint(of.sequence());
      case Event.OfConversation of -> {
        writer.writeByte(of.change().code()).id(of.conversation().id()).varint(of.sequence());
        of.member().ifPresent(member -> writer.id(member.id()));
      }
      case Event.Custom custom -> writer.writeByte(CUSTOM).rest(custom.body().bytes());
    }
    return writer.toByteArray();
  }

  /** What a value means. */
  public static EventRow decode(Slice key, Slice value) throws IOException {
    return RowReader.read(
        "event",
        key,
        value,
        FORMAT,
        row -> {
          int minute = 0;
          for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            minute |= row.readByte() << shift;
          }
          int code = row.readByte();
          return new EventRow(
              minute,
              code == CUSTOM
                  ? new Event.Custom(Body.of(row.rest()))
                  : code < FIRST_CONVERSATION_CODE ? message(code, row) : conversation(code, row));
        });
  }

  /** The minute in which a time lies. */
  public static int minute(long timeMillis) {
    return (int) (timeMillis / 60_000);
  }

  private static Event message(int code, RowReader row) {
    for (Event.MessageChange change : Event.MessageChange.values()) {
      if (change.code() == code) {
        return new Event.OfMessage(
            change, new ConversationId(row.id()), row.messageId(), row.varint(), Optional.empty());
      }
    }
    throw new IllegalArgumentException("no event has the code " + code);
  }

  private static Event conversation(int code, RowReader row) {
    for (Event.ConversationChange change : Event.ConversationChange.values()) {
      if (change.code() == code) {
        ConversationId conversation = new ConversationId(row.id());
        long sequence = row.varint();
        return new Event.OfConversation(
            change,
            conversation,
            sequence,
            row.isAtEnd() ? Optional.empty() : Optional.of(new UserId(row.id())));
      }
    }
    throw new IllegalArgumentException("no event has the code " + code);
  }
}
