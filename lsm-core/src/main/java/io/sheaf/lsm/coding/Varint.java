package io.sheaf.lsm.coding;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Unsigned numbers in 1 to 10 bytes: seven bits a byte, low bits first, the top bit set in every
 * byte but the last (LEB128). Signed numbers go through {@link #zigzag}.
 */
public final class Varint {
  /** Longest form, in bytes. */
  public static final int MAX_BYTES = 10;

  private Varint() {}

  /** Writes {@code value} at {@code offset} and returns the offset behind it. */
  public static long write(MemorySegment target, long offset, long value) {
    long at = offset;
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      target.set(ValueLayout.JAVA_BYTE, at++, (byte) (rest | 0x80));
      rest >>>= 7;
    }
    target.set(ValueLayout.JAVA_BYTE, at++, (byte) rest);
    return at;
  }

  /** Number of bytes that {@link #write} would write. */
  public static int length(long value) {
    return (63 - Long.numberOfLeadingZeros(value | 1)) / 7 + 1;
  }

  /** Maps small numbers of either sign to small unsigned ones. */
  public static long zigzag(long value) {
    return (value << 1) ^ (value >> 63);
  }

  /** Inverse of {@link #zigzag}. */
  public static long unzigzag(long value) {
    return (value >>> 1) ^ -(value & 1);
  }
}
