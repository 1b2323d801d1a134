package io.sheaf.server.command;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often a command ran, how long in all, and how often it was refused.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class CommandCounters {
  private final LongAdder calls = new LongAdder();
  private final LongAdder nanos = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final LongAdder failed = new LongAdder();

  CommandCounters() {}

  void ran(long tookNanos) {
    calls.increment();
    nanos.add(tookNanos);
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
