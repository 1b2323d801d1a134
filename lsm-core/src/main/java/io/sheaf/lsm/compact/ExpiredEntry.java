package io.sheaf.lsm.compact;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Entry;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.value.ValueReference;

/**
 * Shows a row that has expired as a delete of the same key, sequence number and time: what older
 * runs know of the key stays hidden, and the value goes.
 *
 * <p><b>Thread safety.</b> One thread. <b>Ownership.</b> A view of the row.
 *
 * @param row the row, or the cursor that stands on it
 */
record ExpiredEntry(Entry row) implements Entry {
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
    return EntryKind.DELETE;
  }

  @Override
  public long timeMillis() {
    return row.timeMillis();
  }

  @Override
  public int valueLength() {
    return 0;
  }

  @Override
  public boolean separated() {
    return false;
  }

  @Override
  public void reference(ValueReference into) {
    throw new IllegalStateException("a delete has no value");
  }

  @Override
  public Slice value() {
    return new Slice();
  }
}
