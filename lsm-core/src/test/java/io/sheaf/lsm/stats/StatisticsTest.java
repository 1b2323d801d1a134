package io.sheaf.lsm.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  private final Statistics statistics = new Statistics();

  @Test
  void eachCounterCountsForItself() {
    int amount = 1;
    for (Counter counter : Counter.values()) {
      statistics.add(counter, amount++);
      statistics.increment(counter);
    }
    Map<Counter, Long> all = statistics.snapshot();
    assertEquals(EnumSet.allOf(Counter.class), all.keySet());
    long expected = 2;
    for (Counter counter : Counter.values()) {
      assertEquals(expected, statistics.get(counter), counter.name());
      assertEquals(expected++, all.get(counter), counter.name());
    }
  }

  @Test
  void snapshotStaysAsItIs() {
    Map<Counter, Long> before = statistics.snapshot();
    statistics.increment(Counter.GETS);
    assertEquals(0, before.get(Counter.GETS));
  }

  @Test
  void noCountIsLostAmongThreads() throws Exception {
    int threads = 4;
    int counts = 50_000;
    try (ExecutorService pool =
        Executors.newFixedThreadPool(threads, Thread.ofPlatform().name("counting-", 0).factory())) {
      List<Future<?>> jobs = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        jobs.add(
            pool.submit(() -> {
              for (int j = 0; j < counts; j++) {
                statistics.increment(Counter.CACHE_HITS);
                statistics.add(Counter.LOG_BYTES, 3);
              }
            }));
      }
      for (Future<?> job : jobs) {
        job.get(30, TimeUnit.SECONDS);
      }
    }
    assertEquals((long) threads * counts, statistics.get(Counter.CACHE_HITS));
    assertEquals(3L * threads * counts, statistics.get(Counter.LOG_BYTES));
  }

  @Test
  void everyCounterSaysWhatItCounts() {
    Set<String> descriptions = new HashSet<>();
    for (Counter counter : Counter.values()) {
      assertTrue(descriptions.add(counter.description()), counter.name());
      assertEquals(counter.name().endsWith("_BYTES"), counter.unit() == Counter.Unit.BYTES);
      assertEquals(counter.name().endsWith("_NANOS"), counter.unit() == Counter.Unit.NANOSECONDS);
    }
  }
}
