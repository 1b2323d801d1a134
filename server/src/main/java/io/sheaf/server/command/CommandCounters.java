package io.sheaf.server.command;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * How often a command ran, how long in all, and how often it was refused.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class CommandCounters {
  /** The last one is for what took 2^30 microseconds, eighteen minutes, and longer. */
  private static final int BUCKETS = 31;

  private final LongAdder calls = new LongAdder();
  private final LongAdder nanos = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final LongAdder failed = new LongAdder();

  private final AtomicReferenceArray<@Nullable LongAdder> byTime =
      new AtomicReferenceArray<>(BUCKETS);

  CommandCounters() {}

  void ran(long tookNanos) {
    calls.increment();
    nanos.add(tookNanos);
    int bucket = bucket(TimeUnit.NANOSECONDS.toMicros(tookNanos));
    LongAdder adder = byTime.get(bucket);
    if (adder == null) {
      LongAdder fresh = new LongAdder();
      LongAdder there = byTime.compareAndExchange(bucket, null, fresh);
      adder = there == null ? fresh : there;
    }
    adder.increment();
  }

  /** The calls that took up to 2 to the power of this many microseconds, and longer than half. */
  private static int bucket(long micros) {
    return micros <= 1
        ? 0
        : Math.min(BUCKETS - 1, Long.SIZE - Long.numberOfLeadingZeros(micros - 1));
  }

  void rejected() {
    rejected.increment();
  }

  void failed() {
    failed.increment();
  }

  void reset() {
    calls.reset();
    nanos.reset();
    rejected.reset();
    failed.reset();
    for (int i = 0; i < BUCKETS; i++) {
      byTime.set(i, null);
    }
  }

  /** How many calls took up to so many microseconds: powers of two, as far as there are calls. */
  public SortedMap<Long, Long> callsWithinMicros() {
    SortedMap<Long, Long> within = new TreeMap<>();
    long sum = 0;
    for (int i = 0; i < BUCKETS; i++) {
      LongAdder adder = byTime.get(i);
      if (adder != null) {
        sum += adder.sum();
        within.put(1L << i, sum);
      }
    }
    return within;
  }

  /** How often it ran. */
  public long calls() {
    return calls.sum();
  }

  /** How long it ran in all, in microseconds, without the write of what it changed. */
  public long micros() {
    return TimeUnit.NANOSECONDS.toMicros(nanos.sum());
  }

  /** How often it was refused before it ran. */
  public long rejectedCalls() {
    return rejected.sum();
  }

  /** How often it answered an error. */
  public long failedCalls() {
    return failed.sum();
  }
}
