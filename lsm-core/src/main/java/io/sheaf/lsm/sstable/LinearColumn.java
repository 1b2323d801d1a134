package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.Varint;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A column of numbers that nearly follow a straight line (rising ids, sequence numbers, ends of
 * values), each of which is read by itself: what is stored for a row is how far it lies above the
 * line, in as many bits as the farthest one needs.
 *
 * <pre>
 * column := base:zigzag slope:zigzag width:1 residual*
 * value of row i = base + slope * i + residual i, modulo 2^64
 * residual i is the bits i * width to (i + 1) * width - 1, low bits of low bytes first
 * width is 0 to 56, or 64; the residuals fill whole bytes
 * </pre>
 *
 * <p>A residual is read as eight bytes at once, which may reach behind the column: a block has 20
 * bytes and more behind its last column.
 *
 * <p>A flyweight: {@link #open} points it at a column.
 *
 * <p><b>Thread safety.</b> None.
 *
 * <p><b>Source.</b> Lemire and Boytsov, "Decoding billions of integers per second through
 * vectorization", 2015, section 2.6 (frame of reference), with a line in place of the constant.
 */
final class LinearColumn {
  /** Widest residual that is read with one load whatever bit it begins at. */
  static final int MAX_PACKED_WIDTH = 56;

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private long position;
  private long base;
  private long slope;
  private long mask;
  private int width;

  /**
   * Points at the column of {@code rows} rows that {@code in} stands on and steps over it.
   *
   * @param origin added to each value
   */
  void open(ByteReader in, int rows, long origin) {
    base = origin + Varint.unzigzag(in.readVarint());
    slope = Varint.unzigzag(in.readVarint());
    width = in.readByte();
    if (width > MAX_PACKED_WIDTH && width != Long.SIZE) {
      throw new MalformedException("column of " + width + " bits");
    }
    mask = mask(width);
    position = in.position();
    in.position(position + residualBytes(rows, width));
  }

  /** Becomes a column that has {@code value} in every row. */
  void constant(long value) {
    base = value;
    slope = 0;
    width = 0;
    mask = 0;
    position = 0;
  }

  /** The value of {@code row}; {@code segment} is the block that the column was opened in. */
  long at(MemorySegment segment, int row) {
    int bit = row * width;
    return base + slope * row + (segment.get(LONG, position + (bit >>> 3)) >>> (bit & 7) & mask);
  }

  static long mask(int width) {
    return width == 0 ? 0 : -1L >>> (Long.SIZE - width);
  }

  static int residualBytes(int rows, int width) {
    return (rows * width + Byte.SIZE - 1) / Byte.SIZE;
  }
}
