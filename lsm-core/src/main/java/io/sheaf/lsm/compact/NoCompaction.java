package io.sheaf.lsm.compact;

import io.sheaf.lsm.coding.Slice;
import org.jspecify.annotations.Nullable;

/** The default compactor: runs pile up as they are flushed. */
public class NoCompaction implements Compactor {
  @Override
  public void start(CompactionHost host) {}

  @Override
  public void wake() {}

  @Override
  public double pressure() {
    return 0;
  }

  @Override
  public void compact(int tableId, @Nullable Slice lower, @Nullable Slice upper) {}

  @Override
  public void awaitIdle() {}

  @Override
  public void close() {}
}
