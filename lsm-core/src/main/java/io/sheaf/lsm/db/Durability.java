package io.sheaf.lsm.db;

/** When a write is answered. */
public enum Durability {
  /**
   * When it is on the disk: survives a power cut. Writers that wait at the same time share one
   * sync.
   */
  SYNC,
  /** When the operating system has it: survives a killed process. */
  WRITTEN,
  /**
   * When it is in the memtable; handed to the operating system within {@link
   * DbOptions#bufferedMillis}: a killed process may lose the last moments, never an older write
   * without a newer one.
   */
  BUFFERED
}
