package io.sheaf.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.compact.CompactionLimits;
import io.sheaf.lsm.io.BackgroundThread;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.FaultFileSystem.Operation;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.version.FileMetadata;
import java.io.IOException;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
@SuppressWarnings("try") // closing in the middle is what is tested
class CompactionSchedulerTest {
  private static CompactionLimits limits(int threads, long bytesPerSecond, int maxRuns) {
    return new CompactionLimits(threads, 1.3, bytesPerSecond, 8_000, maxRuns);
  }

  @ParameterizedTest
  @CsvSource({"1, 8, 0", "2, 8, 0", "3, 4, 0", "2, 16, 0", "2, 8, 300"})
  void readersSeeTheSameWhateverIsCompacted(int threads, int maxRuns, long ttlMillis)
      throws Exception {
    long seed = TestSeed.next();
    String name = "seed " + seed;
    Random random = new Random(seed);
    try (TestStore store =
            new TestStore(new MemoryFileSystem(), limits(threads, 0, maxRuns), ttlMillis);
        CompactionScheduler scheduler = new CompactionScheduler()) {
      TestModel model = new TestModel(store, random, ttlMillis);
      scheduler.start(store);
      for (int round = 0; round < 120; round++) {
        model.flush();
        scheduler.wake();
        store.nowMillis.addAndGet(random.nextInt(10));
        switch (random.nextInt(25)) {
          case 0, 1 -> model.takeSnapshot();
          case 2 -> model.releaseSnapshots();
          case 3 -> scheduler.awaitIdle();
          case 4 -> model.deleteAll();
          case 5 ->
              scheduler.compact(
                  TestStore.TABLE,
                  TestRow.key(random.nextInt(10), 0),
                  TestRow.key(10 + random.nextInt(10), 0));
          case 6 -> scheduler.compact(TestStore.TABLE, null, null);
          default -> {}
        }
        if (round % 4 == 0) {
          assertNull(model.difference(), name);
        }
      }
      model.releaseSnapshots();
      scheduler.awaitIdle();
      assertNull(model.difference(), name);
      assertTrue(store.table().runs().size() <= maxRuns, name);
      Garbage garbage = new Garbage(store.table(), store.nowMillis());
      assertTrue(
          garbage.deadBytes() <= garbage.allowedBytes(store.limits().maxSpaceAmplification()),
          () -> name + ": " + garbage.deadBytes() + " dead of " + garbage.diskBytes());
      scheduler.compact(TestStore.TABLE, null, null);
      assertNull(model.difference(), name);
      assertTrue(store.table().runs().size() <= 1, name);
      assertEquals(model.liveRows(), entries(store), name);
      assertEquals(1.0, store.valueAmplification(), name);
      assertEquals(Set.of(), store.strays(), name);
      assertNull(store.failure.get(), name);
      assertTrue(store.statistics().get(Counter.COMPACTIONS) > 0, name);
    }
  }

  @Test
  void closeLetsASmallMergeEnd() throws Exception {
    CompactionLimits slow = new CompactionLimits(1, 1.3, 1, 64 << 20, 4);
    try (TestStore store = new TestStore(new MemoryFileSystem(), slow, 0);
        CompactionScheduler scheduler = new CompactionScheduler()) {
      TestModel model = new TestModel(store, new Random(1), 0);
      for (int i = 0; i < 60; i++) {
        model.flush();
      }
      scheduler.start(store);
      store.building.await();
      scheduler.close();
      assertTrue(store.table().runs().size() < 60, "one that had begun");
      assertNull(model.difference());
      assertEquals(Set.of(), store.strays());
      assertNull(store.failure.get());
    }
  }

  @Test
  void closeCancelsAndLeavesNothingBehind() throws Exception {
    try (TestStore store = new TestStore(new MemoryFileSystem(), limits(1, 1, 4), 0);
        CompactionScheduler scheduler = new CompactionScheduler()) {
      TestModel model = new TestModel(store, new Random(1), 0);
      for (int i = 0; i < 60; i++) {
        model.flush();
      }
      scheduler.start(store);
      store.building.await();
      scheduler.close();
      scheduler.close();
      assertEquals(60, store.table().runs().size(), "at a byte a second nothing can be done");
      assertEquals(Set.of(), store.strays());
      assertNull(store.failure.get());
      assertNull(model.difference());
      assertThrows(ClosedException.class, scheduler::awaitIdle);
      assertThrows(ClosedException.class, () -> scheduler.compact(TestStore.TABLE, null, null));
    }
  }

