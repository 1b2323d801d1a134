package io.sheaf.im.table;

import io.sheaf.lsm.coding.Slice;
import java.io.IOException;

/**
 * What is known of the end of a user's queue without the queue: a row of table {@code sync_head}.
 * Events expire, positions must not come again.
 *
 * <pre>
 * value := 1 kind position
 *
 * kind     := byte: 0 no event has a higher position; 1 the newest event has this position
 * position := varint
 * </pre>
 *
 * @param position see above
 * @param exact whether it is the end itself, not a bound for it
 */
public record HeadRow(long position, boolean exact) {
  /** Of a queue that has never had an event. */
  public static final HeadRow NONE = new HeadRow(0, false);

  private static final int FORMAT = 1;

  /** Its bytes. */
  public byte[] encode() {
    return new RowWriter(FORMAT).writeByte(exact ? 1 : 0).varint(position).toByteArray();
  }

  /** What a value means. */
  public static HeadRow decode(Slice key, Slice value) throws IOException {
    return RowReader.read(
        "end of a queue",
        key,
        value,
        FORMAT,
        row -> {
          boolean exact = row.readByte() == 1;
          return new HeadRow(row.varint(), exact);
        });
  }
}
