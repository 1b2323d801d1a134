package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.PointResult;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.value.ValueReference;
import java.io.IOException;

/**
 * Finds one key in a table. Each thread has one, with the flyweights it needs, so that a read that
 * finds its blocks in the cache allocates nothing.
 *
 * <p><b>Thread safety.</b> One thread.
 */
final class PointRead {
  private static final ThreadLocal<PointRead> OF_THREAD = ThreadLocal.withInitial(PointRead::new);
  private static final Slice EMPTY = new Slice();

  private final BlockReader reader = new BlockReader();
  private final RunReader run = new RunReader();
  private final ValueReference reference = new ValueReference();
  private final Slice value = new Slice();

  /** The calling thread's. */
  static PointRead ofThread() {
    return OF_THREAD.get();
  }

  /** See {@link TableReader#get}. */
  boolean get(TableReader table, Slice key, long snapshot, PointResult into) throws IOException {
    TableIndex index = table.index();
    int at = index.firstNotBelow(key);
    if (at == index.blocks() || index.compareLower(at, key) > 0) {
      return false;
    }
    NativeBuffer block = table.block(at);
    try {
      reader.open(block);
      int row = reader.search(key, false, run);
      if (row < 0 || run.compareKey(row, key) != 0) {
        return false;
      }
      while (table.sequence(run.sequence(row)) > snapshot) {
        if (++row < run.rows()) {
          if (!run.repeatsKey(row)) {
            return false;
          }
          continue;
        }
        row = 0;
        if (run.index() + 1 < reader.runs()) {
          reader.openRun(run.index() + 1, run);
        } else {
          if (++at == index.blocks() || index.compareLower(at, key) != 0) {
            return false;
          }
          NativeBuffer next = table.block(at);
          block.close();
          block = next;
          reader.open(block);
          reader.openRun(0, run);
        }
        if (!run.continues()) {
          return false;
        }
      }
      show(table, row, block, into);
      return true;
    } finally {
      block.close();
    }
  }

  private void show(TableReader table, int row, NativeBuffer block, PointResult into)
      throws IOException {
    EntryKind kind = run.kind(row);
    long sequence = table.sequence(run.sequence(row));
    long timeMillis = table.timeMillis(run.timeMillis(row));
    if (kind == EntryKind.DELETE || run.valueLength(row) == 0) {
      into.found(kind, sequence, timeMillis, EMPTY, null);
    } else if (run.separated()) {
      run.reference(row, reference);
      NativeBuffer values = SeparatedValues.read(table.values(), reference, true);
      value.set(values.segment(), reference.valueOffset, reference.valueLength);
      into.found(kind, sequence, timeMillis, value, values);
    } else {
      run.inlineValue(row, value);
      into.found(kind, sequence, timeMillis, value, block.retain());
    }
  }
}
