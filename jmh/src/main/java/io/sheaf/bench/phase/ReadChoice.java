package io.sheaf.bench.phase;

import io.sheaf.testdata.Read;
import io.sheaf.testdata.ReadKind;
import io.sheaf.testdata.ReadPlan;
import io.sheaf.testdata.StandardWorkload;
import io.sheaf.testdata.UserRows;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Chooses the reads of a phase from the plan, the same for each engine.
 *
 * <p><b>Cold.</b> No user is read twice where all or the newest of its rows are read: the second
 * time they would be in memory.
 *
 * <p><b>Warm.</b> Only so many that what they touch fits in the caches of any engine: a quarter of
 * the memory, counting for each read its rows and a block beside.
 *
 * <p><em>Thread safety:</em> none.
 */
final class ReadChoice {
  private static final long BLOCK_BYTES = 32 << 10;
  private static final long MOST_ROWS = 20_000_000;
  private static final int MOST_READS_WARM = 50_000;

  /** Users drawn for each that is wanted; after that there are no others, very likely. */
  private static final int DRAWS = 20;

  private final StandardWorkload workload;
  private final UserRows userRows;
  private final ReadKind kind;

  ReadChoice(StandardWorkload workload, UserRows userRows, ReadKind kind) {
    this.workload = workload;
    this.userRows = userRows;
    this.kind = kind;
  }

  List<Read> cold() {
    return choose(workload.seed(), mostReadsCold(), MOST_ROWS, 0);
  }

  /** Others of the same kind, to warm the program up by. */
  List<Read> coldBefore() {
    return choose(~workload.seed(), mostReadsCold(), MOST_ROWS, 0);
  }

  /**
   * Reads that fit in memory.
   *
   * @param memoryBytes of the engine
   * @param rowBytes of a row, on average
   */
  List<Read> warm(long memoryBytes, double rowBytes) {
    double rowsThatFit = memoryBytes / 4.0 / rowBytes;
    return choose(
        workload.seed(),
        MOST_READS_WARM,
        (long) Math.min(MOST_ROWS, rowsThatFit),
        BLOCK_BYTES / rowBytes);
  }

  /** Reads until they are enough, each counting as {@code rowsBeside} rows more than it has. */
  private List<Read> choose(long seed, int mostReads, long mostRows, double rowsBeside) {
    ReadPlan plan = new ReadPlan(workload, seed);
    List<Read> chosen = new ArrayList<>();
    Set<Long> users = new HashSet<>();
    double rows = 0;
    for (long number = 0; number < (long) mostReads * DRAWS; number++) {
      Read read = plan.read(kind, number);
      if (isOfWholeUser() && !users.add(read.user())) {
        continue;
      }
      rows += userRows.expectedRows(read) + rowsBeside;
      if (chosen.size() >= mostReads || (rows > mostRows && !chosen.isEmpty())) {
        break;
      }
      chosen.add(read);
    }
    return chosen;
  }

  private boolean isOfWholeUser() {
    return switch (kind) {
      case LATEST, HOT_LATEST, FULL -> true;
      case CURSOR, GET, MISS -> false;
    };
  }

  private int mostReadsCold() {
    return switch (kind) {
      case LATEST, HOT_LATEST, CURSOR -> 100_000;
      case FULL -> 50_000;
      case GET -> 200_000;
      case MISS -> 2_000_000;
    };
  }
}
