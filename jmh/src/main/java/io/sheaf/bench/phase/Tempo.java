package io.sheaf.bench.phase;

import java.time.Duration;

/**
 * How long the phases take and how fast they write and read.
 *
 * @param warmUp so long are rows written or read before, so that the JVM has compiled what a phase
 *     runs
 * @param coldRead at most so long are rows read cold, once the least number of reads is done
 * @param warmRead so long are rows read warm
 * @param leastReads so many reads are done, whatever the time, where the store has as many
 * @param mixed so long is written and read at the same time
 * @param rowsPerSecond so many rows are written meanwhile, and while rows expire
 * @param readsPerSecond so often are rows read meanwhile, where that has a rate
 * @param timeToLive of rows that expire, in whole seconds
 * @param lifetimes so many of these are written
 */
public record Tempo(
    Duration warmUp,
    Duration coldRead,
    Duration warmRead,
    int leastReads,
    Duration mixed,
    int rowsPerSecond,
    int readsPerSecond,
    Duration timeToLive,
    int lifetimes) {
  private static final int LEAST_WARM_UP_SECONDS = 2;
  private static final int MOST_WARM_UP_SECONDS = 8;

  /** So many rows take about a second to load: a short race has a short warm-up. */
  private static final int ROWS_A_SECOND = 200_000;

  /** That of a race with so many rows. */
  public static Tempo ofRace(long rows) {
    return new Tempo(
        Duration.ofSeconds(
            Math.clamp(rows / ROWS_A_SECOND, LEAST_WARM_UP_SECONDS, MOST_WARM_UP_SECONDS)),
        Duration.ofSeconds(6),
        Duration.ofSeconds(4),
        1_000,
        Duration.ofSeconds(20),
        40_000,
        2_000,
        Duration.ofSeconds(4),
        4);
  }

  /** Rows that are written while others are read, before it counts and after. */
  public long mixedRows() {
    return warmUp.plus(mixed).toMillis() * rowsPerSecond / 1000;
  }

  /** Rows that are written while rows expire. */
  public long expiringRows() {
    return timeToLive.multipliedBy(lifetimes).toMillis() * rowsPerSecond / 1000;
  }
}
