package io.sheaf.im.table;

import io.sheaf.lsm.coding.Slice;
import java.io.IOException;

/**
 * How far a member has fetched the events of a large conversation: a row of table {@code
 * sync_large}.
 *
 * <pre>
 * value := 1 life position
 *
 * life     := varint: see ConversationRow
 * position := varint: the last event that is in the member's own queue
 * </pre>
 */
public record LargeRow(long life, long position) {
  private static final int FORMAT = 1;

  /** Its bytes. */
  public byte[] encode() {
    return new RowWriter(FORMAT).varint(life).varint(position).toByteArray();
  }

  /** What a value means. */
  public static LargeRow decode(Slice key, Slice value) throws IOException {
    return RowReader.read(
        "place in a conversation",
        key,
        value,
        FORMAT,
        row -> new LargeRow(row.varint(), row.varint()));
  }
}
