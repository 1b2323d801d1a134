package io.sheaf.lsm.memtable;

import io.sheaf.lsm.coding.NativeBuffer;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Memory off the heap that is handed out piece by piece and given back all at once: what a memtable
 * is built in.
 *
 * <p><b>Addresses.</b> A piece is named by an int that counts units of four bytes, so that a link
 * between two pieces takes four bytes and 16 GB can be reached:
 *
 * <pre>
 *   31            18 17             0
 *   +---------------+----------------+
 *   |     chunk     | offset / 4     |
 *   +---------------+----------------+
 * </pre>
 *
 * Chunks grow from 4 KB to 1 MB as the arena does; a piece too large for the rest of the current
 * chunk and larger than 256 KB gets a chunk of its own, and may be larger than 1 MB, since only its
 * beginning needs an address. The first unit of a chunk is not used, so no piece has the address 0.
 *
 * <p><b>Thread safety.</b> One thread allocates. A piece may be read by any thread that got its
 * address, directly or by way of another piece, through an acquire that matches a release made
 * after it was allocated: the table of chunks is then at least as new as the address.
 *
 * <p><b>Ownership.</b> The creator closes it when no reader is left; every access after that throws
 * (the table of chunks is empty then), except through segments obtained before.
 */
public final class ChunkArena implements AutoCloseable {
  /** Bytes of one address unit; every piece begins at a multiple of it. */
  public static final int UNIT_BYTES = 4;

  private static final int CHUNK_SHIFT = 18;
  private static final int OFFSET_MASK = (1 << CHUNK_SHIFT) - 1;
  private static final int MAX_CHUNKS = 1 << (32 - CHUNK_SHIFT);
  private static final int SMALLEST_CHUNK_BYTES = 4 << 10;
  private static final int LARGEST_CHUNK_BYTES = ChunkPool.CHUNK_BYTES;
  private static final int OWN_CHUNK_BYTES = LARGEST_CHUNK_BYTES / 4;

  /** Larger buffers come from the system as they are, smaller ones in the pool's sizes. */
  private static final int LARGEST_POOLED_BYTES = 4 << 20;

  private static final MemorySegment[] NONE = new MemorySegment[0];

  private final ChunkPool pool;
  private MemorySegment[] segments = new MemorySegment[16];
  private NativeBuffer[] buffers = new NativeBuffer[16];
  private int chunks;

  private int current;
  private int currentUsed;
  private int currentBytes;
  private volatile long memoryBytes;

  /** An arena that has taken no memory yet, and takes its full-size chunks from {@code pool}. */
  public ChunkArena(ChunkPool pool) {
    this.pool = pool;
  }

  /**
   * Takes a piece, whose content is undefined.
   *
   * @return its address
   * @throws OutOfMemoryError when no memory is left; the arena is as before
   * @throws IllegalArgumentException when the piece would be larger than 1 GB
   */
  public int allocate(long sizeBytes) {
    long rounded = (sizeBytes + UNIT_BYTES - 1) & -UNIT_BYTES;
    if (rounded > currentBytes - currentUsed) {
      if (rounded > OWN_CHUNK_BYTES) {
        return allocateOwnChunk(rounded);
      }
      int chunkBytes = Math.clamp(memoryBytes, SMALLEST_CHUNK_BYTES, LARGEST_CHUNK_BYTES);
      chunkBytes = Integer.highestOneBit(Math.max(chunkBytes, (int) rounded * 2));
      current = addChunk(chunkBytes);
      currentUsed = UNIT_BYTES;
      currentBytes = chunkBytes;
    }
    int address = current << CHUNK_SHIFT | currentUsed / UNIT_BYTES;
    currentUsed += (int) rounded;
    return address;
  }

  private int allocateOwnChunk(long sizeBytes) {
    if (sizeBytes > 1 << 30) {
      throw new IllegalArgumentException(
          "an entry of " + sizeBytes + " bytes is larger than a memtable takes (1 GB)");
    }
    return addChunk(pooledBytes((int) sizeBytes + UNIT_BYTES)) << CHUNK_SHIFT | 1;
  }

  /** The size that the pool really gives for a request: four sizes for each doubling. */
  private static int pooledBytes(int sizeBytes) {
    if (sizeBytes > LARGEST_POOLED_BYTES) {
      return sizeBytes;
    }
    int step = Integer.highestOneBit(sizeBytes - 1) / 4;
    return (sizeBytes + step - 1) & -step;
  }

  private int addChunk(int sizeBytes) {
    if (chunks == MAX_CHUNKS) {
      throw new OutOfMemoryError("a memtable reaches no more than 16 GB");
    }
    NativeBuffer buffer =
        sizeBytes == LARGEST_CHUNK_BYTES ? pool.take() : NativeBuffer.allocate(sizeBytes);
    if (chunks == segments.length) {
      // Readers go on with the array they have; it holds all they can have an address of.
      segments = Arrays.copyOf(segments, chunks * 2);
      buffers = Arrays.copyOf(buffers, chunks * 2);
    }
    buffers[chunks] = buffer;
    segments[chunks] = buffer.segment();
    setMemoryBytes(memoryBytes + sizeBytes);
    return chunks++;
  }

  private void setMemoryBytes(long bytes) {
    memoryBytes = bytes;
  }

  /**
   * The chunk that the piece at {@code address} lies in, from byte {@link #offset} on.
   *
   * @throws IndexOutOfBoundsException when the arena is closed
   */
  public MemorySegment segment(int address) {
    return segments[address >>> CHUNK_SHIFT];
  }

  /** Offset in bytes at which the piece at {@code address} begins in its {@link #segment}. */
  public static long offset(int address) {
    return (long) (address & OFFSET_MASK) * UNIT_BYTES;
  }

  /** Memory taken, in bytes, unused parts of chunks included; any thread may ask. */
  public long memoryBytes() {
    return memoryBytes;
  }

  /** Gives the memory back; may be called more than once. */
  @Override
  public void close() {
    segments = NONE;
    int open = chunks;
    chunks = 0;
    currentBytes = 0;
    currentUsed = 0;
    setMemoryBytes(0);
    for (int i = 0; i < open; i++) {
      if (buffers[i].capacity() == LARGEST_CHUNK_BYTES) {
        pool.give(buffers[i]);
      } else {
        buffers[i].close();
      }
    }
  }
}
