package io.sheaf.compaction;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.RangeTombstone;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes random runs to a store and to a map, and remembers the map for each snapshot. */
final class TestModel {
  private static final int USERS = 20;
  private static final int IDS = 40;

  private final TestStore store;
  private final Random random;
  private final long ttlMillis;
  private TreeMap<Slice, TestRow> rows = new TreeMap<>();
  private final Map<Long, TreeMap<Slice, TestRow>> snapshots = new HashMap<>();

  TestModel(TestStore store, Random random, long ttlMillis) {
    this.store = store;
    this.random = random;
    this.ttlMillis = ttlMillis;
  }

  /** One flush: puts, some deletes, at times range deletes that come before them. */
  void flush() throws IOException {
    List<RangeTombstone> tombstones = new ArrayList<>();
    if (random.nextInt(4) == 0) {
      long user = random.nextInt(USERS);
      Slice start = TestRow.key(user, random.nextInt(IDS));
      Slice end = TestRow.key(user + random.nextInt(3), IDS);
      if (start.compareTo(end) < 0) {
        tombstones.add(new RangeTombstone(start, end, store.sequence.incrementAndGet()));
        rows.subMap(start, end).clear();
      }
    }
    TreeMap<Slice, TestRow> run = new TreeMap<>();
    int count = 1 + random.nextInt(200);
    for (int i = 0; i < count; i++) {
      Slice key = TestRow.key(random.nextInt(USERS), random.nextInt(IDS));
      @Nullable Slice value = random.nextInt(6) == 0 ? null : value();
      TestRow row = new TestRow(key, store.sequence.incrementAndGet(), store.nowMillis(), value);
      run.put(key, row);
      if (value == null) {
        rows.remove(key);
      } else {
        rows.put(key, row);
      }
    }
    store.flush(new ArrayList<>(run.values()), tombstones);
  }

  /** Removes all rows at once. */
  void deleteAll() throws IOException {
    Slice start = TestRow.key(0, 0);
    Slice end = TestRow.key(USERS + 10, 0);
    store.flush(
        List.of(), List.of(new RangeTombstone(start, end, store.sequence.incrementAndGet())));
    rows.clear();
  }

  void takeSnapshot() {
    snapshots.put(store.takeSnapshot(), new TreeMap<>(rows));
  }

  void releaseSnapshots() {
    snapshots.keySet().forEach(store::releaseSnapshot);
    snapshots.clear();
  }

  /** Says how the store differs from the map, for the newest state and each snapshot. */
  @Nullable String difference() throws IOException {
    String now = difference("now", visible(rows), store.scan(Long.MAX_VALUE));
    for (Map.Entry<Long, TreeMap<Slice, TestRow>> snapshot : snapshots.entrySet()) {
      if (now != null) {
        return now;
      }
      now =
          difference(
              "snapshot " + snapshot.getKey(),
              visible(snapshot.getValue()),
              store.scan(snapshot.getKey()));
    }
    return now;
  }

  int liveRows() {
    return visible(rows).size();
  }

  private Map<Slice, Slice> visible(Map<Slice, TestRow> all) {
    Map<Slice, Slice> visible = new TreeMap<>();
    all.forEach((key, row) -> {
      boolean expired = ttlMillis > 0 && row.timeMillis() <= store.nowMillis() - ttlMillis;
      Slice value = row.value();
      if (value != null && !expired) {
        visible.put(key, value);
      }
    });
    return visible;
  }

  private static @Nullable String difference(
      String when, Map<Slice, Slice> expected, Map<Slice, Slice> found) {
    for (Slice key : expected.keySet()) {
      if (!Objects.equals(expected.get(key), found.get(key))) {
        return when + ": " + key + " is not what was written but " + found.get(key);
      }
    }
    for (Slice key : found.keySet()) {
      if (!expected.containsKey(key)) {
        return when + ": " + key + " should be gone";
      }
    }
    return null;
  }

  private Slice value() {
    byte[] bytes = new byte[random.nextInt(random.nextInt(10) == 0 ? 3_000 : 150)];
    random.nextBytes(bytes);
    return Slice.of(bytes);
  }
}
