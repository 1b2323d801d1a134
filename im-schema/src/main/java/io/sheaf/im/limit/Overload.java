package io.sheaf.im.limit;

import io.sheaf.im.id.ConversationId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Slows conversations when the store cannot keep up: those that send most, down to a share that all
 * the others stay below. Below the store's limit nobody is slowed.
 *
 * <p>The limit is found from the engine's back-pressure, once each {@value #STEP_MILLIS} ms. It is
 * the capacity, less in proportion to the pressure. The capacity is what got through when pressure
 * began; it sinks while the pressure is above a half and rises while it is below, by a fiftieth a
 * step at most, so that a store that is kept half busy by others slows nobody for long. It never
 * sinks below a tenth of what it was at first: the engine slows writers itself, and this only says
 * whom. Without pressure it rises by a tenth a step, until it is out of reach and there is none.
 * The share is where the limit, filled into the rates of the conversations from below like water,
 * comes to stand: a conversation whose rate is below it is not slowed at all, one above it gets
 * through at the share.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 *
 * <p><b>Source.</b> The share is the max-min fair one: Bertsekas, Gallager, "Data Networks", 6.5.2;
 * the limit goes up and down as in Chiu, Jain: "Analysis of the increase and decrease algorithms
 * for congestion avoidance", 1989.
 */
final class Overload {
  private static final long STEP_MILLIS = 100;
  private static final long STEP_NANOS = STEP_MILLIS * 1_000_000;
  private static final double RISE = 1.1;
  private static final double FALL = 0.5;
  private static final double LEAST = 0.1;
  private static final double BEARABLE_PRESSURE = 0.5;
  private static final double SPEED = 0.04;
  private static final double OUT_OF_REACH = 2;
  private static final int COUNTERS = 512;
  private static final double HALF_LIFE_SECONDS = 1;

  private final DoubleSupplier pressure;
  private final LongSupplier nanoClock;
  private final TopK<ConversationId> offered;
  private final TopK<ConversationId> admitted;
  private volatile double limit = Double.POSITIVE_INFINITY;
  private volatile Shares shares = new Shares(Double.POSITIVE_INFINITY, Map.of());
  private long stepNanos; // guarded by this, as all that follows
  private double capacity = Double.POSITIVE_INFINITY;
  private double least;

  /** What conversations above the share may send: when the next message of each may come. */
  private record Shares(double share, Map<ConversationId, long[]> above) {}

  /**
   * Watches a store.
   *
   * @param pressure 0: it keeps up, 1: writers wait
   */
  Overload(DoubleSupplier pressure, LongSupplier nanoClock) {
    this.pressure = pressure;
    this.nanoClock = nanoClock;
    long now = nanoClock.getAsLong();
    offered = new TopK<>(COUNTERS, HALF_LIFE_SECONDS, now);
    admitted = new TopK<>(COUNTERS, HALF_LIFE_SECONDS, now);
    stepNanos = now;
  }

  /**
   * Whether a message to {@code conversation} gets through now.
   *
   * @param cost of it, in rows: the same rate of messages weighs more in a larger group
   * @return 0 if it does, else the milliseconds to wait
   */
  long admit(ConversationId conversation, double cost) {
    long now = nanoClock.getAsLong();
    step(now);
    offered.add(conversation, cost, now);
    Shares current = shares;
    long[] next = current.above().get(conversation);
    if (next != null) {
      synchronized (next) {
        if (next[0] > now) {
          return Math.max(1, (next[0] - now) / 1_000_000);
        }
        next[0] = Math.max(next[0], now - STEP_NANOS) + (long) (1e9 * cost / current.share());
      }
    }
    admitted.add(conversation, cost, now);
    return 0;
  }

  /** Rows a second that get through; infinite while nobody is slowed. */
  double limit() {
    return limit;
  }

  /** Conversations by the rows a second that are sent to them, slowed or not. */
  List<TopK.Count<ConversationId>> hottest(int count) {
    return offered.highest(count, nanoClock.getAsLong());
  }

  private synchronized void step(long now) {
    if (now - stepNanos < STEP_NANOS) {
      return;
    }
    stepNanos = now;
    double level = Math.min(1, pressure.getAsDouble());
    double through = admitted.totalPerSecond(now);
    double wanted = offered.totalPerSecond(now);
    if (level > 0) {
      if (Double.isInfinite(capacity)) {
        capacity = Math.max(1, through);
        least = Math.max(1, capacity * LEAST);
      }
      capacity = Math.max(least, capacity * (1 + SPEED * (BEARABLE_PRESSURE - level)));
      capacity = Math.min(capacity, Math.max(least, wanted * OUT_OF_REACH));
      limit = Math.max(least, capacity * (1 - FALL * level));
    } else {
      capacity *= RISE;
      if (capacity > wanted * OUT_OF_REACH) {
        capacity = Double.POSITIVE_INFINITY;
      }
      limit = capacity;
    }
    shares = wanted <= limit ? new Shares(Double.POSITIVE_INFINITY, Map.of()) : shares(now);
  }

  private Shares shares(long now) {
    List<TopK.Count<ConversationId>> highest = offered.highest(COUNTERS, now);
    double counted = 0;
    for (TopK.Count<ConversationId> one : highest) {
      counted += one.perSecond();
    }
    // From the lowest on: who is below an equal share of what is left gets all it wants.
    double left = Math.max(0, limit - Math.max(0, offered.totalPerSecond(now) - counted));
    int behind = highest.size();
    while (behind > 0 && highest.get(behind - 1).perSecond() <= left / behind) {
      left -= highest.get(--behind).perSecond();
    }
    double share = behind == 0 ? Double.POSITIVE_INFINITY : Math.max(left / behind, 0.1);
    Map<ConversationId, long[]> above = new HashMap<>();
    Map<ConversationId, long[]> before = shares.above();
    for (TopK.Count<ConversationId> one : highest.subList(0, behind)) {
      above.put(one.key(), before.getOrDefault(one.key(), new long[] {now}));
    }
    return new Shares(share, above);
  }
}
