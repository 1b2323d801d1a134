package io.sheaf.bench.engine;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What a store is opened with: the same for each engine, which makes of it what it does best with.
 *
 * @param directory of the store
 * @param memoryBytes write buffers and caches together
 * @param synced whether a batch is on the disk before it is answered; otherwise the operating
 *     system has it
 * @param rows about so many will be in the store
 * @param timeToLive rows are gone this long after they were written, whole seconds; zero: never
 */
public record EngineSettings(
    Path directory, long memoryBytes, boolean synced, long rows, Duration timeToLive) {
  /** Settings of a store that keeps its rows. */
  public EngineSettings(Path directory, long memoryBytes, boolean synced, long rows) {
    this(directory, memoryBytes, synced, rows, Duration.ZERO);
  }

  /** Whether rows expire. */
  public boolean expires() {
    return !timeToLive.isZero();
  }
}
