package io.sheaf.lsm.memtable;

import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.io.BackgroundThread;
import io.sheaf.lsm.io.SystemMemory;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Full-size chunks for memtables, so that who writes need not wait for memory: fresh from the
 * operating system it is cleared page by page when it is first written to, which took a fifth of
 * the time of the writing thread, and as the allocator takes some megabytes at once, one write in
 * thousands took milliseconds. So chunks that memtables have given back are kept for the next ones,
 * and a thread makes some ready while others are taken.
 *
 * <p>What is kept is charged to {@link MemoryBudget.Use#MEMTABLES}.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> The creator closes it,
 * perhaps before the last memtable is closed: chunks that come after that are freed.
 */
public final class ChunkPool implements AutoCloseable {
  /** Size of a chunk in bytes. */
  public static final int CHUNK_BYTES = 1 << 20;

  /** So many are made ready at most: twice what the allocator takes from the system at once. */
  private static final int MOST_READY_CHUNKS = 8;

  private final ArrayDeque<NativeBuffer> kept = new ArrayDeque<>();
  private final MemoryBudget budget;
  private final long mostChunks;
  private final long readyChunks;
  private @Nullable Thread supplier;

  /** Whether chunks were taken since the last {@link #trim}: more will be. */
  private boolean inUse;

  private boolean closed;

  /**
   * A pool that keeps up to {@code mostBytes}, and makes chunks ready if that is enough for some.
   */
  public ChunkPool(MemoryBudget budget, long mostBytes) {
    this.budget = budget;
    this.mostChunks = mostBytes / CHUNK_BYTES;
    this.readyChunks = Math.min(MOST_READY_CHUNKS, mostChunks / MOST_READY_CHUNKS);
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
      inUse = true;
      if (kept.size() < readyChunks) {
        askForMore();
      }
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
    if (!keep(chunk, mostChunks)) {
      chunk.close();
    }
  }

  private synchronized boolean keep(NativeBuffer chunk, long most) {
    if (closed || kept.size() >= most) {
      return false;
    }
    kept.addLast(chunk);
    budget.add(MemoryBudget.Use.MEMTABLES, CHUNK_BYTES);
    return true;
  }

  private void askForMore() {
    assert Thread.holdsLock(this);
    if (supplier == null && !closed) {
      Thread started =
          Thread.ofPlatform().daemon(true).name("sheaf-memory").unstarted(this::supply);
      try {
        started.start();
        supplier = started;
      } catch (OutOfMemoryError e) {
        return; // no thread is to be had: who takes a chunk makes it
      }
    }
    notifyAll();
  }

  private void supply() {
    while (awaitWanted()) {
      try {
        NativeBuffer chunk = NativeBuffer.allocate(CHUNK_BYTES);
        if (!keepReady(chunk)) {
          chunk.close();
        }
      } catch (OutOfMemoryError e) {
        rest(); // who takes the next chunk will be told
      }
    }
  }

  private synchronized boolean awaitWanted() {
    try {
      while (!closed && (!inUse || kept.size() >= readyChunks)) {
        wait();
      }
      return !closed;
    } catch (InterruptedException e) {
      return false; // nobody interrupts this thread but a container that ends
    }
  }

  private synchronized boolean keepReady(NativeBuffer chunk) {
    return inUse && keep(chunk, readyChunks);
  }

  private synchronized void rest() {
    inUse = false;
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
    inUse = false;
    long freed = keptBytes();
    budget.add(MemoryBudget.Use.MEMTABLES, -freed);
    kept.forEach(NativeBuffer::close);
    kept.clear();
    return freed;
  }

  /** Gives back what is kept and keeps nothing from now on; may be called more than once. */
  @Override
  public void close() {
    Thread working;
    synchronized (this) {
      closed = true;
      working = supplier;
      notifyAll();
    }
    trim();
    if (working != null) {
      BackgroundThread.awaitEnd(working);
    }
  }
}
