package io.sheaf.im.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.im.id.ConversationId;
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
    long seed = Long.getLong("sheaf.test.seed", System.nanoTime());
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
  void slowsNobodyBelowTheLimitAndTheBusiestAboveIt() {
    Overload overload = new Overload(() -> pressure, () -> nowNanos);
    int[] through = offer(overload, 5);
    assertEquals(List.of(5000, 500, 50), List.of(through[0], through[1], through[2]));
    // The store takes 600 a second; 1,110 are offered.
    for (int i = 0; i < 40; i++) {
      through = offer(overload, 1);
      pressure = through[0] + through[1] + through[2] > 600 ? 0.3 : 0;
    }
    int[] last = new int[3];
    for (int i = 0; i < 10; i++) {
      through = offer(overload, 1);
      pressure = through[0] + through[1] + through[2] > 600 ? 0.3 : 0;
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

  /** 1,000, 100 and 10 messages a second to three conversations; how many got through. */
  private int[] offer(Overload overload, int seconds) {
    int[] through = new int[3];
    for (int ms = 0; ms < seconds * 1000; ms++) {
      nowNanos += SECOND / 1000;
      for (int k = 0, each = 1; k < 3; k++, each *= 10) {
        if (ms % each == 0 && overload.admit(ConversationId.of(k)) == 0) {
          through[k]++;
        }
      }
    }
    return through;
  }
}
