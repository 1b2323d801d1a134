package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.Varint;

/** Writes a {@link LinearColumn}. */
final class LinearColumnWriter {
  private LinearColumnWriter() {}

  /** Appends the first {@code count} of {@code values}, at least one, as a column. */
  static void append(long[] values, int count, GrowableBuffer target) {
    // Along the line from the first to the last value, or flat: whichever lies closer.
    long rise = count > 1 ? Math.floorDiv(values[count - 1] - values[0], count - 1) : 0;
    long slope = width(values, count, rise) < width(values, count, 0) ? rise : 0;
    long lowest = lowest(values, count, slope);
    int width = width(values, count, slope);
    target.putVarint(Varint.zigzag(lowest));
    target.putVarint(Varint.zigzag(slope));
    target.putByte(width);
    appendResiduals(values, count, lowest, slope, width, target);
  }

  private static void appendResiduals(
      long[] values, int count, long lowest, long slope, int width, GrowableBuffer target) {
    if (width == 0) {
      return;
    }
    if (width == Long.SIZE) {
      for (int i = 0; i < count; i++) {
        target.putLong(values[i] - slope * i - lowest);
      }
      return;
    }
    int end = target.size() + LinearColumn.residualBytes(count, width);
    long bits = 0;
    int held = 0;
    for (int i = 0; i < count; i++) {
      bits |= (values[i] - slope * i - lowest) << held;
      held += width;
      while (held >= Byte.SIZE) {
        target.putByte((int) bits);
        bits >>>= Byte.SIZE;
        held -= Byte.SIZE;
      }
    }
    if (held > 0) {
      target.putByte((int) bits);
    }
    assert target.size() == end;
  }

  private static long lowest(long[] values, int count, long slope) {
    long lowest = values[0];
    for (int i = 1; i < count; i++) {
      lowest = Math.min(lowest, values[i] - slope * i);
    }
    return lowest;
  }

  /** Bits that residuals along this slope need. */
  private static int width(long[] values, int count, long slope) {
    long lowest = values[0];
    long highest = values[0];
    for (int i = 1; i < count; i++) {
      long above = values[i] - slope * i;
      lowest = Math.min(lowest, above);
      highest = Math.max(highest, above);
    }
    // The difference may overflow; as an unsigned number it is right all the same.
    int width = Long.SIZE - Long.numberOfLeadingZeros(highest - lowest);
    return width > LinearColumn.MAX_PACKED_WIDTH ? Long.SIZE : width;
  }
}