  @Test
  void whoWaitsIsToldOfTheClose() throws Exception {
    AtomicReference<@Nullable Throwable> seen = new AtomicReference<>();
    try (TestStore store = new TestStore(new MemoryFileSystem(), limits(1, 1, 4), 0)) {
      TestModel model = new TestModel(store, new Random(2), 0);
      for (int i = 0; i < 20; i++) {
        model.flush();
      }
      Thread waiting;
      try (CompactionScheduler scheduler = new CompactionScheduler()) {
        scheduler.start(store);
        store.building.await();
        waiting =
            Thread.ofPlatform()
                .name("waits")
                .start(() -> {
                  try {
                    scheduler.awaitIdle();
                  } catch (ClosedException | IOException | InterruptedException cause) {
                    seen.set(cause);
                  }
                });
      }
      waiting.join();
      assertTrue(seen.get() instanceof ClosedException, () -> "seen " + seen.get());
    }
  }

  @ParameterizedTest
  @CsvSource({"CREATE", "WRITE", "SYNC", "READ", "SYNC_DIRECTORY"})
  void failedJobStopsTheStoreAndLeavesNothingBehind(Operation operation) throws Exception {
    long failures = 0;
    for (int nth = 1; nth < 40; nth += 3) {
      FaultFileSystem faults = new FaultFileSystem(new MemoryFileSystem());
      try (TestStore store = new TestStore(faults, limits(2, 0, 4), 0);
          CompactionScheduler scheduler = new CompactionScheduler()) {
        TestModel model = new TestModel(store, new Random(nth), 0);
        for (int i = 0; i < 8; i++) {
          model.flush();
        }
        faults.failOnce(operation, nth);
        scheduler.start(store);
        try {
          scheduler.awaitIdle();
        } catch (IOException expected) {
          failures++;
          assertNotNull(store.failure.get(), "the store was not told of " + expected);
        }
        scheduler.close();
        faults.heal();
        assertNull(model.difference(), () -> operation + " failed");
      }
    }
    assertTrue(failures > 0, () -> operation + " never failed a job");
  }

  @Test
  void fullDeviceIsNoFailure() throws Exception {
    FaultFileSystem faults = new FaultFileSystem(new MemoryFileSystem());
    try (TestStore store = new TestStore(faults, limits(1, 0, 4), 0);
        CompactionScheduler scheduler = new CompactionScheduler(1_000_000)) {
      TestModel model = new TestModel(store, new Random(3), 0);
      for (int i = 0; i < 10; i++) {
        model.flush();
      }
      faults.limitSpace(100_000);
      scheduler.start(store);
      IOException refused = assertThrows(IOException.class, scheduler::awaitIdle);
      assertTrue(String.valueOf(refused.getCause()).contains("bytes"), refused::toString);
      assertThrows(IOException.class, () -> scheduler.compact(TestStore.TABLE, null, null));
      assertNull(store.failure.get());
      assertEquals(Set.of(), store.strays());
      faults.heal();
      scheduler.compact(TestStore.TABLE, null, null);
      assertEquals(1, store.table().runs().size());
      assertNull(model.difference());
    }
  }

  @Test
  void pressureRisesWithTheRunsAndFallsAgain() throws Exception {
    try (TestStore store = new TestStore(new MemoryFileSystem(), limits(1, 0, 4), 0);
        CompactionScheduler scheduler = new CompactionScheduler()) {
      TestModel model = new TestModel(store, new Random(4), 0);
      CompactionPicker picker = new CompactionPicker(store.limits());
      double last = 0;
      for (int i = 1; i <= 8; i++) {
        model.flush();
        double pressure = picker.pressure(store.table(), store.nowMillis());
        assertTrue(pressure >= last && pressure <= last + 0.51, "at " + i + " runs: " + pressure);
        assertTrue(i > 3 || pressure == 0, "at " + i + " runs: " + pressure);
        last = pressure;
      }
      assertEquals(1, last, "at twice the runs at which writers are slowed");
      scheduler.start(store);
      scheduler.awaitIdle();
      assertEquals(0, scheduler.pressure());
    }
  }

