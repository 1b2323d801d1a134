package io.sheaf.lsm.wal;

/**
 * The log that a new one follows: what the new one's header states.
 *
 * @param number its number, 0 for none
 * @param endOffset where its records end, in bytes
 * @param syncedOffset up to where it is durable, in bytes
 */
public record PreviousLog(long number, long endOffset, long syncedOffset) {
  /** For the first log of a store. */
  public static final PreviousLog NONE = new PreviousLog(0, 0, 0);

  /** Checks the order of the offsets. */
  public PreviousLog {
    if (number < 0 || syncedOffset < 0 || syncedOffset > endOffset) {
      throw new IllegalArgumentException(
          "log " + number + " to " + endOffset + " synced to " + syncedOffset);
    }
  }
}
