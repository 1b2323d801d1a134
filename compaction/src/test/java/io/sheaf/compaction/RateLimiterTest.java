package io.sheaf.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
  private static final long MEGABYTE = 1_000_000;

  private final TurnedClock clock = new TurnedClock();

  @Test
  void keepsTheRate() {
    RateLimiter limiter = new RateLimiter(10 * MEGABYTE, clock);
    for (int i = 0; i < 100; i++) {
      limiter.acquire(MEGABYTE, () -> false);
    }
    long expected = TimeUnit.SECONDS.toNanos(10) - RateLimiter.BURST_NANOS;
    assertEquals(expected, clock.now, "100 MB at 10 MB/s less the burst");
  }

  @Test
  void savesUpNoMoreThanABurst() {
    RateLimiter limiter = new RateLimiter(10 * MEGABYTE, clock);
    clock.now = TimeUnit.HOURS.toNanos(1);
    long begin = clock.now;
    limiter.acquire(MEGABYTE, () -> false);
    assertEquals(begin, clock.now, "a tenth of a second was saved up");
    limiter.acquire(MEGABYTE, () -> false);
    assertEquals(begin + TimeUnit.MILLISECONDS.toNanos(100), clock.now);
  }

  @Test
  void whatIsChargedTheNextOneWaitsFor() {
    RateLimiter limiter = new RateLimiter(10 * MEGABYTE, clock);
    limiter.charge(10 * MEGABYTE);
    assertEquals(0, clock.now);
    limiter.acquire(MEGABYTE, () -> false);
    assertEquals(TimeUnit.SECONDS.toNanos(1), clock.now, "1.1 s less the burst");
  }

  @Test
  void withoutLimitNothingWaits() {
    new RateLimiter(0, clock).acquire(Long.MAX_VALUE, () -> false);
    assertEquals(0, clock.now);
  }

  @Test
  void cancelledNobodyWaitsOn() {
    RateLimiter limiter = new RateLimiter(1, clock);
    limiter.acquire(MEGABYTE, () -> clock.now >= TimeUnit.MILLISECONDS.toNanos(30));
    assertTrue(clock.now <= TimeUnit.MILLISECONDS.toNanos(50), "waited until " + clock.now);
  }

  @Test
  void refusesANegativeRate() {
    assertThrows(IllegalArgumentException.class, () -> new RateLimiter(-1));
  }

  /** Time passes only by waiting. */
  private static final class TurnedClock implements RateLimiter.Clock {
    private long now;

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public void waitNanos(long nanos) {
      now += nanos;
    }
  }
}
