package io.sheaf.im.table;

import io.sheaf.lsm.coding.Slice;
import java.io.IOException;

/**
 * That members have still to be told of a change to a message: a row of table {@code
 * pending_notice}. It is there from the batch with the change to the batch with the events, so a
 * change is told after a crash too.
 *
 * <pre>
 * value := 1 what
 *
 * what := byte: 1 edited, 2 reactions, 3 both
 * </pre>
 */
public record NoticeRow(boolean edited, boolean reactions) {
  private static final int FORMAT = 1;
  private static final int EDITED = 1;
  private static final int REACTIONS = 2;

  /** The same, and what {@code other} says. */
  public NoticeRow and(NoticeRow other) {
    return new NoticeRow(edited || other.edited, reactions || other.reactions);
  }

  /** Its bytes. */
  public byte[] encode() {
    return new RowWriter(FORMAT)
        .writeByte((edited ? EDITED : 0) | (reactions ? REACTIONS : 0))
        .toByteArray();
  }

  /** What a value means. */
  public static NoticeRow decode(Slice key, Slice value) throws IOException {
    return RowReader.read(
        "notice",
        key,
        value,
        FORMAT,
        row -> {
          int what = row.readByte();
          return new NoticeRow((what & EDITED) != 0, (what & REACTIONS) != 0);
        });
  }
}
