package io.sheaf.compaction;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.NoSpaceException;
import org.jspecify.annotations.Nullable;

/**
 * Someone waits for a table to be merged: from the request over its jobs to their end.
 *
 * <p><b>Thread safety.</b> None; the scheduler's lock guards it.
 */
final class ManualCompaction {
  private final int tableId;
  private final @Nullable Slice lower;
  private final @Nullable Slice upper;
  private boolean begun;
  private boolean planned;
  private int jobsLeft;
  private @Nullable NoSpaceException noSpace;

  /**
   * A request.
   *
   * @param lower inclusive; null: from the first key
   * @param upper exclusive; null: to the last key
   */
  ManualCompaction(int tableId, @Nullable Slice lower, @Nullable Slice upper) {
    this.tableId = tableId;
    this.lower = lower;
    this.upper = upper;
  }

  int tableId() {
    return tableId;
  }

  @Nullable Slice lower() {
    return lower;
  }

  @Nullable Slice upper() {
    return upper;
  }

  /** Whether its jobs are about to be, or were, decided. */
  boolean begun() {
    return begun;
  }

  void begin() {
    begun = true;
  }

  /** It has this many jobs. */
  void planned(int jobs) {
    planned = true;
    jobsLeft = jobs;
  }

  void jobFinished() {
    jobsLeft--;
  }

  /** One of its jobs found no room. */
  void failed(NoSpaceException cause) {
    noSpace = cause;
  }

  boolean finished() {
    return planned && jobsLeft == 0;
  }

  /** Why not all was done; null: it was. */
  @Nullable NoSpaceException noSpace() {
    return noSpace;
  }
}
