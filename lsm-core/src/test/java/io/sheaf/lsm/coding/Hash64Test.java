package io.sheaf.lsm.coding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class Hash64Test {
  /** Filters on disk hold bits of it: these values never change. */
  @Test
  void theValuesAreTheOnesOfTheFormat() {
    assertEquals(0x8a44_26a8_6a8a_ed3dL, Slice.utf8("").hash64());
    assertEquals(0xf8e0_73cf_3c1e_de0bL, Slice.utf8("a").hash64());
    assertEquals(0x49c6_6c2f_9910_e77cL, Slice.utf8("12345678").hash64());
    assertEquals(0x9467_302f_07fe_1781L, Slice.utf8("user:0000000042:message").hash64());
  }

  @Test
  void onAndOffTheHeapAndAtAnyPlaceTheSame() {
    byte[] bytes = new byte[64];
    Arrays.setAll(new Object[64], i -> bytes[i] = (byte) (i * 37));
    try (NativeBuffer memory = NativeBuffer.allocate(80)) {
      for (int length = 0; length <= 64; length++) {
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, memory.segment(), 3, length);
        assertEquals(
            Hash64.of(MemorySegment.ofArray(bytes), 0, length),
            Hash64.of(memory.segment(), 3, length));
      }
    }
  }

  @Test
  void consecutiveNumbersSpread() {
    byte[] key = new byte[16];
    MemorySegment segment = MemorySegment.ofArray(key);
    Set<Long> seen = new HashSet<>();
    int[] buckets = new int[256];
    int count = 100_000;
    for (int i = 0; i < count; i++) {
      key[15] = (byte) i;
      key[14] = (byte) (i >>> 8);
      key[13] = (byte) (i >>> 16);
      long hash = Hash64.of(segment, 0, key.length);
      seen.add(hash);
      buckets[(int) (hash & 255)]++;
    }
    assertEquals(count, seen.size());
    int lowest = Arrays.stream(buckets).min().orElse(0);
    int highest = Arrays.stream(buckets).max().orElse(0);
    // 391 a bucket on average with a deviation of 20.
    assertTrue(lowest > 290 && highest < 490, lowest + " to " + highest);
  }

  @Test
  void lengthCounts() {
    Set<Long> seen = new HashSet<>();
    MemorySegment zeros = MemorySegment.ofArray(new byte[64]);
    for (int length = 0; length <= 64; length++) {
      seen.add(Hash64.of(zeros, 0, length));
    }
    assertEquals(65, seen.size());
  }
}
