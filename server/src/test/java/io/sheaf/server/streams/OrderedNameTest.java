package io.sheaf.server.streams;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class OrderedNameTest {
  @Test
  void keysAreInOrderOfTheirNames() {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] a = name(random);
      byte[] b = name(random);
      byte[] keyA = key(a, random);
      byte[] keyB = key(b, random);
      int byName = Integer.signum(Arrays.compareUnsigned(a, b));
      if (byName != 0) {
        assertEquals(byName, Integer.signum(Arrays.compareUnsigned(keyA, keyB)), "seed " + seed);
      }
      assertArrayEquals(a, OrderedName.decode(Slice.of(keyA), 1), "seed " + seed);
    }
  }

  /** A name of bytes that the coding knows, and some others. */
  private static byte[] name(Random random) {
    byte[] bytes = {0, 1, -1, 'a', 'b'};
    byte[] name = new byte[random.nextInt(5)];
    for (int i = 0; i < name.length; i++) {
      name[i] = bytes[random.nextInt(bytes.length)];
    }
    return name;
  }

  /** A key with the name in it, and something behind. */
  private static byte[] key(byte[] name, Random random) {
    byte[] encoded = OrderedName.encode(name);
    byte[] key = new byte[1 + encoded.length + 3];
    random.nextBytes(key);
    key[0] = 'g';
    System.arraycopy(encoded, 0, key, 1, encoded.length);
    return key;
  }
}
