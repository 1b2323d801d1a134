package io.sheaf.server.keyspace;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Rows of the store with changed ones laid over them; both in the same order. */
final class MergedRows implements Rows {
  private final Cursor stored;
  private final Iterator<Map.Entry<byte[], Slice>> changes;
  private final Predicate<byte[]> isDeleted;
  private final boolean reversed;
  private long left;

  private boolean started;
  private boolean storedIsThere;
  private boolean atStored;
  private Map.@Nullable Entry<byte[], Slice> change;
  private Slice key = new Slice();
  private Slice value = new Slice();

  MergedRows(
      Cursor stored,
      Iterator<Map.Entry<byte[], Slice>> changes,
      Predicate<byte[]> isDeleted,
      boolean reversed,
      long limit) {
    this.stored = stored;
    this.changes = changes;
    this.isDeleted = isDeleted;
    this.reversed = reversed;
    this.left = limit;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // DELETED is only that one object
  public boolean next() throws IOException {
    if (left == 0) {
      return false;
    }
    if (!started) {
      started = true;
      storedIsThere = nextStored();
      change = nextChange();
    } else if (atStored) {
      storedIsThere = nextStored();
    }
    while (storedIsThere || change != null) {
      Map.Entry<byte[], Slice> changed = change;
      int order = order(changed);
      if (order < 0 || changed == null) {
        atStored = true;
        left--;
        return true;
      }
      if (order == 0) {
        storedIsThere = nextStored();
      }
      change = nextChange();
      if (changed.getValue() != RowChanges.DELETED) {
        atStored = false;
        key = Slice.of(changed.getKey());
        value = changed.getValue();
        left--;
        return true;
      }
    }
    return false;
  }

  private int order(Map.@Nullable Entry<byte[], Slice> changed) {
    if (changed == null) {
      return -1;
    }
    if (!storedIsThere) {
      return 1;
    }
    int rising = stored.key().compareTo(Slice.of(changed.getKey()));
    return reversed ? -rising : rising;
  }

  private boolean nextStored() throws IOException {
    while (stored.next()) {
      if (!isDeleted.test(stored.key().toByteArray())) {
        return true;
      }
    }
    return false;
  }

  private Map.@Nullable Entry<byte[], Slice> nextChange() {
    return changes.hasNext() ? changes.next() : null;
  }

  @Override
  public Slice key() {
    return atStored ? stored.key() : key;
  }

  @Override
  public Slice value() throws IOException {
    return atStored ? stored.value() : value;
  }

  @Override
  public void close() {
    stored.close();
  }
}
