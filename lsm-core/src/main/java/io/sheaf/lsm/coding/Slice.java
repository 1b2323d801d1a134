package io.sheaf.lsm.coding;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A view of a run of bytes, on or off the heap: the currency in which keys and values are handed
 * about without copying. A slice is re-pointed rather than re-created, so that stepping over a
 * million rows allocates nothing.
 *
 * <p><b>Order.</b> Slices compare as unsigned bytes, the shorter first where one is a prefix of the
 * other. Equality is by content.
 *
 * <p><b>Thread safety.</b> None: one thread re-points, others may read after a safe hand-over.
 *
 * <p><b>Ownership.</b> A slice never owns what it points at. A slice handed out by a cursor is
 * valid until that cursor moves or is closed; who needs the bytes longer copies them with {@link
 * #toByteArray()}.
 */
public final class Slice implements Comparable<Slice> {
  private static final ValueLayout.OfLong LONG_BIG_ENDIAN =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT_BIG_ENDIAN =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final MemorySegment NOTHING = MemorySegment.ofArray(new byte[0]);
  private static final int SHOWN_BYTES = 64;

  private MemorySegment segment = NOTHING;
  private long offset;
  private int length;

  /** An empty slice, to be pointed somewhere with {@link #set}. */
  public Slice() {}

  /** A slice of all of {@code bytes}, which are not copied. */
  public static Slice of(byte[] bytes) {
    return new Slice().set(bytes);
  }

  /** A slice of {@code length} bytes of {@code bytes} from {@code offset}, which are not copied. */
  public static Slice of(byte[] bytes, int offset, int length) {
    return new Slice().set(MemorySegment.ofArray(bytes), offset, length);
  }

  /** A slice of the UTF-8 form of {@code text}. */
  public static Slice utf8(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A slice of a fresh heap copy of what {@code other} shows. */
  public static Slice copyOf(Slice other) {
    return of(other.toByteArray());
  }

  /** Points at all of {@code bytes}. */
  public Slice set(byte[] bytes) {
    return set(MemorySegment.ofArray(bytes), 0, bytes.length);
  }

  /**
   * Points at {@code length} bytes of {@code segment} from {@code offset}.
   *
   * @throws IndexOutOfBoundsException when the range is not inside the segment
   */
  public Slice set(MemorySegment segment, long offset, int length) {
    if ((offset | length) < 0 || offset > segment.byteSize() - length) {
      throw new IndexOutOfBoundsException(
          "bytes " + offset + " + " + length + " of " + segment.byteSize());
    }
    this.segment = segment;
    this.offset = offset;
    this.length = length;
    return this;
  }

  /** Points at what {@code other} points at. */
  public Slice set(Slice other) {
    this.segment = other.segment;
    this.offset = other.offset;
    this.length = other.length;
    return this;
  }

  /** Points at {@code length} bytes of {@code other} from its byte {@code from}. */
  public Slice set(Slice other, int from, int length) {
    checkRange(other, from, length);
    this.segment = other.segment;
    this.offset = other.offset + from;
    this.length = length;
    return this;
  }

  /** Points at nothing; the slice is empty afterwards. */
  public void clear() {
    segment = NOTHING;
    offset = 0;
    length = 0;
  }

  /** The memory pointed into; {@link #offset()} says where. */
  public MemorySegment segment() {
    return segment;
  }

  /** Offset of the first byte in {@link #segment()}, in bytes. */
  public long offset() {
    return offset;
  }

  /** Number of bytes. */
  public int length() {
    return length;
  }

  /** Whether there are no bytes. */
  public boolean isEmpty() {
    return length == 0;
  }

  /** The byte at {@code index}. */
  public byte byteAt(int index) {
    if (index < 0 || index >= length) {
      throw new IndexOutOfBoundsException("byte " + index + " of " + length);
    }
    return segment.get(ValueLayout.JAVA_BYTE, offset + index);
  }

  /** The eight bytes from {@code index} as a big-endian number: order of numbers is byte order. */
  public long longAt(int index) {
    checkRange(this, index, Long.BYTES);
    return segment.get(LONG_BIG_ENDIAN, offset + index);
  }

  /**
   * The first eight bytes as an unsigned big-endian number, filled with zeros at the end: a
   * different head decides the order of two slices, an equal one does not.
   */
  public long head() {
    return head(segment, offset, length);
  }

  /** See {@link #head()}; for bytes that no slice points at. */
  public static long head(MemorySegment segment, long offset, int length) {
    if (length >= Long.BYTES) {
      return segment.get(LONG_BIG_ENDIAN, offset);
    }
    long head = 0;
    for (int i = 0; i < length; i++) {
      head |= (segment.get(ValueLayout.JAVA_BYTE, offset + i) & 0xFFL) << (56 - 8 * i);
    }
    return head;
  }

  @Override
  public int compareTo(Slice other) {
    return compare(segment, offset, length, other.segment, other.offset, other.length);
  }

  /** Compares two runs of bytes in the order of {@link #compareTo}. */
  public static int compare(
      MemorySegment a, long aOffset, int aLength, MemorySegment b, long bOffset, int bLength) {
    int common = Math.min(aLength, bLength);
    int i = 0;
    for (; i <= common - Long.BYTES; i += Long.BYTES) {
      long x = a.get(LONG_BIG_ENDIAN, aOffset + i);
      long y = b.get(LONG_BIG_ENDIAN, bOffset + i);
      if (x != y) {
        return Long.compareUnsigned(x, y);
      }
    }
    if (i <= common - Integer.BYTES) {
      int x = a.get(INT_BIG_ENDIAN, aOffset + i);
      int y = b.get(INT_BIG_ENDIAN, bOffset + i);
      if (x != y) {
        return Integer.compareUnsigned(x, y);
      }
      i += Integer.BYTES;
    }
    for (; i < common; i++) {
      int x = a.get(ValueLayout.JAVA_BYTE, aOffset + i) & 0xFF;
      int y = b.get(ValueLayout.JAVA_BYTE, bOffset + i) & 0xFF;
      if (x != y) {
        return x - y;
      }
    }
    return aLength - bLength;
  }

  /** Number of leading bytes that both slices share. */
  public int commonPrefixLength(Slice other) {
    int common = Math.min(length, other.length);
    int i = 0;
    for (; i <= common - Long.BYTES; i += Long.BYTES) {
      long difference =
          segment.get(LONG_BIG_ENDIAN, offset + i)
              ^ other.segment.get(LONG_BIG_ENDIAN, other.offset + i);
      if (difference != 0) {
        return i + Long.numberOfLeadingZeros(difference) / Byte.SIZE;
      }
    }
    while (i < common
        && segment.get(ValueLayout.JAVA_BYTE, offset + i)
            == other.segment.get(ValueLayout.JAVA_BYTE, other.offset + i)) {
      i++;
    }
    return i;
  }

  /** Whether the first bytes are those of {@code prefix}. */
  public boolean startsWith(Slice prefix) {
    return length >= prefix.length
        && compare(segment, offset, prefix.length, prefix.segment, prefix.offset, prefix.length)
            == 0;
  }

  /** A fresh copy of the bytes. */
  public byte[] toByteArray() {
    byte[] copy = new byte[length];
    copyTo(copy, 0);
    return copy;
  }

  /** Copies the bytes to {@code target} from {@code targetOffset}. */
  public void copyTo(byte[] target, int targetOffset) {
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, target, targetOffset, length);
  }

  /** Copies the bytes to {@code target} from {@code targetOffset}. */
  public void copyTo(MemorySegment target, long targetOffset) {
    int length = this.length;
    if (length < Long.BYTES || length > 2 * Long.BYTES) {
      MemorySegment.copy(segment, offset, target, targetOffset, length);
      return;
    }
    // Most keys: two longs that may overlap take less time than the call that copies.
    int last = length - Long.BYTES;
    long head = segment.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
    long tail = segment.get(ValueLayout.JAVA_LONG_UNALIGNED, offset + last);
    target.set(ValueLayout.JAVA_LONG_UNALIGNED, targetOffset, head);
    target.set(ValueLayout.JAVA_LONG_UNALIGNED, targetOffset + last, tail);
  }

  /** A 64-bit hash of the bytes, see {@link Hash64}; the same in every process. */
  public long hash64() {
    return Hash64.of(segment, offset, length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Slice that && length == that.length && compareTo(that) == 0;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(hash64());
  }

  /** The bytes as text where all are printable ASCII, else in hexadecimal; long ones are cut. */
  @Override
  public String toString() {
    int shown = Math.min(length, SHOWN_BYTES);
    byte[] bytes = new byte[shown];
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, bytes, 0, shown);
    boolean printable = true;
    for (byte b : bytes) {
      printable &= b >= 0x20 && b < 0x7F;
    }
    String text =
        printable
            ? "'" + new String(bytes, StandardCharsets.US_ASCII) + "'"
            : "0x" + HexFormat.of().formatHex(bytes);
    return shown < length ? text + "… (" + length + " bytes)" : text;
  }

  private static void checkRange(Slice slice, int from, int length) {
    if ((from | length) < 0 || from > slice.length - length) {
      throw new IndexOutOfBoundsException("bytes " + from + " + " + length + " of " + slice.length);
    }
  }
}
