package io.sheaf.compaction;

import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.lsm.version.TableState;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which neighbouring runs to merge, so that reads meet few runs and each byte is written few times.
 *
 * <p>Runs are weighed by what merging them would write ({@link MergeCost}), not by their size. A
 * window of runs costs the sum of its weights and saves all its runs but one; of the windows that
 * are due, the one that saves a run at the lowest price is taken, which is a wide one of runs that
 * weigh about the same. A window is due when
 *
 * <ul>
 *   <li>it has {@link #fanIn} runs, none of them weighing more than twice the mean of the others:
 *       size-tiered merging;
 *   <li>or the table has more than {@link #restRuns} runs: the bound on their number;
 *   <li>or reads have paid for it: they went into more runs than one so often that the merge would
 *       have cost no more (the ski-rental rule); here the widest window that is paid for is taken,
 *       because to merge its parts first would write them twice.
 * </ul>
 *
 * <p>In tables whose rows expire, runs of very different ages stay apart, so that files can go
 * whole; only the bound on their number overrides that.
 *
 * <p><b>Source.</b> Tiering: O'Neil et al., <i>The Log-Structured Merge-Tree</i>, 1996, and Dayan
 * and Idreos, <i>Dostoevsky</i>, SIGMOD 2018, section 4.1; merging under a bound on the number of
 * runs: Mathieu, Staelin, Young and Yousefi, <i>Bigtable Merge Compaction</i>, 2014; ski rental:
 * Karlin, Manasse, Rudolph and Sleator, <i>Competitive Snoopy Caching</i>, 1988.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
final class RunPolicy {
  /** No run of a tier weighs more than this many times the mean of the others. */
  private static final double BALANCE = 2;

  /** The bound on the number of runs is met by merging at least this many, where there are. */
  private static final int LEAST_RUNS = 4;

  /** A run of a table whose rows expire spans at most this part of their time: 1/8. */
  private static final int AGES = 8;

  private static final Comparator<Window> LOWEST_PRICE = Comparator.comparingDouble(Window::price);

  private static final Comparator<Window> MOST_RUNS_SAVED =
      Comparator.comparingInt((Window window) -> -window.size())
          .thenComparingLong(Window::costBytes);

  private final int fanIn;
  private final int restRuns;

  /**
   * @param maxRuns number of runs at which writers are slowed: half as many make a tier, three
   *     quarters may stay
   */
  RunPolicy(int maxRuns) {
    fanIn = Math.max(2, maxRuns / 2);
    restRuns = Math.max(1, maxRuns * 3 / 4);
  }

  /** Number of runs of like weight that are merged. */
  int fanIn() {
    return fanIn;
  }

  /** Number of runs above which some are merged whatever they weigh. */
  int restRuns() {
    return restRuns;
  }

  /**
   * Runs to merge.
   *
   * @param newest index of the first in the table's order
   * @param oldest index of the last
   * @param costBytes what it writes, roughly
   */
  record Window(int newest, int oldest, long costBytes) {
    int size() {
      return oldest - newest + 1;
    }

    /** Bytes written for each run that is saved. */
    double price() {
      return (double) costBytes / (size() - 1);
    }
  }

  /** The window to be merged because of the number of runs; null: none is due. */
  @Nullable Window byNumber(TableState table, PickContext context, MergeCost cost) {
    Candidates candidates = new Candidates(table, context, cost);
    Window tier = candidates.cheapest(fanIn, true, true);
    if (tier != null || candidates.effectiveRuns() <= restRuns) {
      return tier;
    }
    for (int least = Math.min(LEAST_RUNS, restRuns); least >= 2; least--) {
      Window window = candidates.cheapest(least, false, true);
      if (window != null) {
        return window;
      }
    }
    return candidates.cheapest(2, false, false);
  }

  /**
   * The window to be merged because reads have paid for it: of those that they have paid for, the
   * one that saves most runs. Null: none is due.
   */
  @Nullable Window byReads(TableState table, PickContext context, MergeCost cost) {
    if (context.readDebtBytes() <= 0) {
      return null;
    }
    double paidForEachRun = context.readDebtBytes() / Math.max(1, table.runs().size() - 1);
    return new Candidates(table, context, cost)
        .best(2, false, true, window -> window.price() <= paidForEachRun, MOST_RUNS_SAVED);
  }

  /** The runs of a table with what is asked of them again and again. */
  private static final class Candidates {
    private final int count;
    private final long[] costs;
    private final boolean[] busy;
    private final long[] oldestTimes;
    private final long[] newestTimes;
    private final long longestSpanMillis;

    Candidates(TableState table, PickContext context, MergeCost cost) {
      List<Run> runs = table.runs();
      TableOptions options = table.descriptor().options();
      count = runs.size();
      costs = new long[count];
      busy = new boolean[count];
      oldestTimes = new long[count];
      newestTimes = new long[count];
      longestSpanMillis = options.expires() ? options.ttlMillis() / AGES : Long.MAX_VALUE;
      for (int i = 0; i < count; i++) {
        costs[i] = cost.of(runs.get(i));
        oldestTimes[i] = Long.MAX_VALUE;
        for (FileMetadata file : runs.get(i).files()) {
          busy[i] |= context.busy().contains(file.number());
          oldestTimes[i] = Math.min(oldestTimes[i], file.oldestTimeMillis());
          newestTimes[i] = Math.max(newestTimes[i], file.newestTimeMillis());
        }
      }
    }

    /** Number of runs, where neighbours that are being merged count as the one they will be. */
    int effectiveRuns() {
      int effective = 0;
      for (int i = 0; i < count; i++) {
        effective += busy[i] && i > 0 && busy[i - 1] ? 0 : 1;
      }
      return effective;
    }

    /** The window of the lowest price, of at least {@code least} runs; null: there is none. */
    @Nullable Window cheapest(int least, boolean balanced, boolean ofOneAge) {
      return best(least, balanced, ofOneAge, window -> true, LOWEST_PRICE);
    }

    /** The first in {@code order} of the windows that may be; null: there is none. */
    @Nullable Window best(
        int least,
        boolean balanced,
        boolean ofOneAge,
        Predicate<Window> mayBe,
        Comparator<Window> order) {
      Window best = null;
      for (int newest = 0; newest < count; newest++) {
        long sum = 0;
        long largest = 0;
        long from = Long.MAX_VALUE;
        long to = 0;
        for (int oldest = newest; oldest < count && !busy[oldest]; oldest++) {
          sum += costs[oldest];
          largest = Math.max(largest, costs[oldest]);
          from = Math.min(from, oldestTimes[oldest]);
          to = Math.max(to, newestTimes[oldest]);
          int size = oldest - newest + 1;
          if (ofOneAge && to - from > longestSpanMillis) {
            break;
          }
          if (size < Math.max(2, least)
              || (balanced && largest > BALANCE * (sum - largest) / (size - 1))) {
            continue;
          }
          Window window = new Window(newest, oldest, sum);
          if (mayBe.test(window) && (best == null || order.compare(window, best) < 0)) {
            best = window;
          }
        }
      }
      return best;
    }
  }
}
