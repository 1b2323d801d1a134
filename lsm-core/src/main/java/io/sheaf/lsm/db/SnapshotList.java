package io.sheaf.lsm.db;

import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

/**
 * The snapshots that are held, so that flushes and compactions keep what they show.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class SnapshotList {
  private final TreeMap<Long, Integer> held = new TreeMap<>();

  /** A snapshot of the moment that {@code lastSequence} gives, taken and registered at once. */
  synchronized Snapshot take(LongSupplier lastSequence) {
    long sequence = lastSequence.getAsLong();
    held.merge(sequence, 1, Integer::sum);
    return new Snapshot(this, sequence);
  }

  synchronized void release(long sequence) {
    held.computeIfPresent(sequence, (key, count) -> count == 1 ? null : count - 1);
  }

  /** Sequence numbers held, rising. */
  synchronized long[] sequences() {
    return held.keySet().stream().mapToLong(Long::longValue).toArray();
  }

  /**
   * Sequence numbers held and the present one, rising: no snapshot that is taken later shows an
   * older moment than the last of these.
   */
  synchronized long[] sequencesAndPresent(LongSupplier lastSequence) {
    long present = lastSequence.getAsLong(); // none is taken between this and the next line
    return LongStream.concat(
            held.keySet().stream().mapToLong(Long::longValue), LongStream.of(present))
        .sorted()
        .distinct()
        .toArray();
  }
}
