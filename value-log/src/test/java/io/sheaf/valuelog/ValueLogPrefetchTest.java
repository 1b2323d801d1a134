package io.sheaf.valuelog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.cache.MemoryBudget.Use;
import io.sheaf.lsm.coding.LiveBuffers;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.valuelog.ObservedFileSystem.Call;
import io.sheaf.valuelog.Store.Written;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ValueLogPrefetchTest {
  private static final int LIMIT_BYTES = 4 << 20;

  private final Random random = new Random(11);
  private final long buffersBefore = LiveBuffers.count();
  private final ObservedFileSystem disk = new ObservedFileSystem(new MemoryFileSystem());

  @AfterEach
  void noBufferIsLost() {
    assertEquals(buffersBefore, LiveBuffers.count());
  }

  private Store store() throws IOException {
    return new Store(disk, ValueLogOptions.DEFAULT, LIMIT_BYTES);
  }

  private static void assertReads(Store store, List<Written> blocks) throws IOException {
    for (Written block : blocks) {
      assertArrayEquals(block.values(), store.read(block.reference(), true));
    }
  }

  private static long reads(Store store) {
    return store.statistics.get(Counter.VALUE_READS);
  }

  @Test
  void neighboursAreOneReadThatWakesNoThread() throws IOException {
    try (Store store = store()) {
      List<Written> blocks = store.write(random, 30_000, 30_000, 30_000);
      store.log.prefetch(Store.references(blocks));
      assertEquals(0, reads(store));
      assertReads(store, blocks);
      assertEquals(1, reads(store));
      assertEquals(3, store.statistics.get(Counter.PREFETCHED_BLOCKS));
      assertEquals(0, store.budget.used(Use.BUFFERS));
      assertTrue(
          Thread.getAllStackTraces().keySet().stream()
              .noneMatch(thread -> thread.getName().startsWith("sheaf-value-prefetch")));
    }
  }

  @Test
  void theNewestRowsAreReadAsWellAsTheOldest() throws IOException {
    try (Store store = store()) {
      List<Written> blocks = store.write(random, 10_000, 10_000, 10_000, 10_000).reversed();
      store.log.prefetch(Store.references(blocks.subList(0, 3)));
      assertReads(store, blocks.subList(0, 3));
      assertEquals(1, reads(store));
      assertEquals(
          blocks.subList(0, 3).stream().mapToLong(each -> each.reference().storedBytes).sum(),
          store.statistics.get(Counter.VALUE_READ_BYTES));
    }
  }

  @Test
  void cachedBlocksArePassedOver() throws IOException {
    try (Store store = store()) {
      List<Written> blocks = store.write(random, 3000, 3000);
      store.read(blocks.get(0).reference(), true);
      store.log.prefetch(Store.references(blocks));
      store.log.prefetch(Store.references(blocks));
      assertEquals(1, store.statistics.get(Counter.PREFETCHED_BLOCKS));
      assertReads(store, blocks);
      assertEquals(2, reads(store));
    }
  }

  @Test
  void whatTheReaderDoesNotReadNextGoesToThePool() throws Exception {
    try (Store store = store()) {
      List<Written> blocks = store.write(random, 3000, 3000, 3000);
      CountDownLatch poolReads = new CountDownLatch(1);
      disk.observe((call, path) -> {
        if (call == Call.READ && Thread.currentThread().getName().startsWith("sheaf-value-")) {
          poolReads.countDown();
        }
      });
      store.log.prefetch(Store.references(blocks.subList(1, 3)));
      assertEquals(0, reads(store));
      assertReads(store, blocks.subList(0, 1));
      assertTrue(poolReads.await(10, TimeUnit.SECONDS), "the pool reads nothing");
      assertReads(store, blocks);
      assertEquals(2, reads(store));
    }
  }

  @Test
  void rowsOfOneBlockCountOnce() throws IOException {
    try (Store store = store()) {
      List<Written> blocks = store.write(random, 3000, 3000);
      List<ValueReference> rows = new ArrayList<>();
      for (Written block : blocks) {
        for (int row = 0; row < 10; row++) {
          ValueReference reference = new ValueReference().set(block.reference());
          reference.valueOffset = row * 300;
          reference.valueLength = 300;
          rows.add(reference);
        }
      }
      store.log.prefetch(rows);
      rows.forEach(each -> each.blockOffset = -1); // flyweights belong to the caller
      assertEquals(2, store.statistics.get(Counter.PREFETCHED_BLOCKS));
      assertReads(store, blocks);
      assertEquals(1, reads(store));
    }
  }

  @Test
  void smallGapsAreReadAlongAndLargeOnesAreNot() throws IOException {
    try (Store store = store()) {
      // 'a' to 'p' compress to a half: gaps of about 10 KB and 20 KB.
      List<Written> blocks = store.write(random, 1000, 20_000, 1000, 40_000, 1000, 1000);
      List<Written> wanted = List.of(blocks.get(0), blocks.get(2), blocks.get(4), blocks.get(5));
      store.log.prefetch(Store.references(wanted));
      assertReads(store, wanted);
      assertEquals(2, reads(store));
    }
  }

  @Test
  void theSystemIsToldOfAFewReadsAndNoThreadIsWoken() throws IOException {
    disk.takeAnnouncements();
    try (Store store = store()) {
      List<Written> blocks = store.write(random, 1000, 40_000, 1000, 40_000, 1000);
      List<Written> wanted = List.of(blocks.get(0), blocks.get(2), blocks.get(4));
      assertReads(store, blocks.subList(1, 2)); // opens the file
      List<Call> calls = new CopyOnWriteArrayList<>();
      disk.observe((call, path) -> {
        assertFalse(Thread.currentThread().getName().startsWith("sheaf-value-"), "woken");
        calls.add(call);
      });
      store.log.prefetch(Store.references(wanted));
      assertReads(store, wanted);
      assertEquals(
          List.of(Call.ANNOUNCE, Call.ANNOUNCE, Call.READ, Call.READ, Call.READ),
          calls.stream().filter(call -> call == Call.ANNOUNCE || call == Call.READ).toList());
      assertEquals(0, store.budget.used(Use.BUFFERS));
    }
  }

  @Test
  void longRunsAreReadInPiecesByThePool() throws Exception {
    try (Store store = store()) {
      int[] lengths = new int[60];
      Arrays.fill(lengths, 30_000);
      List<Written> blocks = store.write(random, lengths);
      CountDownLatch poolReads = new CountDownLatch(3);
      disk.observe((call, path) -> {
        if (call == Call.READ && Thread.currentThread().getName().startsWith("sheaf-value-")) {
          poolReads.countDown();
        }
      });
      store.log.prefetch(Store.references(blocks));
      assertTrue(poolReads.await(10, TimeUnit.SECONDS), "the pool reads nothing");
      assertReads(store, blocks);
      long expected = store.statistics.get(Counter.VALUE_READ_BYTES) / ReadPlan.MAX_SPAN_BYTES;
      assertTrue(
          reads(store) >= expected && reads(store) <= expected + 2,
          reads(store) + " reads, expected about " + expected);
      assertEquals(0, store.budget.used(Use.BUFFERS));
    }
  }

  @Test
  void aReaderWaitsForWhatIsOnItsWay() throws Exception {
    try (Store store = store()) {
      List<Written> blocks = store.write(random, 400_000, 400_000, 400_000);
      CountDownLatch underWay = new CountDownLatch(1);
      CountDownLatch released = new CountDownLatch(1);
      assertReads(store, blocks.subList(0, 1)); // the header is read
      disk.observe((call, path) -> {
        if (call == Call.READ && Thread.currentThread().getName().startsWith("sheaf-value-")) {
          underWay.countDown();
          await(released);
        }
      });
      store.log.prefetch(Store.references(blocks));
      assertTrue(underWay.await(10, TimeUnit.SECONDS), "the pool reads nothing");
      ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
      Thread reader =
          Thread.ofPlatform()
              .name("reader")
              .start(() -> {
                try {
                  assertReads(store, blocks);
                } catch (Throwable e) {
                  failures.add(e);
                }
              });
      while (reader.isAlive() && reader.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      released.countDown();
      reader.join(10_000);
      assertEquals(List.of(), List.copyOf(failures));
      assertEquals(3, reads(store));
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new IOException("nobody released the read");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void whatWasNotTakenMakesRoomInTime() throws IOException {
    try (Store store = store()) {
      int[] lengths = new int[400];
      Arrays.fill(lengths, 30_000);
      List<Written> blocks = store.write(random, lengths);
      store.log.prefetch(Store.references(blocks));
      long first = store.statistics.get(Counter.PREFETCHED_BLOCKS);
      assertTrue(first > 50 && first < 200, first + " blocks in " + LIMIT_BYTES + " bytes");
      assertTrue(store.budget.used(Use.BUFFERS) <= LIMIT_BYTES);

      List<Written> others = blocks.subList(300, 310);
      store.log.prefetch(Store.references(others));
      assertEquals(first, store.statistics.get(Counter.PREFETCHED_BLOCKS));

      store.nanos.addAndGet(ReadAhead.ABANDONED_NANOS);
      store.log.prefetch(Store.references(others));
      assertEquals(first + 10, store.statistics.get(Counter.PREFETCHED_BLOCKS));
      assertTrue(store.budget.used(Use.BUFFERS) <= LIMIT_BYTES);
      assertReads(store, blocks);
    }
  }

  @Test
  void failuresShowAtTheRead() throws IOException {
    try (Store store = store()) {
      List<Written> blocks = store.write(random, 3000, 3000);
      disk.observe((call, path) -> {
        if (call == Call.READ) {
          throw new IOException("unreadable sector");
        }
      });
      store.log.prefetch(Store.references(blocks));
      for (Written block : blocks) {
        IOException e = assertThrows(IOException.class, () -> store.read(block.reference(), true));
        assertEquals("unreadable sector", e.getMessage());
      }
      disk.observe((call, path) -> {});
      assertReads(store, blocks);
    }
  }

  @Test
  void readsThatAreNotCachedTakeWhatWasFetched() throws IOException {
    try (Store store = store()) {
      List<Written> blocks = store.write(random, 3000, 3000);
      store.log.prefetch(Store.references(blocks));
      for (Written block : blocks) {
        assertArrayEquals(block.values(), store.read(block.reference(), false));
      }
      assertEquals(1, reads(store));
      assertEquals(0, store.cache.sizeBytes());
    }
  }

  @Test
  void forgottenFilesAreDroppedWithWhatWaits() throws IOException {
    try (Store store = store()) {
      List<Written> blocks = store.write(random, 3000, 300_000, 300_000, 300_000);
      store.log.prefetch(Store.references(blocks));
      assertNotEquals(0, store.budget.used(Use.BUFFERS));
      store.log.forget(1);
      assertEquals(0, store.budget.used(Use.BUFFERS));
    }
  }
}
