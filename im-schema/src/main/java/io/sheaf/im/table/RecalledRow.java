package io.sheaf.im.table;

import io.sheaf.im.id.UserId;
import io.sheaf.lsm.coding.Slice;
import java.io.IOException;

/**
 * A message to all that was recalled: a row of table {@code message_recalled}. It stays when the
 * message itself expires, so that unread counts go on leaving it out.
 *
 * <pre>
 * value := 1 sender
 *
 * sender := id: of the message
 * </pre>
 *
 * @param sender of the message
 */
public record RecalledRow(UserId sender) {
  private static final int FORMAT = 1;

  /** Its bytes. */
  public byte[] encode() {
    return new RowWriter(FORMAT).id(sender.id()).toByteArray();
  }

  /** What a value means. */
  public static RecalledRow decode(Slice key, Slice value) throws IOException {
    return RowReader.read(
        "recalled message", key, value, FORMAT, row -> new RecalledRow(new UserId(row.id())));
  }
}
