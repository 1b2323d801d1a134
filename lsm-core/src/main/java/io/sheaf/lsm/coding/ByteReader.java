package io.sheaf.lsm.coding;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Reads numbers and byte strings in order from memory that is not trusted: no step goes past the
 * limit, whatever the bytes say. Numbers are little-endian.
 *
 * <p><b>Errors.</b> Every read throws {@link MalformedException} when the bytes end too early or
 * make no sense; who knows the file turns it into a {@code CorruptionException} that names it.
 *
 * <p><b>Thread safety.</b> None.
 */
public final class ByteReader {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private MemorySegment segment = MemorySegment.NULL;
  private long position;
  private long limit;

  /** A reader of nothing, to be pointed somewhere with {@link #set}. */
  public ByteReader() {}

  /** A reader of all bytes of {@code slice}. */
  public static ByteReader of(Slice slice) {
    return new ByteReader().set(slice.segment(), slice.offset(), slice.length());
  }

  /** Points at {@code length} bytes of {@code segment} from {@code offset}. */
  public ByteReader set(MemorySegment segment, long offset, long length) {
    if ((offset | length) < 0 || offset > segment.byteSize() - length) {
      throw new MalformedException(
          "bytes " + offset + " + " + length + " of " + segment.byteSize());
    }
    this.segment = segment;
    this.position = offset;
    this.limit = offset + length;
    return this;
  }

  /** Offset of the next byte in the memory, in bytes. */
  public long position() {
    return position;
  }

  /** Moves to {@code position}, an offset in the memory. */
  public void position(long position) {
    if (position < 0 || position > limit) {
      throw new MalformedException("position " + position + " past the end at " + limit);
    }
    this.position = position;
  }

  /** Number of bytes left. */
  public long remaining() {
    return limit - position;
  }

  /** The next byte, 0 to 255. */
  public int readByte() {
    need(1);
    return segment.get(ValueLayout.JAVA_BYTE, position++) & 0xFF;
  }

  /** The next four bytes. */
  public int readInt() {
    need(Integer.BYTES);
    int value = segment.get(INT, position);
    position += Integer.BYTES;
    return value;
  }

  /** The next eight bytes. */
  public long readLong() {
    need(Long.BYTES);
    long value = segment.get(LONG, position);
    position += Long.BYTES;
    return value;
  }

  /** The next {@link Varint}. */
  public long readVarint() {
    if (limit - position >= Long.BYTES) {
      long word = segment.get(LONG, position);
      long ends = ~word & 0x8080_8080_8080_8080L;
      if (ends != 0) {
        int bytes = (Long.numberOfTrailingZeros(ends) >>> 3) + 1;
        position += bytes;
        return joined(word & (-1L >>> (Long.SIZE - Byte.SIZE * bytes)));
      }
    }
    return readLongVarint();
  }

  /** The low seven bits of each byte of {@code word}, joined: pairs of bytes first. */
  private static long joined(long word) {
    long pairs = (word & 0x007F_007F_007F_007FL) | ((word & 0x7F00_7F00_7F00_7F00L) >>> 1);
    long fours = (pairs & 0x0000_3FFF_0000_3FFFL) | ((pairs & 0x3FFF_0000_3FFF_0000L) >>> 2);
    return (fours & 0x0000_0000_0FFF_FFFFL) | ((fours & 0x0FFF_FFFF_0000_0000L) >>> 4);
  }

  /** Byte by byte: near the limit, or of more than eight bytes. */
  private long readLongVarint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int b = readByte();
      value |= (long) (b & 0x7F) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    throw new MalformedException("number of more than 10 bytes at " + position);
  }

  /** The next varint as a count or length from 0 to {@code highest}. */
  public int readCount(long highest) {
    long value = readVarint();
    if (value < 0 || value > highest || value > Integer.MAX_VALUE) {
      throw new MalformedException("count " + value + " above " + highest);
    }
    return (int) value;
  }

  /** Points {@code into} at the next {@code length} bytes and steps over them. */
  public Slice readBytes(int length, Slice into) {
    need(length);
    into.set(segment, position, length);
    position += length;
    return into;
  }

  /** Points {@code into} at the next byte string, which is preceded by its length. */
  public Slice readLengthPrefixed(Slice into) {
    return readBytes(readCount(remaining()), into);
  }

  /** A copy of the next byte string, which is preceded by its length. */
  public byte[] readLengthPrefixed() {
    return readLengthPrefixed(new Slice()).toByteArray();
  }

  private void need(int bytes) {
    if (bytes < 0 || limit - position < bytes) {
      throw new MalformedException(
          bytes + " bytes wanted at " + position + ", " + (limit - position) + " left");
    }
  }

  /** Bytes that cannot be what they should be. */
  public static final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what was wanted and what was found. */
    public MalformedException(String message) {
      super(message);
    }
  }
}
