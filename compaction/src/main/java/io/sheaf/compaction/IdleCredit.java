package io.sheaf.compaction;

import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;

/**
 * What may be written to spare later reads while nobody writes. Time on the device costs nothing
 * then, but wear does: of all that flushes have written, merges that reads have not paid for yet
 * may write a sixth.
 *
 * <p><b>Thread safety.</b> One thread, the one that plans.
 */
final class IdleCredit {
  private static final int SHARE = 6;

  private final Statistics statistics;
  private final long quietNanos;
  private long rowsWritten = -1;
  private long sinceNanos;
  private boolean idle;
  private long spentBytes;

  /**
   * A credit of a store that has flushed nothing yet.
   *
   * @param quietNanos time without a write after which the store is idle
   */
  IdleCredit(Statistics statistics, long quietNanos) {
    this.statistics = statistics;
    this.quietNanos = quietNanos;
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
    }
    idle = awaited || nowNanos - sinceNanos >= quietNanos;
  }

  /** What is left of the credit, in bytes; none while somebody writes. */
  long bytes() {
    if (!idle) {
      return 0;
    }
    long flushed =
        statistics.get(Counter.FLUSH_KEY_BYTES) + statistics.get(Counter.FLUSH_VALUE_BYTES);
    return Math.max(0, flushed / SHARE - spentBytes);
  }

  /** Says that a merge of so many bytes has begun. */
  void spend(long bytes) {
    spentBytes += Math.min(bytes, bytes());
  }
}
