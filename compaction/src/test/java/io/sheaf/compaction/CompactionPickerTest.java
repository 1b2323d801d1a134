package io.sheaf.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.compaction.SimulatedStore.Entry;
import io.sheaf.compaction.SimulatedStore.Tombstone;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.compact.CompactionLimits;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random tables under random jobs: whatever order the jobs end in, readers see what a map with
 * versions says; the picker comes to an end, and then keeps its promises.
 */
class CompactionPickerTest {
  private static final int KEYS = 250;
  private static final int MOST_JOBS = 2_000;

  @ParameterizedTest
  @CsvSource({"false, 16, 60", "false, 4, 60", "false, 2, 40", "true, 16, 60", "true, 6, 60"})
  void readersSeeTheSameAndItEnds(boolean expires, int maxRuns, int tables) {
    long first = TestSeed.next();
    for (int i = 0; i < tables; i++) {
      new Trial(first + i, expires, maxRuns).run();
    }
  }

  /** One random table. */
  private static final class Trial {
    private final Random random;
    private final String seed;
    private final long ttlMillis;
    private final CompactionLimits limits;
    private final CompactionPicker picker;
    private final SimulatedStore store;
    private final TreeMap<Integer, @Nullable Entry> model = new TreeMap<>();
    private final List<Compaction> pending = new ArrayList<>();
    private Map<Integer, @Nullable Entry> modelOfSnapshot = Map.of();
    private long snapshot = Long.MAX_VALUE;
    private long sequence = 1;
    private long nowMillis = 1_000_000;
    private boolean keepsTimes = true;
    private int jobs;

    Trial(long seed, boolean expires, int maxRuns) {
      this.random = new Random(seed);
      this.seed = "seed " + seed + ", expires " + expires + ", maxRuns " + maxRuns;
      this.ttlMillis = expires ? 500 : TableOptions.NO_TTL;
      this.limits = new CompactionLimits(2, 1.3, 0, 4_000, maxRuns);
      this.picker = new CompactionPicker(limits);
      this.store =
          new SimulatedStore(
              new TableDescriptor(1, "random", TableOptions.DEFAULT.withTtlMillis(ttlMillis)));
    }

    void run() {
      int steps = 10 + random.nextInt(60);
      int stepsBeforeTimes = random.nextBoolean() ? 0 : random.nextInt(steps);
      for (int step = 0; step < steps; step++) {
        keepsTimes = step >= stepsBeforeTimes;
        switch (random.nextInt(6)) {
          case 0, 1, 2 -> flush();
          case 3 -> pick();
          case 4 -> finishOne();
          default -> moveSnapshot();
        }
        nowMillis += random.nextInt(40);
        check();
      }
      snapshot = Long.MAX_VALUE;
      settle();
      check();
      assertTrue(
          store.table().runs().size() <= new RunPolicy(limits.maxRuns()).restRuns(),
          () -> seed + ": " + store.table().runs().size() + " runs at rest");
      Garbage garbage = new Garbage(store.table(), nowMillis);
      double allowed = garbage.allowedBytes(limits.maxSpaceAmplification());
      assertTrue(
          garbage.deadBytes() <= allowed,
          () -> seed + ": " + garbage.deadBytes() + " dead bytes, allowed " + allowed);
      if (random.nextBoolean()) {
        compactAll();
      }
    }

    private void compactAll() {
      picker.pickAll(store.table(), null, null, nowMillis).forEach(this::apply);
      check();
      assertTrue(store.table().runs().size() <= 1, () -> seed + ": not one run");
      assertEquals(0, new Garbage(store.table(), nowMillis).deadBytes(), seed);
      long rows = model.entrySet().stream().filter(row -> visible(row.getValue()) != null).count();
      long stored =
          store.table().runs().stream()
              .flatMap(run -> run.files().stream())
              .mapToLong(FileMetadata::entries)
              .sum();
      assertEquals(rows, stored, () -> seed + ": dead rows after a full compaction");
    }

