package io.sheaf.lsm.wal;

/**
 * How far the logs of a store may be read by who follows them.
 *
 * @param number the log that is written; {@link #ANY}: read as far as there are whole records
 * @param endOffset where its last record ends that counts, in bytes
 * @param lastSequence highest sequence number that is known to be in the logs, or was
 */
public record LogEnd(long number, long endOffset, long lastSequence) {
  /** No log has this number. */
  public static final long ANY = Long.MAX_VALUE;

  /** For logs that another process may write. */
  public static LogEnd unknown(long lastSequence) {
    return new LogEnd(ANY, 0, lastSequence);
  }
}
