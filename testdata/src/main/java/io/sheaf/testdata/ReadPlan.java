package io.sheaf.testdata;

/**
 * The reads of a benchmark, each a pure function of the seed, the kind and its number, so that
 * threads can share a plan by numbers.
 *
 * <p><em>Thread safety:</em> immutable.
 */
public final class ReadPlan {
  private static final int LATEST_ROWS = 50;
  private static final int CURSOR_ROWS = 100;

  private final StandardWorkload workload;
  private final long seed;

  /**
   * A plan of reads of what the workload has written.
   *
   * @throws IllegalArgumentException if the workload has no rows
   */
  public ReadPlan(StandardWorkload workload, long seed) {
    if (workload.rows() == 0) {
      throw new IllegalArgumentException("the workload has no rows: give one with at least one");
    }
    this.workload = workload;
    this.seed = SplitMix.mix(seed);
  }

  /** The read of this kind and number. */
  public Read read(ReadKind kind, long number) {
    long random = SplitMix.at(SplitMix.at(seed, kind.name().hashCode()), number);
    return switch (kind) {
      case LATEST -> latest(kind, SplitMix.below(random, workload.users()));
      case HOT_LATEST -> latest(kind, SplitMix.below(random, workload.hotUsers()));
      case CURSOR -> fromRow(kind, random, CURSOR_ROWS);
      case FULL -> full(SplitMix.below(random, workload.hotUsers()));
      case GET -> fromRow(kind, random, 1);
      case MISS -> miss(random, (number & 1) == 0);
    };
  }

  private Read latest(ReadKind kind, int rank) {
    return new Read(kind, workload.userOfRank(rank), Long.MAX_VALUE, LATEST_ROWS);
  }

  private Read full(int rank) {
    return new Read(ReadKind.FULL, workload.userOfRank(rank), 0, Integer.MAX_VALUE);
  }

  private Read fromRow(ReadKind kind, long random, int limit) {
    long row = Math.unsignedMultiplyHigh(random, workload.rows());
    long user = workload.userOfRank(workload.rankOfRow(row));
    return new Read(kind, user, workload.idOfRow(row), limit);
  }

  private Read miss(long random, boolean userExists) {
    Read hit = fromRow(ReadKind.GET, random, 1);
    long user = userExists ? hit.user() : workload.userOfRank(workload.users() + (random >>> 33));
    return new Read(ReadKind.MISS, user, MessageId.absentAfter(hit.id()), 1);
  }
}
