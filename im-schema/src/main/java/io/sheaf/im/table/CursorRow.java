package io.sheaf.im.table;

import io.sheaf.lsm.coding.Slice;
import java.io.IOException;

/**
 * How far a device has got: a row of table {@code sync_cursor}, which goes when the device has not
 * been seen for long.
 *
 * <pre>
 * value := 1 position seen
 *
 * position := varint: what the device has acknowledged; 0: nothing
 * seen     := varint: milliseconds since 1970
 * </pre>
 */
public record CursorRow(long position, long seenMillis) {
  private static final int FORMAT = 1;

  /** Its bytes. */
  public byte[] encode() {
    return new RowWriter(FORMAT).varint(position).varint(seenMillis).toByteArray();
  }

  /** What a value means. */
  public static CursorRow decode(Slice key, Slice value) throws IOException {
    return RowReader.read(
        "device", key, value, FORMAT, row -> new CursorRow(row.varint(), row.varint()));
  }
}
