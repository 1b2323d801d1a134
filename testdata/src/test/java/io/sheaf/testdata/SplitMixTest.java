package io.sheaf.testdata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SplitMixTest {
  @Test
  void unmixUndoesMix() {
    SplittableRandom random = new SplittableRandom(TestSeed.next());
    for (int i = 0; i < 10_000; i++) {
      long value = random.nextLong() >> random.nextInt(64);
      assertEquals(value, SplitMix.unmix(SplitMix.mix(value)));
      assertEquals(value, SplitMix.mix(SplitMix.unmix(value)));
    }
  }

  @Test
  void isTheGeneratorOfItsSource() {
    SplittableRandom random = new SplittableRandom(42);
    assertEquals(random.nextLong(), SplitMix.at(42, 1));
    assertEquals(random.nextLong(), SplitMix.at(42, 2));
  }

  @Test
  void scalesToAllOfARange() {
    assertEquals(0, SplitMix.below(0, 10));
    assertEquals(9, SplitMix.below(-1L, 10));
    assertEquals(Integer.MAX_VALUE - 1, SplitMix.below(-1L, Integer.MAX_VALUE));
  }

  @Test
  void drawsEvenly() {
    int[] counts = new int[10];
    SplitMixStream random = new SplitMixStream(1);
    for (int i = 0; i < 100_000; i++) {
      counts[random.below(counts.length)]++;
    }
    for (int count : counts) {
      assertEquals(10_000, count, 400);
    }
  }

  @Test
  void seedsGiveStreamsOfTheirOwn() {
    int equal = 0;
    for (int i = 0; i < 1_000; i++) {
      equal += SplitMix.at(1, i) == SplitMix.at(2, i) ? 1 : 0;
    }
    assertEquals(0, equal);
    assertNotEquals(SplitMix.at(1, 0), SplitMix.at(1, 1));
    assertTrue(Long.bitCount(SplitMix.at(7, 7) ^ SplitMix.at(7, 8)) > 10);
  }
}
