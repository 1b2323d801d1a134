package io.sheaf.im.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.im.id.ConversationId;
import io.sheaf.lsm.coding.TestSeed;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LimitsTest {
  private static final long SECOND = 1_000_000_000L;

  private long nowNanos;
  private double pressure;

  @Test
  void aBucketGivesItsBurstAndThenItsRate() {
    TokenBuckets<String> buckets = new TokenBuckets<>(new Rate(10, 3), () -> nowNanos);
    for (int i = 0; i < 3; i++) {
      assertEquals(0, buckets.take("a"));
    }
    assertEquals(100, buckets.take("a"));
    assertEquals(0, buckets.take("b"));
    nowNanos += SECOND / 10;
    assertEquals(0, buckets.take("a"));
    assertEquals(100, buckets.take("a"));
    buckets.giveBack("a");
    assertEquals(0, buckets.take("a"));
  }

  @Test
  void findsWhoIsBusyAmongMany() {
    long seed = TestSeed.next();
    System.out.println("-Dsheaf.test.seed=" + seed);
    Random random = new Random(seed);
    TopK<Integer> top = new TopK<>(128, 10, 0);
    for (int i = 0; i < 200_000; i++) {
      nowNanos += SECOND / 10_000;
      int hot = random.nextInt(20);
      top.add(hot < 4 ? hot : 100 + random.nextInt(50_000), 1, nowNanos);
    }
    List<TopK.Count<Integer>> highest = top.highest(4, nowNanos);
    assertEquals(List.of(0, 1, 2, 3), highest.stream().map(TopK.Count::key).sorted().toList());
    for (TopK.Count<Integer> one : highest) {
      assertTrue(one.perSecond() > 350 && one.perSecond() < 750, one.toString());
    }
    assertEquals(10_000, top.totalPerSecond(nowNanos), 2_600);
  }

  @Test
  void countsGoOnAfterALongRest() {
    for (long rest : new long[] {SECOND, 3600 * SECOND, 10 * 365 * 24 * 3600 * SECOND}) {
      TopK<Integer> top = new TopK<>(128, 1, 0);
      top.add(1, 1, 0);
      for (int i = 0; i < 1000; i++) {
        top.add(2, 1, rest + i * SECOND / 100);
      }
      long now = rest + 10 * SECOND;
      assertEquals(100, top.totalPerSecond(now), 5);
      assertEquals(2, top.highest(1, now).getFirst().key());
    }
  }

  /** A group whose messages cost hundreds of rows is slowed before a chat that sends as many. */
  @Test
  void slowsThoseThatCostMost() {
    Overload overload = new Overload(() -> pressure, () -> nowNanos);
    int[] through = new int[2];
    for (int ms = 0; ms < 60_000; ms++) {
      nowNanos += SECOND / 1000;
      // 100 messages a second to a group of 500, 200 to a chat of two; 20,000 rows are too many.
      if (ms % 10 == 0 && overload.admit(ConversationId.of(0), 501) == 0) {
        through[0] += ms >= 30_000 ? 1 : 0;
      }
      if (ms % 5 == 0 && overload.admit(ConversationId.of(1), 3) == 0) {
        through[1] += ms >= 30_000 ? 1 : 0;
      }
      pressure = ms < 1000 ? 0 : Math.clamp((overload.limit() - 20_000) / 20_000, 0.1, 1);
    }
    assertEquals(6000, through[1], 10, "the chat is slowed");
    assertTrue(through[0] < 2900, "the group gets " + through[0]);
  }

  /** Somebody else keeps the store busy: what the conversations send is lowered once. */
  @Test
  void steadyPressureDoesNotStopTheService() {
    for (double level : new double[] {0.1, 0.3, 1}) {
      Overload overload = new Overload(() -> pressure, () -> nowNanos);
      pressure = 0;
      offer(overload, 5);
      pressure = level;
      offer(overload, 60);
      int[] through = offer(overload, 10);
      double share = (through[0] + through[1] + through[2]) / 11_100.0;
      double least = level == 1 ? 0.08 : 0.9 - level;
      assertTrue(share >= least, "at " + level + " gets through " + share);
      assertEquals(100, through[2], 1, "the small one is slowed");
      pressure = 0;
      offer(overload, 30);
      assertEquals(1000, offer(overload, 1)[0]);
    }
  }

  @Test
  void slowsNobodyBelowTheLimitAndTheBusiestAboveIt() {
    Overload overload = new Overload(() -> pressure, () -> nowNanos);
    int[] through = offer(overload, 5);
    assertEquals(List.of(5000, 500, 50), List.of(through[0], through[1], through[2]));
    // The store takes 600 a second, and stops at 900; 1,110 are offered.
    for (int i = 0; i < 40; i++) {
      through = offer(overload, 1);
      pressure = pressureOf(through);
    }
    int[] last = new int[3];
    for (int i = 0; i < 10; i++) {
      through = offer(overload, 1);
      pressure = pressureOf(through);
      for (int k = 0; k < 3; k++) {
        last[k] += through[k];
      }
    }
    assertEquals(100, last[2], 1, "the small one is slowed");
    assertTrue(last[1] > 950, "the middle one is slowed: " + last[1]);
    assertTrue(last[0] < 8_000 && last[0] > 1_000, "the busy one gets " + last[0]);
    pressure = 0;
    for (int i = 0; i < 20; i++) {
      offer(overload, 1);
    }
    assertEquals(1000, offer(overload, 1)[0]);
    assertEquals(Double.POSITIVE_INFINITY, overload.limit());
    assertEquals(ConversationId.of(0), overload.hottest(1).getFirst().key());
  }

  private static double pressureOf(int[] through) {
    return Math.clamp((through[0] + through[1] + through[2] - 600) / 300.0, 0, 1);
  }

  /** 1,000, 100 and 10 messages a second to three conversations; how many got through. */
  private int[] offer(Overload overload, int seconds) {
    int[] through = new int[3];
    for (int ms = 0; ms < seconds * 1000; ms++) {
      nowNanos += SECOND / 1000;
      for (int k = 0, each = 1; k < 3; k++, each *= 10) {
        if (ms % each == 0 && overload.admit(ConversationId.of(k), 1) == 0) {
          through[k]++;
        }
      }
    }
    return through;
  }
}