  @Test
  void expiredFilesGoUnread() throws Exception {
    try (TestStore store = new TestStore(new MemoryFileSystem(), limits(1, 0, 16), 1_000);
        CompactionScheduler scheduler = new CompactionScheduler()) {
      TestModel model = new TestModel(store, new Random(5), 1_000);
      for (int i = 0; i < 5; i++) {
        model.flush();
      }
      long old = store.table().runs().stream().mapToLong(run -> run.files().size()).sum();
      store.nowMillis.addAndGet(1_500);
      model.flush();
      scheduler.start(store);
      scheduler.awaitIdle();
      assertEquals(1, store.table().runs().size());
      assertEquals(old, store.statistics().get(Counter.FILES_EXPIRED));
      assertEquals(0, store.statistics().get(Counter.COMPACTION_READ_BYTES));
      assertEquals(Set.of(), store.strays());
      assertNull(model.difference());
    }
  }

  @Test
  void requestGivenUpWhileItIsPlannedDoesNotLetTheTableBePlannedTwice() throws Exception {
    // A byte a second: no job ends. Jobs take one thread, so that there are threads left for more.
    CompactionLimits limits = new CompactionLimits(4, 1.3, 1, 64 << 20, 4);
    try (TestStore store = new TestStore(new MemoryFileSystem(), limits, 0);
        CompactionScheduler scheduler = new CompactionScheduler(TimeUnit.HOURS.toNanos(1))) {
      scheduler.start(store);
      scheduler.awaitIdle();
      TestModel model = new TestModel(store, new Random(7), 0);
      for (int i = 0; i < 10; i++) {
        model.flush();
      }
      Thread requests =
          Thread.ofPlatform()
              .name("requests")
              .unstarted(() ->
                  assertThrows(
                      InterruptedException.class,
                      () -> scheduler.compact(TestStore.TABLE, null, null)));
      store.whenAskedForTime.set(() -> {
        requests.interrupt();
        BackgroundThread.awaitEnd(requests);
      });
      requests.start();
      store.building.await();
      int noTable = TestStore.TABLE + 1;
      scheduler.compact(noTable, null, null); // returns when the next round has begun
      assertNull(store.failure.get());
      scheduler.close();
      assertEquals(Set.of(), store.strays());
      assertNull(model.difference());
    }
  }

  @Test
  void tableIsPlannedAgainWhenItsRequestIsOver() throws Exception {
    try (TestStore store = new TestStore(new MemoryFileSystem(), limits(1, 0, 4), 0);
        CompactionScheduler scheduler = new CompactionScheduler(TimeUnit.HOURS.toNanos(1))) {
      scheduler.start(store);
      scheduler.awaitIdle();
      TestModel model = new TestModel(store, new Random(8), 0);
      for (int i = 0; i < 10; i++) {
        model.flush();
      }
      scheduler.compact(TestStore.TABLE, TestRow.key(1_000, 0), TestRow.key(2_000, 0));
      store.building.await(); // what the request left alone
      assertNull(store.failure.get());
    }
  }

  @Test
  void droppedTableIsNoFailure() throws Exception {
    try (TestStore store = new TestStore(new MemoryFileSystem(), limits(1, 0, 4), 0);
        CompactionScheduler scheduler = new CompactionScheduler()) {
      TestModel model = new TestModel(store, new Random(6), 0);
      for (int i = 0; i < 10; i++) {
        model.flush();
      }
      store.dropWhenBuilding.set(true);
      scheduler.start(store);
      scheduler.awaitIdle();
      assertNull(store.failure.get());
      assertEquals(Set.of(), store.strays());
    }
  }

  private static long entries(TestStore store) {
    return store.table().runs().stream()
        .flatMap(run -> run.files().stream())
        .mapToLong(FileMetadata::entries)
        .sum();
  }
}
