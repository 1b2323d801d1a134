package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.GrowableBuffer;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Collects hashes and makes a {@link PrefixFilter} of the size that fits their number.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> The creator closes it.
 */
final class PrefixFilterBuilder implements AutoCloseable {
  private static final int BITS_PER_HASH = 10;
  private static final int PROBES = 6;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final GrowableBuffer hashes = new GrowableBuffer(16 << 10);

  /** Adds the hash of a prefix or key. */
  void add(long hash) {
    hashes.putLong(hash);
  }

  /** Whether nothing was added. */
  boolean isEmpty() {
    return hashes.size() == 0;
  }

  /** Bytes that the filter will take. */
  int estimatedBytes() {
    return lines() * PrefixFilter.LINE_BYTES + Integer.BYTES;
  }

  private int lines() {
    long bits = (long) (hashes.size() / Long.BYTES) * BITS_PER_HASH;
    int lineBits = 1 << PrefixFilter.LINE_BITS_SHIFT;
    return (int) Math.max(1, (bits + lineBits - 1) / lineBits);
  }

  /** Appends the filter to {@code target}, which is empty. */
  void finish(GrowableBuffer target) {
    int lines = lines();
    int length = lines * PrefixFilter.LINE_BYTES;
    target.ensure(length + Integer.BYTES);
    target.segment().asSlice(0, length).fill((byte) 0);
    target.advance(length);
    for (int i = 0; i < hashes.size(); i += Long.BYTES) {
      PrefixFilter.add(hashes.segment().get(LONG, i), target.segment(), lines, PROBES);
    }
    target.putInt(PROBES);
  }

  @Override
  public void close() {
    hashes.close();
  }
}
