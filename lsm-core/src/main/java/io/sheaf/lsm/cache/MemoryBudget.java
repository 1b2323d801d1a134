package io.sheaf.lsm.cache;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The memory that a store may take off the heap, and who has how much of it: one number that is
 * kept to and shown.
 *
 * <p>Memtables, indexes with filters, and prefetch take what they need; the block cache gets what
 * is left and gives way when the others grow.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
@SuppressWarnings("EnumOrdinal") // an index into an array with a place for each constant
public final class MemoryBudget {
  /** Who takes memory. */
  public enum Use {
    /** Memtables, filling and waiting for their flush. */
    MEMTABLES,
    /** Indexes and filters of open SSTables. */
    INDEXES,
    /** Decompressed blocks in the cache. */
    CACHE,
    /** Buffers of jobs and reads under way. */
    BUFFERS
  }

  private final long totalBytes;
  private final AtomicLongArray used = new AtomicLongArray(Use.values().length);

  /** A budget of {@code totalBytes}. */
  public MemoryBudget(long totalBytes) {
    if (totalBytes < 1) {
      throw new IllegalArgumentException("memory budget must be positive, not " + totalBytes);
    }
    this.totalBytes = totalBytes;
  }

  /** The whole budget in bytes. */
  public long totalBytes() {
    return totalBytes;
  }

  /** Counts {@code bytes} more for {@code use}; fewer where negative. */
  public void add(Use use, long bytes) {
    used.addAndGet(use.ordinal(), bytes);
  }

  /** Bytes that {@code use} has now. */
  public long used(Use use) {
    return used.get(use.ordinal());
  }

  /** Bytes that all uses have now. */
  public long usedBytes() {
    long sum = 0;
    for (Use use : Use.values()) {
      sum += used(use);
    }
    return sum;
  }

  /** Bytes that the cache may have now: what the other uses leave. */
  public long cacheBytes() {
    return Math.max(0, totalBytes - (usedBytes() - used(Use.CACHE)));
  }
}
