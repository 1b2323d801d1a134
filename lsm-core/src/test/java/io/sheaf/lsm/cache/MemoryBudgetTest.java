package io.sheaf.lsm.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sheaf.lsm.cache.MemoryBudget.Use;
import org.junit.jupiter.api.Test;

final class MemoryBudgetTest {
  @Test
  void leavesToTheCacheWhatOthersDoNotUse() {
    MemoryBudget budget = new MemoryBudget(1000);
    assertEquals(1000, budget.cacheBytes());
    budget.add(Use.CACHE, 700);
    assertEquals(1000, budget.cacheBytes(), "its own use does not narrow the cache");
    budget.add(Use.MEMTABLES, 300);
    budget.add(Use.INDEXES, 50);
    budget.add(Use.BUFFERS, 50);
    assertEquals(600, budget.cacheBytes());
    assertEquals(1100, budget.usedBytes());
    budget.add(Use.MEMTABLES, -300);
    assertEquals(900, budget.cacheBytes());
    assertEquals(0, budget.used(Use.MEMTABLES));
    budget.add(Use.MEMTABLES, 5000);
    assertEquals(0, budget.cacheBytes(), "never negative");
    assertEquals(1000, budget.totalBytes());
  }

  @Test
  void refusesANonsensicalTotal() {
    assertThrows(IllegalArgumentException.class, () -> new MemoryBudget(0));
  }
}
