package io.sheaf.im.table;

import io.sheaf.lsm.coding.Slice;
import java.io.IOException;
import java.util.Arrays;

/**
 * How far an index was built: a row of table {@code index_state}. No row: not at all.
 *
 * <pre>
 * value := 1 complete last
 *
 * complete := byte: 1 all rows that were there when it was created are in it
 * last     := the key of the last row that is in it; empty where it is complete
 * </pre>
 *
 * @param complete see above
 * @param last see above
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record IndexStateRow(boolean complete, byte[] last) {
  /** All rows are in it. */
  public static final IndexStateRow COMPLETE = new IndexStateRow(true, new byte[0]);

  /** No row is in it yet. */
  public static final IndexStateRow BEGUN = new IndexStateRow(false, new byte[0]);

  private static final int FORMAT = 1;

  /** Its bytes. */
  public byte[] encode() {
    return new RowWriter(FORMAT).writeByte(complete ? 1 : 0).rest(last).toByteArray();
  }

  /** What a value means. */
  public static IndexStateRow decode(Slice key, Slice value) throws IOException {
    return RowReader.read(
        "state of an index",
        key,
        value,
        FORMAT,
        row -> {
          boolean complete = row.readByte() == 1;
          byte[] last = row.rest();
          return new IndexStateRow(complete, Arrays.copyOf(last, last.length));
        });
  }
}
