package io.sheaf.engine.inspect;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Entry;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.value.ValueReference;
import java.io.IOException;

/**
 * Shows a row whose value was read already as one that has it inside, so that it is written anew
 * wherever it lay before.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> A view of the row, valid as long as that.
 */
public final class ReadableRow implements Entry {
  private final Entry row;
  private final Slice value = new Slice();

  /** Reads the value of {@code row}. */
  public ReadableRow(Entry row) throws IOException {
    this.row = row;
    if (row.kind() == EntryKind.PUT) {
      value.set(row.value());
    }
  }

  @Override
  public Slice key() {
    return row.key();
  }

  @Override
  public long sequence() {
    return row.sequence();
  }

  @Override
  public EntryKind kind() {
    return row.kind();
  }

  @Override
  public long timeMillis() {
    return row.timeMillis();
  }

  @Override
  public int valueLength() {
    return value.length();
  }

  @Override
  public boolean separated() {
    return false;
  }

  @Override
  public void reference(ValueReference into) {
    throw new IllegalStateException("the value is at hand");
  }

  @Override
  public Slice value() {
    return value;
  }
}
