package io.sheaf.lsm.stats;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * The counters of one open store.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads; counting takes no lock.
 */
@SuppressWarnings("EnumOrdinal") // an index into an array with a place for each constant
public final class Statistics {
  private final LongAdder[] counters = new LongAdder[Counter.values().length];

  /** All counters at zero. */
  public Statistics() {
    for (int i = 0; i < counters.length; i++) {
      counters[i] = new LongAdder();
    }
  }

  /** Counts {@code amount} more. */
  public void add(Counter counter, long amount) {
    counters[counter.ordinal()].add(amount);
  }

  /** Counts one more. */
  public void increment(Counter counter) {
    counters[counter.ordinal()].increment();
  }

  /** The count so far. */
  public long get(Counter counter) {
    return counters[counter.ordinal()].sum();
  }

  /** All counts so far; each for itself, not one moment for all. */
  public Map<Counter, Long> snapshot() {
    Map<Counter, Long> all = new EnumMap<>(Counter.class);
    for (Counter counter : Counter.values()) {
      all.put(counter, get(counter));
    }
    return all;
  }
}
