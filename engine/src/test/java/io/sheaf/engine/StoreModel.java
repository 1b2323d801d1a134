package io.sheaf.engine;

import io.sheaf.lsm.coding.Slice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a store should hold: for each table a sorted map, with write times. */
final class StoreModel {
  /** A value and when it was written, milliseconds. */
  record Row(Slice value, long timeMillis) {}

  private final List<NavigableMap<Slice, Row>> tables = new ArrayList<>();

  StoreModel(int tableCount) {
    for (int i = 0; i < tableCount; i++) {
      tables.add(new TreeMap<>());
    }
  }

  StoreModel copy() {
    StoreModel copy = new StoreModel(0);
    for (NavigableMap<Slice, Row> table : tables) {
      copy.tables.add(new TreeMap<>(table));
    }
    return copy;
  }

  void put(int table, byte[] key, byte[] value, long timeMillis) {
    tables.get(table).put(Slice.of(key), new Row(Slice.of(value), timeMillis));
  }

  void delete(int table, byte[] key) {
    tables.get(table).remove(Slice.of(key));
  }

  void deleteRange(int table, byte[] from, byte[] to) {
    tables.get(table).subMap(Slice.of(from), true, Slice.of(to), false).clear();
  }

  /** The value of a row written after {@code expiredUpToMillis}. */
  byte @Nullable [] get(int table, byte[] key, long expiredUpToMillis) {
    Row row = tables.get(table).get(Slice.of(key));
    return row != null && row.timeMillis() > expiredUpToMillis ? row.value().toByteArray() : null;
  }

  /** When a row was written, milliseconds; 0: there is none. */
  long timeMillis(int table, Slice key) {
    Row row = tables.get(table).get(key);
    return row == null ? 0 : row.timeMillis();
  }

  List<Slice> keys(int table) {
    return new ArrayList<>(tables.get(table).keySet());
  }

  /** Keys that a scan should return, in its order. */
  List<Slice> scan(
      int table,
      byte @Nullable [] lower,
      byte @Nullable [] upper,
      boolean reverse,
      long limit,
      long expiredUpToMillis) {
    NavigableMap<Slice, Row> rows = tables.get(table);
    if (lower != null) {
      rows = rows.tailMap(Slice.of(lower), true);
    }
    if (upper != null) {
      rows =
          lower != null && Slice.of(lower).compareTo(Slice.of(upper)) >= 0
              ? Collections.emptyNavigableMap()
              : rows.headMap(Slice.of(upper), false);
    }
    if (reverse) {
      rows = rows.descendingMap();
    }
    List<Slice> keys = new ArrayList<>();
    rows.forEach((key, row) -> {
      if (keys.size() < limit && row.timeMillis() > expiredUpToMillis) {
        keys.add(key);
      }
    });
    return keys;
  }
}
