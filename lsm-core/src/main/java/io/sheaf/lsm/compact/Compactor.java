package io.sheaf.lsm.compact;

import io.sheaf.lsm.coding.Slice;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The seam to compaction: decides what to merge and does it, in threads of its own. The default is
 * {@link NoCompaction}.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public interface Compactor extends AutoCloseable {
  /** Begins to work for {@code host}; called once, before any other method. */
  void start(CompactionHost host);

  /** Says that files were added: there may be work. Returns at once. */
  void wake();

  /**
   * How far compaction lags behind: 0, all is well; 1 and above, writers must wait. In between they
   * are slowed.
   */
  double pressure();

  /**
   * Merges all runs of a table whose keys lie between the bounds into one, and waits for it.
   *
   * @param lower inclusive; null: from the first key
   * @param upper exclusive; null: to the last key
   */
  void compact(int tableId, @Nullable Slice lower, @Nullable Slice upper)
      throws IOException, InterruptedException;

  /** Waits until no work is left or under way. */
  void awaitIdle() throws IOException, InterruptedException;

  /**
   * Stops after the jobs under way gave up, and what they wrote so far was deleted; one that is
   * done in a moment may end instead.
   */
  @Override
  void close();
}
