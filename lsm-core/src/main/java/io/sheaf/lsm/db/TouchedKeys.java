package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.Slice;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The keys that batches change which are about to be written and are in no memtable yet.
 *
 * <p><b>Thread safety.</b> None.
 */
final class TouchedKeys implements WriteBatch.Visitor {
  private record Key(int tableId, Slice key) {}

  private record Range(int tableId, Slice from, Slice to) {}

  private final Set<Key> keys = new HashSet<>();
  private final List<Range> ranges = new ArrayList<>();

  /** Notes the keys of a batch. */
  void add(WriteBatch batch) {
    WriteBatch.visit(batch.segment(), 0, batch.sizeBytes(), this);
  }

  /** Whether one of the batches changes {@code key}. */
  boolean contains(int tableId, Slice key) {
    if (keys.contains(new Key(tableId, key))) {
      return true;
    }
    for (Range range : ranges) {
      if (range.tableId() == tableId
          && range.from().compareTo(key) <= 0
          && key.compareTo(range.to()) < 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void put(int tableId, Slice key, Slice value) {
    keys.add(new Key(tableId, Slice.copyOf(key)));
  }

  @Override
  public void delete(int tableId, Slice key) {
    keys.add(new Key(tableId, Slice.copyOf(key)));
  }

  @Override
  public void deleteRange(int tableId, Slice from, Slice to) {
    ranges.add(new Range(tableId, Slice.copyOf(from), Slice.copyOf(to)));
  }
}
