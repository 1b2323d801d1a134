package io.sheaf.lsm.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.cache.MemoryBudget.Use;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BlockCacheTest {
  private static final int BLOCK_BYTES = 4096;

  private final MemoryBudget budget = new MemoryBudget(64L * (BLOCK_BYTES + 256));
  private final Statistics statistics = new Statistics();
  private final BlockCache cache = new BlockCache(budget, statistics);
  private final Queue<NativeBuffer> loaded = new ConcurrentLinkedQueue<>();

  @AfterEach
  void givesEverythingBack() {
    cache.close();
    assertEquals(0, cache.sizeBytes());
    assertEquals(0, budget.used(Use.CACHE));
    for (NativeBuffer block : loaded) {
      assertEquals(0, block.references());
    }
  }

  private NativeBuffer load(long file, long offset) {
    NativeBuffer block = NativeBuffer.allocate(BLOCK_BYTES);
    block.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, 0, file);
    block.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, 8, offset);
    loaded.add(block);
    return block;
  }

  private void checkAndClose(NativeBuffer block, long file, long offset) {
    assertEquals(file, block.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
    assertEquals(offset, block.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, 8));
    block.close();
  }

  /** Asks for a block twice, by which it is taken. */
  private void ask(long file, long offset) throws IOException {
    checkAndClose(cache.getOrLoad(file, offset, this::load), file, offset);
    checkAndClose(cache.getOrLoad(file, offset, this::load), file, offset);
  }

  @Test
  void blocksThatAreAskedForOnceTakeLittleMemory() throws IOException {
    for (int i = 0; i < 1000; i++) {
      checkAndClose(cache.getOrLoad(1, i, this::load), 1, i);
    }
    int few = 4 + 1000 / 64; // a sixteenth of the budget, and one in 64
    assertTrue(cache.sizeBytes() <= few * (BLOCK_BYTES + 256L), cache.sizeBytes() + " bytes");
    assertNull(cache.get(1, 999));
    checkAndClose(cache.getOrLoad(1, 999, this::load), 1, 999);
    NativeBuffer second = cache.get(1, 999);
    assertNotNull(second, "asked for twice");
    second.close();
    assertEquals(1001, loaded.size());
  }

  @Test
  void fillsWhereMoreBlocksAreReadInTurnsThanAreRemembered() throws IOException {
    int blocks = 16_000; // so small that 4,096 of them are remembered, hardly any for a whole turn
    long all = (long) blocks * (16 + BlockCache.OVERHEAD_BYTES);
    try (BlockCache large = new BlockCache(new MemoryBudget(all * 6 / 5), statistics)) {
      for (int turn = 0; turn < 200; turn++) {
        for (int i = 0; i < blocks; i++) {
          large.getOrLoad(1, i, (file, offset) -> NativeBuffer.allocate(16)).close();
        }
      }
      long cached = large.sizeBytes();
      assertTrue(cached > all * 9 / 10, cached + " of " + all + " bytes are cached");
    }
  }

  @Test
  void loadsABlockOnceAndShowsItAgain() throws IOException {
    assertNull(cache.get(1, 0));
    NativeBuffer first = cache.getOrLoad(1, 0, this::load);
    assertEquals(2, first.references(), "the cache's and ours");
    NativeBuffer again = cache.get(1, 0);
    assertSame(first, again);
    assertSame(first, cache.getOrLoad(1, 0, this::load));
    assertEquals(1, loaded.size());
    assertEquals(BLOCK_BYTES + BlockCache.OVERHEAD_BYTES, cache.sizeBytes());
    assertEquals(cache.sizeBytes(), budget.used(Use.CACHE));
    assertEquals(2, statistics.get(Counter.CACHE_HITS));
    assertEquals(2, statistics.get(Counter.CACHE_MISSES));
    first.close();
    first.close();
    checkAndClose(first, 1, 0);
  }

  @Test
  void keepsToTheBudgetAndLetsUsersKeepWhatTheyHold() throws IOException {
    NativeBuffer held = cache.getOrLoad(1, 0, this::load);
    for (int i = 1; i < 1000; i++) {
      ask(1, i);
      assertTrue(cache.sizeBytes() <= budget.totalBytes(), "after " + i);
    }
    assertTrue(cache.sizeBytes() > budget.totalBytes() / 2);
    cache.forget(1);
    assertEquals(0, cache.sizeBytes());
    assertEquals(1, held.references());
    checkAndClose(held, 1, 0);
  }

  @Test
  void givesWayWhenOthersGrow() throws IOException {
    for (int i = 0; i < 60; i++) {
      ask(1, i);
    }
    long full = cache.sizeBytes();
    assertTrue(full > budget.totalBytes() / 2);
    budget.add(Use.MEMTABLES, budget.totalBytes() / 2);
    ask(1, 1000);
    assertTrue(cache.sizeBytes() <= budget.cacheBytes(), cache.sizeBytes() + " of " + full);
    budget.add(Use.MEMTABLES, budget.totalBytes() / 2);
    cache.adjustToBudget();
    assertEquals(0, cache.sizeBytes());
    NativeBuffer uncached = cache.getOrLoad(1, 2000, this::load);
    assertEquals(1, uncached.references(), "nothing is kept without memory");
    uncached.close();
    budget.add(Use.MEMTABLES, -budget.totalBytes());
    cache.getOrLoad(1, 2000, this::load).close();
    assertTrue(cache.sizeBytes() > 0, "grows again");
  }

  @Test
  void forgetsTheBlocksOfOneFileOnly() throws IOException {
    for (int i = 0; i < 10; i++) {
      ask(1, i);
      ask(2, i);
    }
    cache.forget(1);
    cache.forget(77);
    for (int i = 0; i < 10; i++) {
      assertNull(cache.get(1, i));
      NativeBuffer other = cache.get(2, i);
      assertNotNull(other);
      other.close();
    }
  }

  @Test
  void keepsTheFirstOfTwoOffers() {
    NativeBuffer first = load(1, 5);
    NativeBuffer second = load(1, 5);
    cache.put(1, 5, first);
    cache.put(1, 5, second);
    assertEquals(2, first.references());
    assertEquals(1, second.references());
    first.close();
    second.close();
    assertEquals(0, second.references());
  }

  @Test
  void passesAFailureOnAndLoadsAgain() throws IOException {
    assertThrows(
        IOException.class,
        () ->
            cache.getOrLoad(
                1,
                0,
                (file, offset) -> {
                  throw new IOException("broken");
                }));
    checkAndClose(cache.getOrLoad(1, 0, this::load), 1, 0);
  }

  @Test
  void loadsOnceForManyThatAskAtOnce() throws Exception {
    int threads = 4;
    AtomicInteger loads = new AtomicInteger();
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (ExecutorService pool =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("reader-", 0).factory())) {
      BlockLoader slow =
          (file, offset) -> {
            loads.incrementAndGet();
            loading.countDown();
            try {
              release.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            return load(file, offset);
          };
      List<Future<NativeBuffer>> blocks = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        blocks.add(pool.submit(() -> cache.getOrLoad(3, 9, slow)));
      }
      loading.await();
      release.countDown();
      for (Future<NativeBuffer> block : blocks) {
        checkAndClose(block.get(), 3, 9);
      }
    }
    assertEquals(1, loads.get());
  }

  @Test
  void neverShowsAStrangersBlockUnderRacingEvictions() throws Exception {
    long seed = TestSeed.next();
    int threads = 4;
    try (ExecutorService pool =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("racer-", 0).factory())) {
      List<Future<?>> runs = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        Random random = new Random(seed + t);
        runs.add(
            pool.submit(() -> {
              for (int i = 0; i < 20_000; i++) {
                long file = random.nextInt(4);
                long offset = random.nextInt(64);
                if (i % 1000 == 0) {
                  cache.forget(file);
                }
                checkAndClose(cache.getOrLoad(file, offset, this::load), file, offset);
              }
              return null;
            }));
      }
      for (Future<?> run : runs) {
        run.get(60, TimeUnit.SECONDS);
      }
    } catch (Exception | AssertionError e) {
      throw new AssertionError("seed " + seed, e);
    }
    assertTrue(cache.sizeBytes() <= budget.totalBytes());
    for (int file = 0; file < 4; file++) {
      cache.forget(file);
    }
    assertEquals(0, cache.sizeBytes(), "forget misses nothing");
  }

  @Test
  void allocatesNothingForAHit() throws Exception {
    cache.getOrLoad(1, 0, this::load).close();
    long allocated =
        AllocatedBytes.of(() -> {
          for (int i = 0; i < 10_000; i++) {
            NativeBuffer block = cache.get(1, 0);
            if (block == null) {
              throw new AssertionError("not cached");
            }
            block.close();
          }
        });
    assertTrue(allocated < 10_000, allocated + " bytes for 10,000 hits");
  }

  @Test
  void refusesUseAfterClose() {
    NativeBuffer block = load(1, 0);
    cache.put(1, 0, block);
    cache.close();
    cache.close();
    assertEquals(1, block.references());
    assertThrows(ClosedException.class, () -> cache.get(1, 0));
    assertThrows(ClosedException.class, () -> cache.getOrLoad(1, 0, this::load));
    assertThrows(ClosedException.class, () -> cache.put(1, 0, block));
    block.close();
    assertFalse(block.tryRetain());
  }
}
