package io.sheaf.lsm.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The one cache of decompressed blocks: key blocks and value blocks of all files of a store, off
 * the heap, within what {@link MemoryBudget} leaves.
 *
 * <p>A block is taken when it is asked for a second time. Most are asked for once, and the memory
 * that one takes here, decompressed, holds three as the operating system keeps them, from where the
 * second read takes it. A cache that is nearly empty takes all, and any cache one in a few that
 * come for the first time, so that it fills even where more blocks are read in turns than can be
 * remembered. Which blocks stay is decided by how often they were asked for lately, so that one
 * long scan does not drive out what everybody reads.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. Upkeep (eviction, release) is done by
 * the threads that call, never by a pool of the surrounding program. A block is loaded outside of
 * all locks; who asks for the same block meanwhile waits for that load.
 *
 * <p><b>Ownership.</b> The cache holds one reference to each cached block and gives it back when
 * the block leaves. Every block returned carries one more, the caller's, who closes it: a block in
 * use outlives its eviction. After {@link #close} nothing is held and every call throws.
 *
 * <p><b>Source.</b> Einziger, Friedman, Manes, "TinyLFU: A Highly Efficient Cache Admission
 * Policy", 2017, as implemented by Caffeine.
 */
public final class BlockCache implements AutoCloseable {
  /** What is charged for a block beside its bytes: keys, map entries, buffer objects. */
  static final int OVERHEAD_BYTES = 256;

  /**
   * Of so many uses of a block (a power of two) the first is told to the policy. To note a use
   * touches memory of other blocks, far apart; that took a fifth of the time to find the first row
   * of a scan.
   */
  private static final int USES_FOR_ONE = 4;

  /** Up to this part of the budget, every block is taken. */
  private static final int NEARLY_EMPTY_FRACTION = 16;

  /** So many bytes of the budget for each block that is remembered: a small block. */
  private static final int BYTES_A_MARK = 2 << 10;

  /** Of so many blocks that are asked for a first time (a power of two) one is taken. */
  private static final int FIRST_ASKS_FOR_ONE = 64;

  private final MemoryBudget budget;
  private final Statistics statistics;
  private final Cache<BlockKey, NativeBuffer> blocks;
  private final Policy<BlockKey, NativeBuffer> policy;
  private final Policy.Eviction<BlockKey, NativeBuffer> eviction;
  private final Doorkeeper doorkeeper;
  private final ConcurrentHashMap<BlockKey, Load> loads = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Long, ConcurrentHashMap<NativeBuffer, BlockKey>> byFile =
      new ConcurrentHashMap<>();
  private final AtomicLong sizeBytes = new AtomicLong();
  private int firstAsks; // roughly: threads may count at the same time
  private volatile long maximumBytes;
  private volatile boolean closed;

  /** An empty cache that may grow to what {@code budget} leaves it. */
  public BlockCache(MemoryBudget budget, Statistics statistics) {
    this.budget = budget;
    this.statistics = statistics;
    this.maximumBytes = budget.cacheBytes();
    this.doorkeeper = new Doorkeeper(budget.totalBytes() / BYTES_A_MARK);
    this.blocks =
        Caffeine.newBuilder()
            .maximumWeight(maximumBytes)
            .weigher((BlockKey key, NativeBuffer block) -> weight(block))
            .executor(Runnable::run)
            .removalListener(this::removed)
            .build();
    this.policy = blocks.policy();
    this.eviction = policy.eviction().orElseThrow();
  }

  /** Whether the block is cached; asks for no copy of it and is not counted as a use. */
  public boolean contains(long fileNumber, long offset) {
    checkOpen();
    return blocks.asMap().containsKey(BlockKey.probe(fileNumber, offset));
  }

  /** The cached block with one more reference for the caller, or null. */
  public @Nullable NativeBuffer get(long fileNumber, long offset) {
    NativeBuffer block = find(fileNumber, offset);
    statistics.increment(block == null ? Counter.CACHE_MISSES : Counter.CACHE_HITS);
    return block;
  }

  /** The same for who loads the block otherwise, by which a miss is counted. */
  public @Nullable NativeBuffer getIfCached(long fileNumber, long offset) {
    NativeBuffer block = find(fileNumber, offset);
    if (block != null) {
      statistics.increment(Counter.CACHE_HITS);
    }
    return block;
  }

  /**
   * The block, loaded once however many ask, with one reference for the caller.
   *
   * @throws IOException what {@code loader} threw; each caller that waited then tries for itself
   */
  public NativeBuffer getOrLoad(long fileNumber, long offset, BlockLoader loader)
      throws IOException {
    NativeBuffer cached = find(fileNumber, offset);
    if (cached != null) {
      statistics.increment(Counter.CACHE_HITS);
      return cached;
    }
    BlockKey key = new BlockKey(fileNumber, offset);
    Load own = new Load();
    while (true) {
      Load other = loads.putIfAbsent(key, own);
      if (other == null) {
        return load(key, own, fileNumber, offset, loader);
      }
      NativeBuffer loaded = other.await();
      if (loaded != null) {
        statistics.increment(Counter.CACHE_HITS);
        return loaded;
      }
    }
  }

  /** Offers a block that was read ahead; takes a reference of its own if it takes the block. */
  public void put(long fileNumber, long offset, NativeBuffer block) {
    checkOpen();
    insert(new BlockKey(fileNumber, offset), block);
  }

  /**
   * Drops all blocks of a file that is about to be deleted; takes time in proportion to them.
   * Blocks that are offered later leave by age.
   */
  public void forget(long fileNumber) {
    ConcurrentHashMap<NativeBuffer, BlockKey> ofFile = byFile.remove(fileNumber);
    if (ofFile != null) {
      ofFile.forEach((block, key) -> blocks.asMap().remove(key, block));
    }
  }

  /** Bytes that cached blocks take, overhead included. */
  public long sizeBytes() {
    return sizeBytes.get();
  }

  /**
   * Follows the budget at once; every insertion does so by itself when the budget has changed
   * noticeably. For who takes much memory and wants the cache to give way before the next block
   * comes.
   */
  public void adjustToBudget() {
    checkOpen();
    follow(budget.cacheBytes());
  }

  /** Gives back all blocks; those in use live on until their users give them back. */
  @Override
  public void close() {
    closed = true;
    blocks.invalidateAll();
    blocks.cleanUp();
  }

  private @Nullable NativeBuffer find(long fileNumber, long offset) {
    checkOpen();
    BlockKey key = BlockKey.probe(fileNumber, offset);
    NativeBuffer block = policy.getIfPresentQuietly(key);
    if (block != null && (block.countUse() & USES_FOR_ONE - 1) == 1) {
      block = blocks.getIfPresent(key); // the policy takes note
    }
    return block != null && block.tryRetain() ? block : null;
  }

  private NativeBuffer load(
      BlockKey key, Load load, long fileNumber, long offset, BlockLoader loader)
      throws IOException {
    NativeBuffer block = null;
    try {
      // Another load may have ended between the look into the cache and the registration.
      block = find(fileNumber, offset);
      if (block != null) {
        statistics.increment(Counter.CACHE_HITS);
      } else {
        statistics.increment(Counter.CACHE_MISSES);
        block = loader.load(fileNumber, offset);
        insert(key, block);
      }
      return block;
    } finally {
      loads.remove(key, load);
      load.end(block);
    }
  }

  private void insert(BlockKey key, NativeBuffer block) {
    long allowed = budget.cacheBytes();
    if (Math.abs(allowed - maximumBytes) > budget.totalBytes() >>> 7 || allowed == 0) {
      follow(allowed);
    }
    if (weight(block) > allowed || !isAdmitted(key, block)) {
      return;
    }
    block.retain();
    charge(weight(block));
    if (blocks.asMap().putIfAbsent(key, block) != null) {
      release(block);
      return;
    }
    track(key, block);
    if (closed) {
      blocks.asMap().remove(key, block);
    }
  }

  private boolean isAdmitted(BlockKey key, NativeBuffer block) {
    return doorkeeper.knows(key.hash())
        || sizeBytes.get() + weight(block) <= budget.totalBytes() / NEARLY_EMPTY_FRACTION
        || (++firstAsks & FIRST_ASKS_FOR_ONE - 1) == 0;
  }

  private void track(BlockKey key, NativeBuffer block) {
    byFile.compute(
        key.fileNumber(),
        (file, known) -> {
          ConcurrentHashMap<NativeBuffer, BlockKey> ofFile =
              known == null ? new ConcurrentHashMap<>() : known;
          ofFile.put(block, key);
          return ofFile;
        });
    if (policy.getIfPresentQuietly(key) != block) {
      untrack(key, block); // it left before it was tracked
    }
  }

  private void untrack(BlockKey key, NativeBuffer block) {
    byFile.computeIfPresent(
        key.fileNumber(),
        (file, ofFile) -> {
          ofFile.remove(block);
          return ofFile.isEmpty() ? null : ofFile;
        });
  }

  private synchronized void follow(long allowed) {
    if (allowed != maximumBytes) {
      maximumBytes = allowed;
      eviction.setMaximum(allowed);
    }
  }

  /** Called once for each block that left, by the thread that made it leave. */
  private void removed(@Nullable BlockKey key, @Nullable NativeBuffer block, RemovalCause cause) {
    if (key == null || block == null) {
      throw new IllegalStateException("a strongly held block is gone: " + cause);
    }
    untrack(key, block);
    release(block);
    if (cause.wasEvicted()) {
      doorkeeper.knows(key.hash()); // who asks for it again does not do so for the first time
    }
  }

  private void release(NativeBuffer block) {
    charge(-weight(block));
    block.close();
  }

  private void charge(long bytes) {
    sizeBytes.addAndGet(bytes);
    budget.add(MemoryBudget.Use.CACHE, bytes);
  }

  private void checkOpen() {
    if (closed) {
      throw new ClosedException("block cache");
    }
  }

  private static int weight(NativeBuffer block) {
    return (int) Math.min(Integer.MAX_VALUE, (long) block.capacity() + OVERHEAD_BYTES);
  }

  /** A load under way. */
  private static final class Load {
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable NativeBuffer block;

    void end(@Nullable NativeBuffer loaded) {
      block = loaded;
      ended.countDown();
    }

    /** What was loaded, with a reference for the caller; null where that failed or is gone. */
    @Nullable NativeBuffer await() {
      boolean interrupted = false;
      try {
        while (true) {
          try {
            ended.await();
            return block != null && block.tryRetain() ? block : null;
          } catch (InterruptedException e) {
            interrupted = true; // a block that is on its way is awaited all the same
          }
        }
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
