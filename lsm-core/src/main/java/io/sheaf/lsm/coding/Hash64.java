package io.sheaf.lsm.coding;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A fast 64-bit hash of short byte strings, for filters and hash tables. It is part of the file
 * format (filters hold its bits), so it never changes for a format version.
 *
 * <p>Eight bytes at a time are folded in by a 64 × 64 → 128 bit multiplication whose halves are
 * combined by exclusive or; the last bytes are read zero-filled and the length enters the seed.
 *
 * <p><b>Source.</b> The folding multiplication of Wang Yi, Diep Bui et al., "wyhash" (2019).
 */
public final class Hash64 {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final long SEED = 0x5A17_B0F1_53C2_9E6DL;
  private static final long K0 = 0xA076_1D64_78BD_642FL;
  private static final long K1 = 0xE703_7ED1_A0B4_28DBL;

  private Hash64() {}

  /** The hash of {@code length} bytes of {@code segment} from {@code offset}. */
  public static long of(MemorySegment segment, long offset, int length) {
    long hash = SEED ^ (length * K1);
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      hash = fold(hash ^ K0, segment.get(LONG, offset + i) ^ K1);
    }
    if (i < length) {
      long tail = 0;
      for (int shift = 0; i < length; i++, shift += Byte.SIZE) {
        tail |= (segment.get(ValueLayout.JAVA_BYTE, offset + i) & 0xFFL) << shift;
      }
      hash = fold(hash ^ K0, tail ^ K1);
    }
    return fold(hash ^ K1, K0);
  }

  private static long fold(long a, long b) {
    return (a * b) ^ Math.unsignedMultiplyHigh(a, b);
  }
}