    private void flush() {
      int from = random.nextInt(KEYS);
      int to = Math.min(KEYS, from + 1 + random.nextInt(random.nextBoolean() ? KEYS : 30));
      TreeMap<Integer, Entry> rows = new TreeMap<>();
      List<Tombstone> tombstones = new ArrayList<>();
      if (random.nextInt(5) == 0) {
        int start = from + random.nextInt(to - from);
        int end = start + 1 + random.nextInt(60);
        tombstones.add(new Tombstone(start, end, sequence++));
        model.subMap(start, end).replaceAll((key, entry) -> null);
      }
      int count = random.nextInt(60);
      boolean deletes = random.nextInt(4) == 0;
      for (int i = 0; i < count; i++) {
        int key = from + random.nextInt(to - from);
        boolean delete = random.nextInt(deletes ? 2 : 20) == 0;
        int bytes = delete ? 0 : 10 + random.nextInt(100);
        Entry entry = new Entry(key, sequence++, delete, keepsTimes ? nowMillis : 0, bytes, 0);
        rows.put(key, entry);
        model.put(key, delete ? null : entry);
      }
      if (!rows.isEmpty() || !tombstones.isEmpty()) {
        store.flush(new ArrayList<>(rows.values()), tombstones);
      }
    }

    private void pick() {
      double debt = random.nextInt(3) == 0 ? random.nextInt(200_000) : 0;
      PickContext context = context().withReadDebt(debt).withUnderWay(pending);
      for (Compaction job : picker.pick(store.table(), context)) {
        for (Compaction other : pending) {
          assertFalse(job.conflictsWith(other), () -> seed + ": " + job + " beside " + other);
        }
        pending.add(job);
      }
    }

    private PickContext context() {
      return PickContext.at(nowMillis)
          .withDeletes(Math.min(snapshot, sequence), store.droppedShare(), store.tombstones());
    }

    private void finishOne() {
      if (!pending.isEmpty()) {
        apply(pending.remove(random.nextInt(pending.size())));
      }
    }

    private void apply(Compaction job) {
      jobs++;
      assertTrue(jobs < MOST_JOBS, () -> seed + ": no end of compactions, the last: " + job);
      store.apply(job, snapshot, nowMillis);
      check();
    }

    /** Picks and works until there is nothing to do. */
    private void settle() {
      do {
        while (!pending.isEmpty()) {
          finishOne();
        }
        pending.addAll(picker.pick(store.table(), context()));
      } while (!pending.isEmpty());
    }

    private void moveSnapshot() {
      if (snapshot == Long.MAX_VALUE && pending.isEmpty()) {
        snapshot = sequence - 1;
        modelOfSnapshot = new HashMap<>(model);
      } else if (pending.isEmpty()) {
        snapshot = Long.MAX_VALUE;
      }
    }

    private @Nullable Entry visible(@Nullable Entry entry) {
      boolean expired = entry != null && ttlMillis > 0 && entry.expired(nowMillis - ttlMillis);
      return expired ? null : entry;
    }

    private void check() {
      long expiredUpTo = ttlMillis > 0 ? nowMillis - ttlMillis : 0;
      for (int key = 0; key < KEYS; key++) {
        check(key, visible(model.get(key)), store.get(key, Long.MAX_VALUE, expiredUpTo));
        Entry keptLonger = store.get(key, Long.MAX_VALUE, 0);
        if (keptLonger != null) {
          check(key, model.get(key), keptLonger);
        }
        if (snapshot != Long.MAX_VALUE) {
          check(key, visible(modelOfSnapshot.get(key)), store.get(key, snapshot, expiredUpTo));
        }
      }
    }

    private void check(int key, @Nullable Entry expected, @Nullable Entry found) {
      long wanted = expected == null ? 0 : expected.sequence();
      long got = found == null ? 0 : found.sequence();
      assertEquals(wanted, got, () -> seed + ": sequence number of key " + key);
    }
  }
}
