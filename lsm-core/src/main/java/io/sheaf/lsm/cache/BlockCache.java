package io.sheaf.lsm.cache;

import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.stats.Statistics;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Skeleton: to be written. The one cache of decompressed blocks. */
@SuppressWarnings("DoNotCallSuggester")
public final class BlockCache implements AutoCloseable {
  public BlockCache(MemoryBudget budget, Statistics statistics) {
    throw new UnsupportedOperationException();
  }

  /** The cached block with one more reference for the caller, or null. */
  public @Nullable NativeBuffer get(long fileNumber, long offset) {
    throw new UnsupportedOperationException();
  }

  /** The block, loaded once however many ask, with one reference for the caller. */
  public NativeBuffer getOrLoad(long fileNumber, long offset, BlockLoader loader)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Offers a block that was read ahead; takes a reference of its own. */
  public void put(long fileNumber, long offset, NativeBuffer block) {
    throw new UnsupportedOperationException();
  }

  /** Drops all blocks of a file. */
  public void forget(long fileNumber) {
    throw new UnsupportedOperationException();
  }

  public long sizeBytes() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
