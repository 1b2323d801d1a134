package io.sheaf.lsm.value;

import io.sheaf.lsm.io.CorruptionException;

/**
 * Who has files read in the background to find damage: sets the pace and is told what is found.
 *
 * <p><b>Thread safety.</b> Called by the thread that reads.
 */
public interface ScrubObserver {
  /**
   * Bytes were read; returns when it is time for the next.
   *
   * @return whether to go on
   */
  boolean read(long bytes);

  /** A piece of the file is not what was written there. */
  void damaged(CorruptionException damage);
}
