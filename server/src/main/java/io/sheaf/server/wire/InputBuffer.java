package io.sheaf.server.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a client that are not yet executed. Grows with what has come, never with what a
 * client says will come; holds no memory while it is empty.
 *
 * <p><b>Thread safety.</b> One thread at a time.
 *
 * <p><b>Ownership.</b> Who made it closes it. {@link #array} and {@link #segment} change with
 * {@link #append}.
 */
public final class InputBuffer implements AutoCloseable {
  private static final int LEAST_BYTES = 4 << 10;
  private static final int LARGE_BYTES = 1 << 20;
  private static final byte[] NOTHING = {};
  private static final MemorySegment NO_SEGMENT = MemorySegment.ofArray(NOTHING);

  private final ByteBufAllocator allocator;
  private @Nullable ByteBuf buffer;
  private byte[] array = NOTHING;
  private MemorySegment segment = NO_SEGMENT;
  private int start;
  private int end;

  /** Empty, with memory from {@code allocator}. */
  public InputBuffer(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  /** Over {@code bytes}, which stay as they are from now on. */
  InputBuffer(byte[] bytes) {
    this(UnpooledByteBufAllocator.DEFAULT);
    array = bytes;
    segment = MemorySegment.ofArray(bytes);
    end = bytes.length;
  }

  /** Copies what {@code bytes} holds behind what is there; {@code bytes} stays the caller's. */
  public void append(ByteBuf bytes) {
    int length = bytes.readableBytes();
    if (length == 0) {
      return;
    }
    reserve(length);
    bytes.readBytes(array, end, length);
    end += length;
  }

  private void reserve(int more) {
    ByteBuf old = buffer;
    if (old != null && old.arrayOffset() + old.capacity() - end >= more) {
      return;
    }
    int kept = size();
    if (old != null && old.capacity() - kept >= more && kept <= old.capacity() / 2) {
      System.arraycopy(array, start, array, old.arrayOffset(), kept);
      start = old.arrayOffset();
    } else {
      int needed = Math.addExact(kept, more);
      ByteBuf larger = allocator.heapBuffer(Math.max(LEAST_BYTES, grown(needed)));
      System.arraycopy(array, start, larger.array(), larger.arrayOffset(), kept);
      buffer = larger;
      array = larger.array();
      segment = MemorySegment.ofArray(array);
      start = larger.arrayOffset();
      if (old != null) {
        old.release();
      }
    }
    end = start + kept;
  }

  /** Somewhat more, so that bytes that come one by one are not copied one by one. */
  private static int grown(int bytes) {
    return bytes < LARGE_BYTES
        ? Integer.highestOneBit(Math.max(1, bytes - 1)) << 1
        : (int) Math.min(Integer.MAX_VALUE - 8L, bytes + (long) bytes / 4);
  }

  /** Forgets the first {@code bytes} bytes. */
  public void consume(int bytes) {
    if (bytes < 0 || bytes > size()) {
      throw new IllegalArgumentException("cannot consume " + bytes + " bytes of " + size());
    }
    start += bytes;
    if (start == end) {
      close();
    }
  }

  /** Number of bytes. */
  public int size() {
    return end - start;
  }

  /** Memory held, in bytes. */
  public int capacityBytes() {
    ByteBuf held = buffer;
    return held == null ? 0 : held.capacity();
  }

  /** What holds the bytes, from {@link #start} on. */
  byte[] array() {
    return array;
  }

  /** The same as memory. */
  MemorySegment segment() {
    return segment;
  }

  /** Index of the first byte in {@link #array}. */
  int start() {
    return start;
  }

  /** Index behind the last byte in {@link #array}. */
  int end() {
    return end;
  }

  /** Forgets all bytes and gives the memory back. */
  @Override
  public void close() {
    ByteBuf held = buffer;
    buffer = null;
    array = NOTHING;
    segment = NO_SEGMENT;
    start = 0;
    end = 0;
    if (held != null) {
      held.release();
    }
  }
}
