package io.sheaf.bench.phase;

import java.time.Duration;

/**
 * How long the phases take and how fast they write.
 *
 * @param warmUp so long are rows read before, so that the JVM has compiled what reads run
 * @param coldRead at most so long are rows read cold, once the least number of reads is done
 * @param warmRead so long are rows read warm
 * @param leastReads so many reads are done, whatever the time, where the store has as many
 * @param mixed so long is written and read at the same time
 * @param rowsPerSecond so many rows are written meanwhile, and while rows expire
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
    Duration timeToLive,
    int lifetimes) {
  /** That of the race. */
  public static final Tempo RACE =
      new Tempo(
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          Duration.ofSeconds(4),
          1_000,
          Duration.ofSeconds(20),
          40_000,
          Duration.ofSeconds(4),
          4);
}
