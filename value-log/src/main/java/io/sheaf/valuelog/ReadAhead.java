package io.sheaf.valuelog;

import io.sheaf.lsm.cache.BlockCache;
import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.valuelog.ReadSpan.Block;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Value blocks that somebody asked for and nobody has read yet. Blocks near one another in a file
 * become one read from the device ({@link ReadSpan}), which the reader and the threads of a bounded
 * pool race to do.
 *
 * <p><b>Who reads.</b> To wake a thread costs more than reading a small block that is wanted at
 * once. So the first span of a request is held back until it shows what its thread reads next: if
 * it is a block of this span, the reader fetches the whole span in one go; if it is another block,
 * the reader is not there yet and the span goes to the pool. Of the further spans of a short
 * request the system is told, where it can be: the device brings them while the reader is at the
 * first, and no thread is woken for the little that is left to do. Those of a long one go to the
 * pool at once, which decompresses them too. A reader who comes to a span that no thread has begun
 * takes it over; one that comes to a span under way waits for it.
 *
 * <p><b>Where blocks wait.</b> Not in the cache, so that whether a block enters it is decided by
 * who reads it, and a long scan does not sweep it. The memory for waiting blocks is bounded and
 * counted as {@link MemoryBudget.Use#BUFFERS}. Where it is used up, spans that nobody took in a
 * second make room; otherwise the new request is dropped.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> The value log closes
 * it.
 */
final class ReadAhead implements AutoCloseable {
  /** After this time a span that was not taken is taken to be abandoned. */
  static final long ABANDONED_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A block that takes more than this part of the memory is not read ahead. */
  private static final int LARGEST_BLOCK_FRACTION = 4;

  /** A request of no more spans is short. */
  private static final int FEW_SPANS = 3;

  private static final int MAX_QUEUED_SPANS = 1024;
  private static final int IDLE_SECONDS = 10;

  private final OpenValueFiles files;
  private final BlockCache cache;
  private final MemoryBudget budget;
  private final Statistics statistics;
  private final long maxMemoryBytes;
  private final LongSupplier nanoClock;
  private final ThreadPoolExecutor pool;
  private final ConcurrentHashMap<Place, Waiting> waiting = new ConcurrentHashMap<>();

  // Guarded by this: spans with a block in waiting, oldest first, and when they were registered.
  private final LinkedHashMap<ReadSpan, Long> spans = new LinkedHashMap<>();
  private long memoryBytes;
  private boolean closed;

  /** Where a block lies. */
  private record Place(long fileNumber, long offset) {}

  /** A block of a span. */
  private record Waiting(ReadSpan span, int index) {}

  /** Reads ahead with up to {@code threads} threads into up to {@code maxMemoryBytes}. */
  ReadAhead(
      OpenValueFiles files,
      BlockCache cache,
      MemoryBudget budget,
      Statistics statistics,
      int threads,
      long maxMemoryBytes,
      LongSupplier nanoClock) {
    this.files = files;
    this.cache = cache;
    this.budget = budget;
    this.statistics = statistics;
    this.maxMemoryBytes = maxMemoryBytes;
    this.nanoClock = nanoClock;
    AtomicInteger count = new AtomicInteger();
    this.pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_QUEUED_SPANS),
            task ->
                Thread.ofPlatform()
                    .name("sheaf-value-prefetch-" + count.incrementAndGet())
                    .daemon()
                    .unstarted(task));
    pool.allowCoreThreadTimeOut(true);
  }

  /**
   * Sees to it that blocks are fetched, see {@link io.sheaf.lsm.value.ValueStore#prefetch}.
   *
   * @return the first span, for the caller to {@link #start} unless it reads from it next; null
   *     where there is nothing to fetch
   */
  @Nullable ReadSpan request(List<ValueReference> references) {
    ReadSpan first = null;
    List<List<Block>> plan = ReadPlan.of(missing(references));
    boolean few = plan.size() <= FEW_SPANS;
    for (List<Block> near : plan) {
      ReadSpan span = new ReadSpan(files, statistics, near);
      if (!register(span)) {
        break;
      }
      if (first == null) {
        first = span;
      } else if (!(few && span.announce()) && !start(span)) {
        break;
      }
    }
    return first;
  }

  private List<Block> missing(List<ValueReference> references) {
    List<Block> missing = new ArrayList<>();
    ValueReference last = null;
    for (ValueReference reference : references) {
      if ((last == null || !last.sameBlock(reference)) && isMissing(reference)) {
        missing.add(
            new Block(
                reference.fileNumber,
                reference.blockOffset,
                reference.storedBytes,
                reference.rawBytes));
      }
      last = reference;
    }
    return missing;
  }

  private boolean isMissing(ValueReference reference) {
    return reference.storedBytes >= ValueFileFormat.MIN_BLOCK_BYTES
        && reference.rawBytes >= 0
        && (long) reference.storedBytes + reference.rawBytes
            <= maxMemoryBytes / LARGEST_BLOCK_FRACTION
        && !waiting.containsKey(new Place(reference.fileNumber, reference.blockOffset))
        && !cache.contains(reference.fileNumber, reference.blockOffset);
  }

  /** Makes the span's blocks known to readers; returns whether there was room. */
  private synchronized boolean register(ReadSpan span) {
    long now = nanoClock.getAsLong();
    if (closed || !makeRoom(span.memoryBytes(), now)) {
      return false;
    }
    spans.put(span, now);
    memoryBytes += span.memoryBytes();
    budget.add(MemoryBudget.Use.BUFFERS, span.memoryBytes());
    statistics.add(Counter.PREFETCHED_BLOCKS, span.blocks().size());
    for (int i = 0; i < span.blocks().size(); i++) {
      Block block = span.blocks().get(i);
      waiting.put(new Place(block.fileNumber(), block.offset()), new Waiting(span, i));
    }
    return true;
  }

  private boolean makeRoom(long bytes, long now) {
    while (memoryBytes + bytes > maxMemoryBytes) {
      Map.Entry<ReadSpan, Long> oldest = spans.firstEntry();
      if (oldest == null || now - oldest.getValue() < ABANDONED_NANOS) {
        return false;
      }
      remove(oldest.getKey());
    }
    return true;
  }

  /** Hands a span to the pool; where the pool is busy, drops it and returns false. */
  boolean start(ReadSpan span) {
    try {
      pool.execute(span::readAhead);
      return true;
    } catch (RejectedExecutionException full) {
      synchronized (this) {
        remove(span);
      }
      return false;
    }
  }

  /**
   * The values of a block that was asked for ahead, waiting for them if they are on their way; null
   * if they have to be read. The caller owns the buffer.
   */
  @Nullable NativeBuffer take(ValueReference reference) throws IOException {
    if (waiting.isEmpty()) {
      return null;
    }
    Waiting found = waiting.get(new Place(reference.fileNumber, reference.blockOffset));
    if (found == null) {
      return null;
    }
    Block block = found.span().blocks().get(found.index());
    if (block.storedBytes() != reference.storedBytes || block.rawBytes() != reference.rawBytes) {
      return null; // one of the two references is wrong; the read tells which
    }
    try {
      return found.span().take(found.index());
    } finally {
      taken(reference, found);
    }
  }

  private void taken(ValueReference reference, Waiting found) {
    waiting.remove(new Place(reference.fileNumber, reference.blockOffset), found);
    if (found.span().finished()) {
      synchronized (this) {
        remove(found.span());
      }
    }
  }

  /** Drops all that waits of a file. */
  synchronized void forget(long fileNumber) {
    for (ReadSpan span : List.copyOf(spans.keySet())) {
      if (span.fileNumber() == fileNumber) {
        remove(span);
      }
    }
  }

  private void remove(ReadSpan span) {
    if (spans.remove(span) == null) {
      return;
    }
    memoryBytes -= span.memoryBytes();
    budget.add(MemoryBudget.Use.BUFFERS, -span.memoryBytes());
    for (int i = 0; i < span.blocks().size(); i++) {
      Block block = span.blocks().get(i);
      waiting.remove(new Place(block.fileNumber(), block.offset()), new Waiting(span, i));
    }
    span.drop();
  }

  /** Memory reserved for blocks that wait, in bytes. */
  synchronized long memoryBytes() {
    return memoryBytes;
  }

  /** Drops what waits and returns when no thread reads any more. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      List.copyOf(spans.keySet()).forEach(this::remove);
    }
    pool.shutdown();
    boolean interrupted = false;
    while (true) {
      try {
        if (pool.awaitTermination(1, TimeUnit.MINUTES)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true; // threads must not outlive the files they read; set again below
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
