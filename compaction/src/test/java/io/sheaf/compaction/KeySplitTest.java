package io.sheaf.compaction;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeySplitTest {
  @Test
  void numbersAreCutEvenly() {
    Slice middle = KeySplit.between(TestRow.key(0, 0), TestRow.key(1_000, 0), 1, 2);
    assertTrue(Math.abs(middle.longAt(0) - 500) <= 6, middle::toString);
  }

  @Test
  void placesRiseBetweenTheEnds() {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    for (int round = 0; round < 10_000; round++) {
      Slice one = randomKey(random);
      Slice other = randomKey(random);
      Slice first = one.compareTo(other) <= 0 ? one : other;
      Slice last = one.compareTo(other) <= 0 ? other : one;
      Slice before = KeySplit.between(first, last, 0, 7);
      for (int i = 1; i < 7; i++) {
        Slice place = KeySplit.between(first, last, i, 7);
        String where = "seed " + seed + ": " + place + " between " + first + " and " + last;
        assertTrue(before.compareTo(place) <= 0, where);
        assertTrue(place.startsWith(commonPrefix(first, last)), where);
        before = place;
      }
    }
  }

  private static Slice commonPrefix(Slice first, Slice last) {
    return new Slice().set(first, 0, first.commonPrefixLength(last));
  }

  private static Slice randomKey(Random random) {
    byte[] key = new byte[random.nextInt(20)];
    random.nextBytes(key);
    if (random.nextBoolean()) {
      for (int i = 0; i < key.length / 2; i++) {
        key[i] = 7;
      }
    }
    return Slice.of(key);
  }
}
