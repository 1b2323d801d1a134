package io.sheaf.compaction;

import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.version.TableState;
import io.sheaf.lsm.version.Version;
import java.util.HashMap;
import java.util.Map;

/**
 * What reads have paid for going into more runs than one. When a table's debt has reached the price
 * of a merge, the merge would have paid for itself: see {@link RunPolicy}.
 *
 * <p>A read that goes into n files pays for n - 1 of them, as far as blocks are not found in the
 * cache. Reads are counted for the whole store; they are laid to its tables by the runs they have
 * beyond the first.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class ReadDebt {
  /**
   * One read of a block from the device takes as long as writing so many bytes: 10,500 random reads
   * a second beside 226 MB/s written, on the machine that the goals were measured on. What the
   * system had in its page cache counts too, as it is not told from what came from the device.
   */
  static final long READ_BYTES = 20 << 10;

  private final Statistics statistics;
  private final Map<Integer, Double> debts = new HashMap<>(); // guarded by this
  private long opened;
  private long reads;
  private long hits;
  private long misses;

  ReadDebt(Statistics statistics) {
    this.statistics = statistics;
    opened = statistics.get(Counter.RUNS_OPENED);
    reads = reads();
    hits = statistics.get(Counter.CACHE_HITS);
    misses = statistics.get(Counter.CACHE_MISSES);
  }

  /** Adds what was read since the last call. */
  synchronized void observe(Version version) {
    long lastOpened = opened;
    long lastReads = reads;
    long lastHits = hits;
    long lastMisses = misses;
    opened = statistics.get(Counter.RUNS_OPENED);
    reads = reads();
    hits = statistics.get(Counter.CACHE_HITS);
    misses = statistics.get(Counter.CACHE_MISSES);
    long blocks = hits - lastHits + misses - lastMisses;
    long excess = opened - lastOpened - (reads - lastReads);
    debts.keySet().retainAll(version.tables().keySet());
    if (blocks <= 0 || excess <= 0) {
      return;
    }
    double bytes = (double) excess * (misses - lastMisses) / blocks * READ_BYTES;
    long runs = 0;
    for (TableState table : version.tables().values()) {
      runs += runsBeyondFirst(table);
    }
    for (TableState table : version.tables().values()) {
      if (runsBeyondFirst(table) > 0) {
        debts.merge(table.descriptor().id(), bytes * runsBeyondFirst(table) / runs, Double::sum);
      }
    }
  }

  /** The debt of a table, in bytes. */
  synchronized double of(int tableId) {
    return debts.getOrDefault(tableId, 0.0);
  }

  /** Says that the runs of a table are merged: what was paid for them is settled. */
  synchronized void settle(int tableId) {
    debts.remove(tableId);
  }

  private static int runsBeyondFirst(TableState table) {
    return Math.max(0, table.runs().size() - 1);
  }

  private long reads() {
    return statistics.get(Counter.GETS) + statistics.get(Counter.CURSORS);
  }
}
