package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.NativeBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Says of a hash, of a prefix or a whole key, whether it may be one of those in the table: never
 * wrong with no, seldom with yes (about 1.2 % at 10 bits a hash). All bits of a hash lie in one
 * cache line.
 *
 * <pre>
 * filter := line* probes:4
 * line   := 64 bytes
 * line of a hash      = high 64 bits of hash * number of lines, unsigned
 * bit of probe p      = bits 1 + 9 p to 9 + 9 p of hash * 0x9E3779B97F4A7C15, modulo 2^64
 * </pre>
 *
 * <p><b>Thread safety.</b> Immutable. <b>Ownership.</b> Owns its memory; who opened it closes it.
 *
 * <p><b>Source.</b> Putze, Sanders, Singler, "Cache-, Hash- and Space-Efficient Bloom Filters",
 * 2007, section 3 (blocked filters).
 */
final class PrefixFilter implements AutoCloseable {
  static final int LINE_BYTES = 64;
  static final int LINE_BITS_SHIFT = 9;
  static final int MAX_PROBES = 7;

  private static final long MIX = 0x9E37_79B9_7F4A_7C15L;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final NativeBuffer memory;
  private final MemorySegment segment;
  private final long lines;
  private final int probes;

  private PrefixFilter(NativeBuffer memory, long lines, int probes) {
    this.memory = memory;
    this.segment = memory.segment();
    this.lines = lines;
    this.probes = probes;
  }

  /** Makes a filter of the block, whose reference it takes over. */
  static PrefixFilter parse(NativeBuffer block) {
    int length = block.capacity();
    if (length < LINE_BYTES + Integer.BYTES || length % LINE_BYTES != Integer.BYTES) {
      throw new MalformedException("filter of " + length + " bytes");
    }
    int probes = block.segment().get(BlockReader.INT, (long) length - Integer.BYTES);
    if (probes < 1 || probes > MAX_PROBES) {
      throw new MalformedException("filter of " + probes + " probes");
    }
    return new PrefixFilter(block, length / LINE_BYTES, probes);
  }

  /** Whether {@code hash} may be one of those in the filter. */
  boolean mayContain(long hash) {
    long line = line(hash, lines);
    long bits = bits(hash);
    for (int probe = 0; probe < probes; probe++) {
      int bit = bit(bits, probe);
      if ((segment.get(LONG, line + wordOffset(bit)) & (1L << (bit & 63))) == 0) {
        return false;
      }
    }
    return true;
  }

  /** Bytes of memory that it takes. */
  int memoryBytes() {
    return memory.capacity();
  }

  @Override
  public void close() {
    memory.close();
  }

  /** Adds {@code hash} to the {@code lines} lines at the beginning of {@code segment}. */
  static void add(long hash, MemorySegment segment, long lines, int probes) {
    long line = line(hash, lines);
    long bits = bits(hash);
    for (int probe = 0; probe < probes; probe++) {
      int bit = bit(bits, probe);
      long offset = line + wordOffset(bit);
      segment.set(LONG, offset, segment.get(LONG, offset) | (1L << (bit & 63)));
    }
  }

  private static long line(long hash, long lines) {
    return Math.unsignedMultiplyHigh(hash, lines) * LINE_BYTES;
  }

  private static long bits(long hash) {
    return (hash * MIX) >>> 1;
  }

  private static int bit(long bits, int probe) {
    return (int) (bits >>> (probe * LINE_BITS_SHIFT)) & ((1 << LINE_BITS_SHIFT) - 1);
  }

  private static int wordOffset(int bit) {
    return (bit >>> 6) << 3;
  }
}
