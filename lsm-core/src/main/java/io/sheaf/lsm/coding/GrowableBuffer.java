package io.sheaf.lsm.coding;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Bytes that are appended, off the heap: what blocks and records are built in. Numbers are
 * little-endian.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> The creator closes it; views of its memory are
 * valid until the next append, which may move it.
 */
public final class GrowableBuffer implements AutoCloseable {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private NativeBuffer memory;
  private MemorySegment segment;
  private int size;

  /** An empty buffer with room for {@code capacity} bytes. */
  public GrowableBuffer(int capacity) {
    memory = NativeBuffer.allocate(Math.max(capacity, 64));
    segment = memory.segment();
  }

  /** Number of bytes appended. */
  public int size() {
    return size;
  }

  /** Forgets the bytes from {@code size} on. */
  public void truncate(int size) {
    if (size < 0 || size > this.size) {
      throw new IndexOutOfBoundsException("truncate to " + size + " of " + this.size);
    }
    this.size = size;
  }

  /** Forgets everything. */
  public void clear() {
    size = 0;
  }

  /** The memory; bytes 0 to {@link #size()} are meaningful. */
  public MemorySegment segment() {
    return segment;
  }

  /** A view of bytes {@code offset} to {@code offset + length} for channels and codecs. */
  public ByteBuffer byteBuffer(int offset, int length) {
    return memory.byteBuffer(offset, length);
  }

  /** Makes room for {@code bytes} more, so that a codec can write at {@link #size()}. */
  public void ensure(int bytes) {
    long needed = (long) size + bytes;
    if (needed <= memory.capacity()) {
      return;
    }
    if (needed > Integer.MAX_VALUE - 16) {
      throw new IllegalArgumentException("buffer of more than 2 GB: " + needed + " bytes");
    }
    int capacity = (int) Math.min(Integer.MAX_VALUE - 16, Math.max(needed, memory.capacity() * 2L));
    NativeBuffer larger = NativeBuffer.allocate(capacity);
    MemorySegment.copy(segment, 0, larger.segment(), 0, size);
    memory.close();
    memory = larger;
    segment = larger.segment();
  }

  /** Counts {@code bytes} written directly at {@link #size()} after {@link #ensure}. */
  public void advance(int bytes) {
    if (bytes < 0 || size + bytes > memory.capacity()) {
      throw new IndexOutOfBoundsException("advance by " + bytes + " at " + size);
    }
    size += bytes;
  }

  /** Appends one byte. */
  public void putByte(int value) {
    ensure(1);
    segment.set(ValueLayout.JAVA_BYTE, size++, (byte) value);
  }

  /** Appends four bytes, little-endian. */
  public void putInt(int value) {
    ensure(Integer.BYTES);
    segment.set(INT, size, value);
    size += Integer.BYTES;
  }

  /** Appends eight bytes, little-endian. */
  public void putLong(long value) {
    ensure(Long.BYTES);
    segment.set(LONG, size, value);
    size += Long.BYTES;
  }

  /** Overwrites the four bytes at {@code offset}, little-endian. */
  public void setInt(int offset, int value) {
    segment.set(INT, offset, value);
  }

  /** Appends an unsigned variable-length number of 1 to 10 bytes, see {@link Varint}. */
  public void putVarint(long value) {
    ensure(Varint.MAX_BYTES);
    size = (int) Varint.write(segment, size, value);
  }

  /** Appends the bytes of {@code slice}. */
  public void putBytes(Slice slice) {
    ensure(slice.length());
    slice.copyTo(segment, size);
    size += slice.length();
  }

  /** Appends {@code length} bytes of {@code source} from {@code offset}. */
  public void putBytes(MemorySegment source, long offset, int length) {
    ensure(length);
    MemorySegment.copy(source, offset, segment, size, length);
    size += length;
  }

  /** Appends the length of {@code slice} as a varint, then its bytes. */
  public void putLengthPrefixed(Slice slice) {
    putVarint(slice.length());
    putBytes(slice);
  }

  @Override
  public void close() {
    if (memory.references() > 0) {
      memory.close();
    }
  }
}
