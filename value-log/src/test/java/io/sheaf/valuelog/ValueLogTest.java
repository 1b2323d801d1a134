package io.sheaf.valuelog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.coding.LiveBuffers;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.value.ValueStore;
import io.sheaf.valuelog.ObservedFileSystem.Call;
import io.sheaf.valuelog.Store.Written;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ValueLogTest implements ValueStoreContract {
  private final long buffersBefore = LiveBuffers.count();
  private final ObservedFileSystem disk = new ObservedFileSystem(new MemoryFileSystem());
  private final List<Store> opened = new ArrayList<>();

  private Store store(ValueLogOptions options) throws IOException {
    Store store = new Store(disk, options, 4 << 20);
    opened.add(store);
    return store;
  }

  @Override
  public ValueStore open() throws IOException {
    return store(ValueLogOptions.DEFAULT.withFileBytes(20_000)).log;
  }

  @AfterEach
  void noBufferIsLost() {
    opened.forEach(Store::close);
    assertEquals(buffersBefore, LiveBuffers.count());
  }

  @Test
  void aBlockIsReadOnceAndThenCached() throws IOException {
    Store store = store(ValueLogOptions.DEFAULT);
    Written block = store.write(new Random(1), 1000).getFirst();
    store.read(block.reference(), false);
    store.read(block.reference(), false);
    assertEquals(2, store.statistics.get(Counter.VALUE_READS));
    store.read(block.reference(), true);
    store.read(block.reference(), true);
    store.read(block.reference(), false);
    assertEquals(3, store.statistics.get(Counter.VALUE_READS));
    assertEquals(
        3L * block.reference().storedBytes, store.statistics.get(Counter.VALUE_READ_BYTES));
  }

  @Test
  void manyThreadsReadAndPrefetch() throws Exception {
    Store store = store(ValueLogOptions.DEFAULT.withFileBytes(200_000));
    int[] lengths = new int[400];
    Arrays.fill(lengths, 5000);
    List<Written> blocks = store.write(new Random(1), lengths);
    long seed = TestSeed.next();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 6; t++) {
      Random random = new Random(seed + t);
      threads.add(
          Thread.ofPlatform()
              .name("reader-" + t)
              .start(() -> {
                try {
                  scanAtRandom(store, blocks, random);
                } catch (Throwable e) {
                  failure.compareAndSet(null, e);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertNull(failure.get(), "seed " + seed);
  }

  private static void scanAtRandom(Store store, List<Written> blocks, Random random)
      throws IOException {
    for (int scan = 0; scan < 150; scan++) {
      int from = random.nextInt(blocks.size());
      List<Written> part = blocks.subList(from, Math.min(blocks.size(), from + random.nextInt(40)));
      if (random.nextBoolean()) {
        part = part.reversed();
      }
      store.log.prefetch(Store.references(part));
      boolean cached = random.nextInt(4) > 0;
      for (Written block : part) {
        assertArrayEquals(block.values(), store.read(block.reference(), cached));
      }
      if (random.nextInt(10) == 0) {
        store.log.forget(1 + random.nextInt(4));
      }
      store.nanos.addAndGet(ReadAhead.ABANDONED_NANOS / 20);
    }
  }

  @Test
  void closingWhileThreadsReadEndsThemWell() throws Exception {
    Store store = store(ValueLogOptions.DEFAULT.withFileBytes(50_000));
    int[] lengths = new int[100];
    Arrays.fill(lengths, 5000);
    List<Written> blocks = store.write(new Random(1), lengths);
    AtomicInteger closed = new AtomicInteger();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    CountDownLatch reading = new CountDownLatch(40);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int seed = t;
      threads.add(
          Thread.ofPlatform()
              .name("reader-" + t)
              .start(() -> {
                try {
                  Random random = new Random(seed);
                  while (true) {
                    scanAtRandom(store, blocks, random);
                    reading.countDown();
                  }
                } catch (ClosedException e) {
                  closed.incrementAndGet();
                } catch (Throwable e) {
                  failure.compareAndSet(null, e);
                  reading.countDown();
                }
              }));
    }
    assertTrue(reading.await(20, TimeUnit.SECONDS), () -> "readers are stuck: " + failure);
    store.log.close();
    for (Thread thread : threads) {
      thread.join(10_000);
    }
    assertNull(failure.get());
    assertEquals(4, closed.get());
  }

  @Test
  void aFileIsOpenedOnceAndClosedWhenItIsForgotten() throws IOException {
    AtomicInteger open = new AtomicInteger();
    AtomicInteger opens = new AtomicInteger();
    disk.observe((call, path) -> {
      opens.addAndGet(call == Call.OPEN ? 1 : 0);
      open.addAndGet(call == Call.OPEN ? 1 : call == Call.CLOSE ? -1 : 0);
    });
    Store store = store(ValueLogOptions.DEFAULT.withFileBytes(1000));
    List<Written> blocks = store.write(new Random(1), 2000, 2000, 2000);
    for (int round = 0; round < 3; round++) {
      for (Written block : blocks) {
        store.read(block.reference(), false);
      }
    }
    assertEquals(3, opens.get());
    store.log.forget(2);
    store.log.forget(2);
    assertEquals(2, open.get());
    store.log.close();
    assertEquals(0, open.get());
  }

  @Test
  void noMoreFilesAreOpenThanAllowed() throws IOException {
    Store store = store(ValueLogOptions.DEFAULT.withFileBytes(100));
    int[] lengths = new int[50];
    Arrays.fill(lengths, 300);
    List<Written> blocks = store.write(new Random(1), lengths);
    try (OpenValueFiles files =
        new OpenValueFiles(disk, Store.DIRECTORY, 8, new MemoryBudget(1 << 20))) {
      Random random = new Random(2);
      for (int i = 0; i < 500; i++) {
        try (OpenValueFile file =
            files.acquire(blocks.get(random.nextInt(50)).reference().fileNumber)) {
          assertTrue(file.sizeBytes() > 0 && files.size() <= 8);
        }
      }
    }
  }
}
