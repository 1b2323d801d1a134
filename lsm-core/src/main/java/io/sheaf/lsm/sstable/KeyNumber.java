package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.Slice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The number that the last eight bytes of a key are, big-endian; all its bytes where it is shorter.
 * Among keys of one length that agree in the bytes before, the order of the numbers (unsigned) is
 * the order of the keys.
 */
final class KeyNumber {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private KeyNumber() {}

  /** The number of the key of {@code length} bytes at {@code offset}. */
  static long of(MemorySegment segment, long offset, int length) {
    if (length >= Long.BYTES) {
      return segment.get(LONG, offset + length - Long.BYTES);
    }
    return length == 0 ? 0 : head(Slice.head(segment, offset, length), length);
  }

  /** Number of a key of {@code length} bytes, at most 8, with this {@link Slice#head()}. */
  private static long head(long head, int length) {
    return head >>> (Long.SIZE - Byte.SIZE * length);
  }

  /** Overwrites the bytes of the key at {@code offset} that its number stands for. */
  static void put(MemorySegment segment, long offset, int length, long number) {
    if (length >= Long.BYTES) {
      segment.set(LONG, offset + length - Long.BYTES, number);
      return;
    }
    for (int i = length - 1, shift = 0; i >= 0; i--, shift += Byte.SIZE) {
      segment.set(ValueLayout.JAVA_BYTE, offset + i, (byte) (number >>> shift));
    }
  }
}
