package io.sheaf.valuelog;

import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;

/** Counts the native buffers that are alive, so that a test can tell whether it lost one. */
final class NativeMemory {
  private NativeMemory() {}

  /** Buffers allocated and not yet given back. */
  static long liveBuffers() {
    return PooledByteBufAllocator.DEFAULT.metric().directArenas().stream()
        .mapToLong(PoolArenaMetric::numActiveAllocations)
        .sum();
  }
}
