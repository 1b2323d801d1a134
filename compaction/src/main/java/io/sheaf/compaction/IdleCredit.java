package io.sheaf.compaction;

import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;

/**
 * What may be written to spare later reads while nobody writes. Time on the device costs nothing
 * then, but wear does: merges that reads have not paid for yet may write three quarters of what
 * flushes have written since the last pause. It is enough to bring small groups, whose rows lie in
 * every run, into one run after a large load, and not after a few changes. What was not used when
 * writers go on is forfeited. A small sum is given at each pause, whatever was flushed: in a small
 * store, it gives back the room of what was deleted.
 *
 * <p><b>Thread safety.</b> One thread, the one that plans.
 */
final class IdleCredit {
  private static final double SHARE = 0.75;

  private final Statistics statistics;
  private final long quietNanos;
  private final long leastBytes;
  private long rowsWritten = -1;
  private long sinceNanos;
  private boolean idle;
  private long flushedBefore;
  private long spentBytes;

  /**
   * A credit of a store that has flushed nothing yet.
   *
   * @param quietNanos time without a write after which the store is idle
   * @param leastBytes what is given at each pause, whatever was flushed
   */
  IdleCredit(Statistics statistics, long quietNanos, long leastBytes) {
    this.statistics = statistics;
    this.quietNanos = quietNanos;
    this.leastBytes = leastBytes;
  }

  /**
   * Looks whether anybody writes.
   *
   * @param awaited whether somebody waits for the store to come to rest
   */
  void observe(boolean awaited, long nowNanos) {
    long rows = statistics.get(Counter.ROWS_WRITTEN);
    if (rows != rowsWritten) {
      rowsWritten = rows;
      sinceNanos = nowNanos;
      if (idle) {
        flushedBefore = flushedBytes();
        spentBytes = 0;
      }
    }
    idle = awaited || nowNanos - sinceNanos >= quietNanos;
  }

  /** What is left of the credit, in bytes; none while somebody writes. */
  long bytes() {
    if (!idle) {
      return 0;
    }
    long given = Math.max(leastBytes, (long) ((flushedBytes() - flushedBefore) * SHARE));
    return Math.max(0, given - spentBytes);
  }

  private long flushedBytes() {
    return statistics.get(Counter.FLUSH_KEY_BYTES) + statistics.get(Counter.FLUSH_VALUE_BYTES);
  }

  /** Says that a merge of so many bytes has begun. */
  void spend(long bytes) {
    spentBytes += Math.min(bytes, bytes());
  }
}
