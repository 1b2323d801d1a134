package io.sheaf.im.limit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A bucket of tokens for each key: it fills at a rate up to a burst, and who sends takes one out. A
 * bucket that is full is as good as none, so it is forgotten.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 *
 * @param <K> whose buckets these are
 */
final class TokenBuckets<K> {
  private static final double NANOS_A_SECOND = 1e9;

  /**
   * Buckets are looked through for full ones when there are more than these, or twice as many as
   * were left the last time.
   */
  private static final int MANY = 100_000;

  private final Rate rate;
  private final LongSupplier nanoClock;
  private final Map<K, Bucket> buckets = new ConcurrentHashMap<>();
  private volatile int many = MANY;

  private record Bucket(double tokens, long atNanos) {}

  TokenBuckets(Rate rate, LongSupplier nanoClock) {
    this.rate = rate;
    this.nanoClock = nanoClock;
  }

  /** Takes a token of {@code key}; 0 where there was one, else the milliseconds until there is. */
  long take(K key) {
    if (rate.isUnlimited()) {
      return 0;
    }
    long now = nanoClock.getAsLong();
    if (buckets.size() > many) {
      forgetFull(now);
    }
    long[] waitMillis = new long[1];
    buckets.compute(
        key,
        (k, before) -> {
          double tokens = tokens(before, now);
          if (tokens >= 1) {
            return new Bucket(tokens - 1, now);
          }
          waitMillis[0] = (long) Math.ceil((1 - tokens) * 1000 / rate.perSecond());
          return new Bucket(tokens, now);
        });
    return waitMillis[0];
  }

  /** Gives a token back that was taken for nothing. */
  void giveBack(K key) {
    if (!rate.isUnlimited()) {
      buckets.computeIfPresent(
          key, (k, bucket) -> new Bucket(bucket.tokens() + 1, bucket.atNanos()));
    }
  }

  private double tokens(@Nullable Bucket bucket, long nowNanos) {
    if (bucket == null) {
      return rate.burst();
    }
    double more = (nowNanos - bucket.atNanos()) / NANOS_A_SECOND * rate.perSecond();
    return Math.min(rate.burst(), bucket.tokens() + more);
  }

  private void forgetFull(long nowNanos) {
    buckets.forEach((key, bucket) -> {
      if (tokens(bucket, nowNanos) >= rate.burst()) {
        buckets.remove(key, bucket); // unless somebody has just taken one
      }
    });
    many = Math.max(MANY, 2 * buckets.size());
  }
}
