package io.sheaf.lsm.sstable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import org.junit.jupiter.api.Test;

final class PrefixFilterTest {
  private static PrefixFilter filter(int hashes) {
    try (PrefixFilterBuilder builder = new PrefixFilterBuilder();
        GrowableBuffer bytes = new GrowableBuffer(16)) {
      for (int i = 0; i < hashes; i++) {
        builder.add(hash(i));
      }
      int estimated = builder.estimatedBytes();
      builder.finish(bytes);
      assertEquals(estimated, bytes.size());
      return PrefixFilter.parse(NativeBuffer.copyOf(bytes.segment().asSlice(0, bytes.size())));
    }
  }

  private static long hash(long number) {
    return Slice.of(TableFixture.key(number, number * 3)).hash64();
  }

  @Test
  void knowsAllThatIsInItAndFewOthers() {
    for (int hashes : new int[] {1, 7, 1000, 100_000}) {
      try (PrefixFilter filter = filter(hashes)) {
        for (int i = 0; i < hashes; i++) {
          assertTrue(filter.mayContain(hash(i)), "hash " + i + " of " + hashes);
        }
        int asked = 200_000;
        int wrong = 0;
        for (int i = 0; i < asked; i++) {
          wrong += filter.mayContain(hash(1_000_000L + i)) ? 1 : 0;
        }
        assertTrue(wrong < asked * 0.015, wrong + " of " + asked + " with " + hashes + " hashes");
      }
    }
  }

  @Test
  void takesTenBitsAHash() {
    try (PrefixFilter filter = filter(100_000)) {
      assertEquals(10.0, filter.memoryBytes() * 8.0 / 100_000, 0.1);
    }
  }

  @Test
  void refusesBytesThatAreNoFilter() {
    for (int length : new int[] {0, 4, 64, 67, 69}) {
      try (NativeBuffer bytes = NativeBuffer.allocate(length)) {
        assertThrows(MalformedException.class, () -> PrefixFilter.parse(bytes));
      }
    }
  }
}
