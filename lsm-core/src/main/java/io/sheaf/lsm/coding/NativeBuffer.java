package io.sheaf.lsm.coding;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * A piece of memory off the heap, from Netty's pool, with a counted lifetime: what blocks, memtable
 * chunks and I/O buffers are made of.
 *
 * <p><b>Thread safety.</b> {@link #retain}, {@link #tryRetain} and {@link #close} may be called by
 * any thread; the bytes themselves are guarded by whoever shares them.
 *
 * <p><b>Ownership.</b> A new buffer counts one reference, its creator's. Each {@link #retain} is
 * matched by one {@link #close}; the last one gives the memory back, after which every access
 * throws. Slices of the memory must not outlive the reference of who made them.
 *
 * <p>The references are counted here and not by Netty's buffer: Netty hands the buffer object out
 * again for other memory once it is released, so that a late {@link #tryRetain} would find it alive
 * and take hold of a stranger's memory.
 */
public final class NativeBuffer implements AutoCloseable {
  private static final PooledByteBufAllocator POOL = PooledByteBufAllocator.DEFAULT;

  private static final AtomicIntegerFieldUpdater<NativeBuffer> REFERENCES =
      AtomicIntegerFieldUpdater.newUpdater(NativeBuffer.class, "references");

  private final ByteBuf memory;

  /** The memory from its position to its limit; nobody moves them. Slices of it are cheap. */
  private final ByteBuffer view;

  private final MemorySegment segment;
  private final int capacity;
  private volatile int references = 1;
  private int uses;

  private NativeBuffer(ByteBuf memory, int capacity) {
    this.memory = memory;
    this.capacity = capacity;
    this.view = memory.internalNioBuffer(0, capacity); // nobody else asks this ByteBuf for it
    this.segment = MemorySegment.ofBuffer(view);
  }

  /**
   * A buffer of {@code capacity} bytes, whose content is undefined.
   *
   * @throws OutOfMemoryError when the limit of direct memory is reached
   */
  public static NativeBuffer allocate(int capacity) {
    if (capacity < 0) {
      throw new IllegalArgumentException("capacity is negative: " + capacity);
    }
    return new NativeBuffer(POOL.directBuffer(capacity, capacity), capacity);
  }

  /** A buffer with a copy of {@code source}. */
  public static NativeBuffer copyOf(MemorySegment source) {
    NativeBuffer copy = allocate(Math.toIntExact(source.byteSize()));
    MemorySegment.copy(source, 0, copy.segment, 0, source.byteSize());
    return copy;
  }

  /**
   * The memory, {@link #capacity()} bytes.
   *
   * @throws IllegalStateException after the last reference was given back
   */
  public MemorySegment segment() {
    checkLive();
    return segment;
  }

  /** A view of {@code length} bytes from {@code offset} for channels and codecs. */
  public ByteBuffer byteBuffer(int offset, int length) {
    checkLive();
    Objects.checkFromIndexSize(offset, length, capacity);
    return view.slice(view.position() + offset, length);
  }

  /** Size in bytes. */
  public int capacity() {
    return capacity;
  }

  /** Counts one more reference; the caller must hold one. */
  public NativeBuffer retain() {
    if (!tryRetain()) {
      throw released();
    }
    return this;
  }

  /** Counts one more reference unless the last one is gone already; returns whether it did. */
  public boolean tryRetain() {
    int count = references;
    while (count > 0) {
      if (REFERENCES.compareAndSet(this, count, count + 1)) {
        return true;
      }
      count = references;
    }
    return false;
  }

  /**
   * Counts a use, for who wants to know roughly how often there was one: uses by several threads at
   * the same time may count once.
   *
   * @return the number of uses so far, this one included, in 32 bits
   */
  public int countUse() {
    return ++uses;
  }

  /** Number of references, for checks. */
  public int references() {
    return references;
  }

  /**
   * Gives one reference back.
   *
   * @throws IllegalStateException when there is none left to give
   */
  @Override
  public void close() {
    int count = references;
    while (count > 0) {
      if (REFERENCES.compareAndSet(this, count, count - 1)) {
        if (count == 1) {
          memory.release();
        }
        return;
      }
      count = references;
    }
    throw released();
  }

  private void checkLive() {
    if (references == 0) {
      throw released();
    }
  }

  private static IllegalStateException released() {
    return new IllegalStateException("buffer is released");
  }
}
