package io.sheaf.server.keyspace;

import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a transaction changes in one table, before it is written: reads see the changes over the
 * rows of the store.
 *
 * <p><b>Thread safety.</b> One thread at a time.
 */
final class RowChanges {
  private final Db db;
  private final Table table;

  /** Rows that are set, and rows that are deleted (empty). */
  private final TreeMap<byte[], Optional<byte[]>> rows = new TreeMap<>(Arrays::compareUnsigned);

  private final List<Range> deletedRanges = new ArrayList<>();

  /** From a key (inclusive) to another (exclusive). */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  private record Range(byte[] from, byte[] to) {
    boolean holds(byte[] key) {
      return Arrays.compareUnsigned(from, key) <= 0 && Arrays.compareUnsigned(key, to) < 0;
    }
  }

  RowChanges(Db db, Table table) {
    this.db = db;
    this.table = table;
  }

  byte @org.jspecify.annotations.Nullable [] get(byte[] key) throws IOException {
    Optional<byte[]> changed = rows.get(key);
    if (changed != null) {
      return changed.orElse(null);
    }
    return isDeleted(key) ? null : db.get(table, key);
  }

  void put(byte[] key, byte[] value) {
    rows.put(key, Optional.of(value));
  }

  void delete(byte[] key) {
    rows.put(key, Optional.empty());
  }

  void deleteRange(byte[] from, byte[] to) {
    if (Arrays.compareUnsigned(from, to) < 0) {
      rows.subMap(from, to).clear();
      deletedRanges.add(new Range(from, to));
    }
  }

  /** The rows between two keys, the upper one exclusive, in the order asked for. */
  Rows between(byte[] from, byte[] to, boolean reversed, long limit) throws IOException {
    CursorOptions bounds = CursorOptions.ALL.between(from, to);
    CursorOptions directed = reversed ? bounds.reversed() : bounds;
    if (rows.isEmpty() && deletedRanges.isEmpty()) {
      return new StoredRows(db.cursor(table, directed.limit(limit)));
    }
    NavigableMap<byte[], Optional<byte[]>> changed = rows.subMap(from, true, to, false);
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
  void addTo(WriteBatch batch) {
    for (Range range : deletedRanges) {
      batch.deleteRange(table, range.from, range.to);
    }
    rows.forEach((key, value) -> {
      if (value.isPresent()) {
        batch.put(table, key, value.get());
      } else {
        batch.delete(table, key);
      }
    });
  }
}
