package io.sheaf.im.change;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The time, which never goes back.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class Clock {
  private final LongSupplier source;
  private final AtomicLong latest = new AtomicLong();

  /** Takes the time from {@code source}, in milliseconds since 1970. */
  public Clock(LongSupplier source) {
    this.source = source;
  }

  /** Milliseconds since 1970. */
  public long millis() {
    long now = source.getAsLong();
    long seen = latest.get();
    return now <= seen ? seen : latest.accumulateAndGet(now, Math::max);
  }
}
