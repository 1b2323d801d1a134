package io.sheaf.bench.phase;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How much of what was written has not expired, and what room it took on the disk beside what had
 * expired, at most.
 *
 * <p><em>Thread safety:</em> none.
 */
final class LiveBytes {
  private final long lifeNanos;
  private final List<Sample> samples = new ArrayList<>();
  private double mostOccupiedOfLive;

  private record Sample(long nanos, long rows, long userBytes) {}

  LiveBytes(Duration timeToLive) {
    this.lifeNanos = timeToLive.toNanos();
  }

  /** So much was written up to now, and so much room is taken. */
  void sample(long nanos, long rows, long userBytes, long occupiedBytes) {
    samples.add(new Sample(nanos, rows, userBytes));
    boolean steady = nanos - samples.getFirst().nanos() > lifeNanos;
    long live = userBytes - at(nanos - lifeNanos).userBytes();
    if (steady && live > 0) {
      mostOccupiedOfLive = Math.max(mostOccupiedOfLive, (double) occupiedBytes / live);
    }
  }

  /** The room taken for each byte that was live, at most, once rows have begun to expire. */
  double mostOccupiedOfLive() {
    return mostOccupiedOfLive;
  }

  /** So many rows are older than half of their life; those behind them are live for certain. */
  long rowsWrittenBefore(long nowNanos) {
    long moment = nowNanos - lifeNanos / 2;
    for (Sample sample : samples) {
      if (sample.nanos() - moment >= 0) {
        return sample.rows();
      }
    }
    return Long.MAX_VALUE;
  }

  /** The last sample that is not later than {@code nanos}; the first where there is none. */
  private Sample at(long nanos) {
    Sample last = samples.getFirst();
    for (Sample sample : samples) {
      if (sample.nanos() - nanos > 0) {
        break;
      }
      last = sample;
    }
    return last;
  }
}
