package io.sheaf.im.table;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.Varint;
import java.io.IOException;

/**
 * How many members of a large conversation stand at a sequence number: a row of table {@code
 * message_read}.
 *
 * <pre>
 * value := 1 members
 *
 * members := varint, zigzag: those who have read up to there, less those who joined there
 * </pre>
 */
public record ReadRow(long members) {
  private static final int FORMAT = 1;

  /** Its bytes. */
  public byte[] encode() {
    return new RowWriter(FORMAT).varint(Varint.zigzag(members)).toByteArray();
  }

  /** What a value means. */
  public static ReadRow decode(Slice key, Slice value) throws IOException {
    return RowReader.read(
        "read count", key, value, FORMAT, row -> new ReadRow(Varint.unzigzag(row.varint())));
  }
}
