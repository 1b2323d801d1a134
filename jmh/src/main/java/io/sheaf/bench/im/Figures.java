package io.sheaf.bench.im;

import io.sheaf.cli.measure.LatencySummary;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.HdrHistogram.Histogram;

/**
 * What one thread of the load has counted.
 *
 * <p><b>Thread safety.</b> None; read after the thread has ended.
 */
final class Figures {
  private final Map<Operation, Histogram> times = new EnumMap<>(Operation.class);

  /** Rows that were put into sync queues by sends. */
  long queueRows;

  /** Members that were reached, those of large groups included. */
  long receivers;

  /** Events that devices were given. */
  long events;

  /** Sends that did not get through. */
  long refused;

  Figures() {
    for (Operation operation : Operation.values()) {
      times.put(operation, LatencySummary.histogram());
    }
  }

  /** How long operations of a kind took, in nanoseconds. */
  Histogram times(Operation operation) {
    return Objects.requireNonNull(times.get(operation));
  }

  /** Adds what another thread has counted. */
  void add(Figures other) {
    queueRows += other.queueRows;
    receivers += other.receivers;
    events += other.events;
    refused += other.refused;
    times.forEach((operation, histogram) -> histogram.add(other.times(operation)));
  }

  void forget() {
    queueRows = 0;
    receivers = 0;
    events = 0;
    refused = 0;
    times.values().forEach(Histogram::reset);
  }
}
