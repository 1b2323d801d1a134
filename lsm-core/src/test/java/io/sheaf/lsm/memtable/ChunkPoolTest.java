package io.sheaf.lsm.memtable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.coding.NativeBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ChunkPoolTest {
  private static final long TWO = 2L * ChunkPool.CHUNK_BYTES;

  private final MemoryBudget budget = new MemoryBudget(16L << 20);
  private final ChunkPool pool = new ChunkPool(budget, TWO);

  private long charged() {
    return budget.used(MemoryBudget.Use.MEMTABLES);
  }

  @Test
  void whatIsGivenBackIsTakenAgain() {
    NativeBuffer first = pool.take();
    pool.give(first);
    assertEquals(ChunkPool.CHUNK_BYTES, charged());
    assertSame(first, pool.take());
    assertEquals(0, charged());
    first.close();
  }

  @Test
  void nothingIsKeptAboveTheLimitAfterATrimOrAfterClose() {
    NativeBuffer[] chunks = {pool.take(), pool.take(), pool.take()};
    for (NativeBuffer chunk : chunks) {
      pool.give(chunk);
    }
    assertEquals(TWO, pool.keptBytes());
    assertEquals(TWO, charged());
    assertThrows(IllegalStateException.class, chunks[2]::segment); // the third was freed

    pool.trim();
    assertEquals(0, pool.keptBytes());
    assertEquals(0, charged());
    assertThrows(IllegalStateException.class, chunks[0]::segment);

    NativeBuffer late = pool.take();
    pool.close();
    pool.give(late);
    assertEquals(0, pool.keptBytes());
    assertThrows(IllegalStateException.class, late::segment);
  }

  @Test
  void anArenaTakesItsLargeChunksFromThePoolAndGivesThemBack() {
    try (ChunkArena arena = new ChunkArena(pool)) {
      for (int i = 0; i < 50; i++) {
        arena.allocate(100_000);
      }
    }
    assertEquals(TWO, pool.keptBytes());
    try (ChunkArena arena = new ChunkArena(pool)) {
      for (int i = 0; i < 50; i++) {
        arena.allocate(100_000);
      }
      assertEquals(0, pool.keptBytes());
    }
    pool.close();
  }

  @Test
  void chunksAreMadeReadyWhileOthersAreTaken() {
    try (ChunkPool large = new ChunkPool(budget, 16L << 20)) {
      assertEquals(0, large.keptBytes());
      NativeBuffer taken = large.take();
      awaitKept(large, TWO);
      assertEquals(TWO, charged());

      NativeBuffer next = large.take();
      awaitKept(large, TWO);
      next.close();
      taken.close();

      large.trim();
      assertEquals(0, large.keptBytes(), "nobody takes any");
    }
    assertEquals(0, charged());
  }

  private static void awaitKept(ChunkPool pool, long bytes) {
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          while (pool.keptBytes() != bytes) {
            Thread.onSpinWait();
          }
        });
  }
}
