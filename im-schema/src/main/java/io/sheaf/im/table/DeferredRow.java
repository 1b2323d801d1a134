package io.sheaf.im.table;

import io.sheaf.im.id.ClientMessageId;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Draft;
import io.sheaf.lsm.coding.Slice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A message that has time: a row of table {@code deferred_send}.
 *
 * <pre>
 * value := 1 deadline flags conversation sender client? type time? mentions onlyFor body
 *
 * deadline     := varint: milliseconds since 1970
 * flags        := byte: 1 mentions all, 2 has a client message id, 4 has a time
 * conversation := id
 * sender       := id
 * client       := id
 * type         := byte
 * time         := varint: milliseconds since 1970
 * mentions     := varint count, then so many ids
 * onlyFor      := varint count, then so many ids
 * body         := all the rest
 * </pre>
 *
 * @param deadlineMillis by when it is to be sent, in milliseconds since 1970
 * @param draft what is to be sent
 */
public record DeferredRow(long deadlineMillis, Draft draft) {
  private static final int FORMAT = 1;
  private static final int MENTIONS_ALL = 1;
  private static final int HAS_CLIENT = 2;
  private static final int HAS_TIME = 4;

  /** Its bytes. */
  public byte[] encode() {
    ClientMessageId client = draft.clientMessageId();
    OptionalLong time = draft.timeMillis();
    RowWriter writer =
        new RowWriter(FORMAT)
            .varint(deadlineMillis)
            .writeByte(
                (draft.mentionsAll() ? MENTIONS_ALL : 0)
                    | (client != null ? HAS_CLIENT : 0)
                    | (time.isPresent() ? HAS_TIME : 0))
            .id(draft.conversation().id())
            .id(draft.sender().id());
    if (client != null) {
      writer.id(client.id());
    }
    writer.writeByte(draft.type());
    time.ifPresent(writer::varint);
    write(writer, draft.mentions());
    write(writer, draft.onlyFor());
    return writer.rest(draft.body().bytes()).toByteArray();
  }

  /** What a value means. */
  public static DeferredRow decode(Slice key, Slice value) throws IOException {
    return RowReader.read(
        "deferred message",
        key,
        value,
        FORMAT,
        row -> {
          long deadline = row.varint();
          int flags = row.readByte();
          ConversationId conversation = new ConversationId(row.id());
          UserId sender = new UserId(row.id());
          ClientMessageId client = (flags & HAS_CLIENT) == 0 ? null : new ClientMessageId(row.id());
          int type = row.readByte();
          OptionalLong time =
              (flags & HAS_TIME) == 0 ? OptionalLong.empty() : OptionalLong.of(row.varint());
          List<UserId> mentions = users(row);
          List<UserId> onlyFor = users(row);
          return new DeferredRow(
              deadline,
              new Draft(
                  conversation,
                  sender,
                  client,
                  type,
                  Body.of(row.rest()),
                  mentions,
                  (flags & MENTIONS_ALL) != 0,
                  onlyFor,
                  time));
        });
  }

  /** When that is to be sent, in milliseconds since 1970, without reading the rest. */
  public static long decodeDeadline(Slice key, Slice value) throws IOException {
    return RowReader.read("deferred message", key, value, FORMAT, RowReader::varint);
  }

  private static void write(RowWriter writer, List<UserId> users) {
    writer.varint(users.size());
    users.forEach(user -> writer.id(user.id()));
  }

  private static List<UserId> users(RowReader row) {
    int count = row.count();
    List<UserId> users = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      users.add(new UserId(row.id()));
    }
    return users;
  }
}
