package io.sheaf.lsm.memtable;

import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.io.SystemMemory;
import java.util.ArrayDeque;

/**
 * Full-size chunks that memtables have given back, kept for the next ones: memory fresh from the
 * operating system is cleared page by page when it is first written to, which took a fifth of the
 * time of the writing thread.
 *
 * <p>What is kept is charged to {@link MemoryBudget.Use#MEMTABLES}.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> The creator closes it,
 * perhaps before the last memtable is closed: chunks that come after that are freed.
 */
public final class ChunkPool implements AutoCloseable {
  /** Size of a chunk in bytes. */
  public static final int CHUNK_BYTES = 1 << 20;

  private final ArrayDeque<NativeBuffer> kept = new ArrayDeque<>();
  private final MemoryBudget budget;
  private final long mostChunks;
  private boolean closed;

  /** A pool that keeps up to {@code mostBytes}. */
  public ChunkPool(MemoryBudget budget, long mostBytes) {
    this.budget = budget;
    this.mostChunks = mostBytes / CHUNK_BYTES;
  }

  /** A pool that keeps nothing. */
  public static ChunkPool keepingNone() {
    return new ChunkPool(new MemoryBudget(CHUNK_BYTES), 0);
  }

  /**
   * A chunk whose content is undefined, the caller's own.
   *
   * @throws OutOfMemoryError when the limit of direct memory is reached
   */
  NativeBuffer take() {
    synchronized (this) {
      NativeBuffer chunk = kept.pollLast();
      if (chunk != null) {
        budget.add(MemoryBudget.Use.MEMTABLES, -CHUNK_BYTES);
        return chunk;
      }
    }
    return NativeBuffer.allocate(CHUNK_BYTES);
  }

  /** Takes a chunk over from its only holder. */
  void give(NativeBuffer chunk) {
    assert chunk.capacity() == CHUNK_BYTES && chunk.references() == 1;
    synchronized (this) {
      if (!closed && kept.size() < mostChunks) {
        kept.addLast(chunk);
        budget.add(MemoryBudget.Use.MEMTABLES, CHUNK_BYTES);
        return;
      }
    }
    chunk.close();
  }

  /** Bytes kept now. */
  public synchronized long keptBytes() {
    return (long) kept.size() * CHUNK_BYTES;
  }

  /** Gives what is kept back to the system. */
  public void trim() {
    SystemMemory.giveBack(free());
  }

  private synchronized long free() {
    long freed = keptBytes();
    budget.add(MemoryBudget.Use.MEMTABLES, -freed);
    kept.forEach(NativeBuffer::close);
    kept.clear();
    return freed;
  }

  /** Gives back what is kept and keeps nothing from now on; may be called more than once. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    trim();
  }
}
