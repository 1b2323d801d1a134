package io.sheaf.lsm.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.torture.Linearity;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Blocks that are asked for, offered, driven out and forgotten at the same time: a block in use
 * holds its own bytes, and at the end each reference was given back.
 */
@Param(name = "block", gen = IntGen.class, conf = "0:3")
public class BlockCacheLinearTest {
  private static final int BLOCK_BYTES = 512;

  private final BlockCache cache =
      new BlockCache(
          new MemoryBudget(3L * (BLOCK_BYTES + BlockCache.OVERHEAD_BYTES)), new Statistics());
  private final Queue<NativeBuffer> made = new ConcurrentLinkedQueue<>();

  /** Reads a block, loading it where it is not cached. */
  @Operation
  public long read(@Param(name = "block") int block) throws IOException {
    try (NativeBuffer found = cache.getOrLoad(file(block), block, (file, offset) -> load(offset))) {
      return content(found);
    }
  }

  /** Reads a block where it is cached. */
  @Operation
  public long readCached(@Param(name = "block") int block) {
    try (NativeBuffer found = cache.get(file(block), block)) {
      return found == null ? block : content(found);
    }
  }

  /** Offers a block. */
  @Operation
  public void offer(@Param(name = "block") int block) {
    try (NativeBuffer ahead = load(block)) {
      cache.put(file(block), block, ahead);
    }
  }

  /** Forgets the file of a block. */
  @Operation
  public void forget(@Param(name = "block") int block) {
    cache.forget(file(block));
  }

  /** Closes the cache and counts. */
  @Validate
  public void everyReferenceIsGivenBack() {
    cache.close();
    assertEquals(0, cache.sizeBytes());
    for (NativeBuffer block : made) {
      assertEquals(0, block.references());
    }
  }

  @Test
  void referencesAreCountedRight() {
    Linearity.stress(300).sequentialSpecification(Blocks.class).check(getClass());
  }

  private static long file(int block) {
    return block / 2;
  }

  private NativeBuffer load(long block) {
    NativeBuffer made = NativeBuffer.allocate(BLOCK_BYTES);
    made.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, 0, block);
    made.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, BLOCK_BYTES - Long.BYTES, block);
    this.made.add(made);
    return made;
  }

  private static long content(NativeBuffer block) {
    long first = block.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    long last = block.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, BLOCK_BYTES - Long.BYTES);
    return first == last ? first : -1;
  }

  /** Blocks that hold their number. */
  public static class Blocks {
    /** Reads a block. */
    public long read(int block) {
      return block;
    }

    /** Reads a block. */
    public long readCached(int block) {
      return block;
    }

    /** Changes nothing. */
    public void offer(int block) {}

    /** Changes nothing. */
    public void forget(int block) {}
  }
}
