package io.sheaf.engine.repair;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.key.SequenceNumber;
import io.sheaf.lsm.value.ValueReference;
import java.io.IOException;

/**
 * Shows rows whose sequence number was given up, because a merge into the oldest run needs none,
 * with the one up to which their SSTable holds everything: so that they count for more than what it
 * has replaced.
 *
 * <p><b>Thread safety, ownership.</b> See {@link InternalCursor}; closes the cursor beneath.
 *
 * @param rows the rows of one SSTable
 * @param merged what the SSTable has replaced
 */
record DatedCursor(InternalCursor rows, RangeTombstones merged) implements InternalCursor {
  @Override
  public long sequence() {
    long sequence = rows.sequence();
    return sequence == SequenceNumber.ZERO
        ? merged.coveringSequence(rows.key(), SequenceNumber.MAX)
        : sequence;
  }

  @Override
  public boolean valid() {
    return rows.valid();
  }

  @Override
  public void seekFirst() throws IOException {
    rows.seekFirst();
  }

  @Override
  public void seek(Slice target) throws IOException {
    rows.seek(target);
  }

  @Override
  public void next() throws IOException {
    rows.next();
  }

  @Override
  public Slice key() {
    return rows.key();
  }

  @Override
  public EntryKind kind() {
    return rows.kind();
  }

  @Override
  public long timeMillis() {
    return rows.timeMillis();
  }

  @Override
  public int valueLength() {
    return rows.valueLength();
  }

  @Override
  public boolean separated() {
    return rows.separated();
  }

  @Override
  public void reference(ValueReference into) {
    rows.reference(into);
  }

  @Override
  public Slice value() throws IOException {
    return rows.value();
  }

  @Override
  public void close() {
    rows.close();
  }
}
