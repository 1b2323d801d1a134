package io.sheaf.valuelog;

import io.sheaf.lsm.cache.BlockCache;
import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.io.DiskFileSystem;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.ValueStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class ValueLogOnDiskTest implements ValueStoreContract {
  private final AtomicLong lastNumber = new AtomicLong();
  private final List<BlockCache> caches = new ArrayList<>();

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  Path directory;

  @Override
  public ValueStore open() {
    MemoryBudget budget = new MemoryBudget(8 << 20);
    Statistics statistics = new Statistics();
    BlockCache cache = new BlockCache(budget, statistics);
    caches.add(cache);
    return new ValueLog(
        new DiskFileSystem(),
        directory,
        lastNumber::incrementAndGet,
        cache,
        budget,
        statistics,
        ValueLogOptions.DEFAULT.withFileBytes(50_000));
  }

  @AfterEach
  void closeCaches() {
    caches.forEach(BlockCache::close);
  }
}
