package io.sheaf.compaction;

/** Why files are compacted: for the log, and for the counters. */
public enum Reason {
  /** A table has too many runs, or enough of like size to be merged at a good price. */
  RUNS,
  /**
   * Reads went into more runs than one for as long as merging them would have cost, or the device
   * is idle.
   */
  READS,
  /** Dead values take more room than the user allows. */
  GARBAGE,
  /** Rows are older than the table keeps them. */
  EXPIRY,
  /** Deletes lie over the rows they hide. */
  DELETES,
  /** Someone asked for it. */
  MANUAL
}
