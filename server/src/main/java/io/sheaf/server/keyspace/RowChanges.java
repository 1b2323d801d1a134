package io.sheaf.server.keyspace;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Snapshot;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.ValueConsumer;
import io.sheaf.lsm.db.WriteBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction changes in one table, before it is written: reads see the changes over the
 * rows of the store.
 *
 * <p><b>Thread safety.</b> One thread at a time.
 */
final class RowChanges {
  /** In place of the value of a row that is deleted. */
  static final Slice DELETED = new Slice();

  private final Db db;
  private final Table table;

  private final RowMemory memory;
  private final @Nullable Snapshot snapshot;
  private final ChangeBudget budget;

  /** Rows that are set, and rows that are deleted ({@link #DELETED}). */
  private final TreeMap<byte[], Slice> rows = new TreeMap<>(Arrays::compareUnsigned);

  private final List<Range> deletedRanges = new ArrayList<>();

  /** From a key (inclusive) to another (exclusive). */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  private record Range(byte[] from, byte[] to) {
    boolean holds(byte[] key) {
      return Arrays.compareUnsigned(from, key) <= 0 && Arrays.compareUnsigned(key, to) < 0;
    }
  }

  /** No changes yet; their values are kept in {@code memory}. */
  RowChanges(Db db, Table table, RowMemory memory) {
    this(db, table, memory, null, new ChangeBudget(() -> {}));
  }

  /**
   * The same.
   *
   * @param snapshot what is read where nothing was changed; null: the present
   * @param budget what may be changed
   */
  RowChanges(
      Db db, Table table, RowMemory memory, @Nullable Snapshot snapshot, ChangeBudget budget) {
    this.db = db;
    this.table = table;
    this.memory = memory;
    this.snapshot = snapshot;
    this.budget = budget;
  }

  /** Shows the value of a row to {@code consumer}; false: there is none. */
  @SuppressWarnings("ReferenceEquality") // DELETED is only that one object
  boolean get(byte[] key, ValueConsumer consumer) throws IOException {
    Slice changed = rows.get(key);
    if (changed == null) {
      return !isDeleted(key) && db.get(table, memory.key(key), snapshot, consumer);
    }
    if (changed == DELETED) {
      return false;
    }
    consumer.accept(changed);
    return true;
  }

  /** Sets a row to a copy of {@code value}. */
  void put(byte[] key, byte[] value) {
    budget.take(value.length);
    set(key, memory.copy(value));
  }

  /** Sets a row to {@code length} bytes, which the caller writes to what is returned. */
  Slice put(byte[] key, int length) {
    budget.take(length);
    Slice value = memory.allocate(length);
    set(key, value);
    return value;
  }

  private void set(byte[] key, Slice value) {
    if (rows.put(key, value) == null) {
      budget.takeOne();
    }
  }

  void delete(byte[] key) {
    set(key, DELETED);
  }

  void deleteRange(byte[] from, byte[] to) {
    if (Arrays.compareUnsigned(from, to) < 0) {
      rows.subMap(from, to).clear();
      deletedRanges.add(new Range(from, to));
    }
  }

  /** The rows between two keys, the upper one exclusive, in the order asked for. */
  Rows between(byte[] from, byte[] to, boolean reversed, long limit) throws IOException {
    CursorOptions all = CursorOptions.ALL.between(from, to);
    CursorOptions bounds = snapshot == null ? all : all.at(snapshot);
    CursorOptions directed = reversed ? bounds.reversed() : bounds;
    if (rows.isEmpty() && deletedRanges.isEmpty()) {
      return new StoredRows(db.cursor(table, directed.limit(limit)));
    }
    NavigableMap<byte[], Slice> changed = rows.subMap(from, true, to, false);
    boolean bounded = deletedRanges.isEmpty() && limit < Long.MAX_VALUE - changed.size();
    long storedLimit = bounded ? limit + changed.size() : Long.MAX_VALUE;
    return new MergedRows(
        db.cursor(table, directed.limit(storedLimit)),
        (reversed ? changed.descendingMap() : changed).entrySet().iterator(),
        this::isDeleted,
        reversed,
        limit);
  }

  private boolean isDeleted(byte[] key) {
    for (Range range : deletedRanges) {
      if (range.holds(key)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Adds the changes to {@code batch}: the ranges first, as rows may have been set in them since.
   */
  @SuppressWarnings("ReferenceEquality") // DELETED is only that one object
  void addTo(WriteBatch batch) {
    for (Range range : deletedRanges) {
      batch.deleteRange(table, range.from, range.to);
    }
    rows.forEach((key, value) -> {
      if (value == DELETED) {
        batch.delete(table, memory.key(key));
      } else {
        batch.put(table, memory.key(key), value);
      }
    });
  }
}
