package io.sheaf.lsm.memtable;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.PointResult;
import io.sheaf.lsm.key.EntryKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A memtable so simple that it is right: sorted maps of keys and, newest first, of versions. */
final class MemTableModel {
  private final NavigableMap<Slice, NavigableMap<Long, Entry>> versions = new TreeMap<>();
  private long entries;
  private long dataBytes;

  record Entry(Slice key, long sequence, EntryKind kind, long timeMillis, Slice value) {
    @Override
    public String toString() {
      return key
          + (" (" + key.hash64() + ") @" + sequence + " " + kind + " " + timeMillis + " ")
          + (value.length() + ":" + value.hash64());
    }
  }

  void add(Entry entry) {
    versions
        .computeIfAbsent(entry.key, key -> new TreeMap<>(Comparator.reverseOrder()))
        .put(entry.sequence, entry);
    entries++;
    dataBytes += entry.key.length() + entry.value.length();
  }

  @Nullable Entry get(Slice key, long snapshot) {
    NavigableMap<Long, Entry> all = versions.get(key);
    Map.Entry<Long, Entry> newest = all == null ? null : all.ceilingEntry(snapshot);
    return newest == null ? null : newest.getValue();
  }

  /** The first entries at or behind {@code from} in the direction. */
  List<String> scan(boolean reverse, @Nullable Slice from, int limit) {
    NavigableMap<Slice, NavigableMap<Long, Entry>> ordered =
        reverse ? versions.descendingMap() : versions;
    return list(from == null ? ordered : ordered.tailMap(from, true), limit);
  }

  /** The first entries with keys in {@code [lower, upper)}. */
  List<String> scan(boolean reverse, Slice lower, Slice upper, int limit) {
    NavigableMap<Slice, NavigableMap<Long, Entry>> within =
        versions.subMap(lower, true, upper, false);
    return list(reverse ? within.descendingMap() : within, limit);
  }

  private static List<String> list(
      NavigableMap<Slice, NavigableMap<Long, Entry>> ordered, int limit) {
    List<String> all = new ArrayList<>();
    for (NavigableMap<Long, Entry> one : ordered.values()) {
      for (Entry entry : one.values()) {
        if (all.size() == limit) {
          return all;
        }
        all.add(entry.toString());
      }
    }
    return all;
  }

  Set<Slice> keys() {
    return versions.keySet();
  }

  long entries() {
    return entries;
  }

  long dataBytes() {
    return dataBytes;
  }

  static Entry entry(InternalCursor cursor) throws IOException {
    assert cursor.valueLength() == cursor.value().length();
    return new Entry(
        cursor.key(), cursor.sequence(), cursor.kind(), cursor.timeMillis(), cursor.value());
  }

  static Entry entry(Slice key, PointResult result) {
    return new Entry(key, result.sequence(), result.kind(), result.timeMillis(), result.value());
  }
}
