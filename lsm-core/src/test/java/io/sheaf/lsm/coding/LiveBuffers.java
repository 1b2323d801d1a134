package io.sheaf.lsm.coding;

import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;

/** Counts the buffers off the heap that are in use, so that a test can tell whether one is lost. */
public final class LiveBuffers {
  private LiveBuffers() {}

  /** Buffers allocated and not yet given back. */
  public static long count() {
    return PooledByteBufAllocator.DEFAULT.metric().directArenas().stream()
        .mapToLong(PoolArenaMetric::numActiveAllocations)
        .sum();
  }
}
