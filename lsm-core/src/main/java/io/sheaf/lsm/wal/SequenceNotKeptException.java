package io.sheaf.lsm.wal;

import java.io.IOException;

/** The log that held a write is not kept any more: it cannot be read from there on. */
public final class SequenceNotKeptException extends IOException {
  private static final long serialVersionUID = 1L;

  private final long sequence;
  private final long firstKept;

  /** The write with {@code sequence} is gone; the oldest that is kept has {@code firstKept}. */
  public SequenceNotKeptException(long sequence, long firstKept) {
    super(
        "the writes from sequence number "
            + sequence
            + " on are not in the logs any more, which begin with "
            + firstKept
            + "; read the rows themselves and go on from there, and have logs kept for longer: option"
            + " logRetention of a store, log-kept of a server");
    this.sequence = sequence;
    this.firstKept = firstKept;
  }

  /** What was asked for. */
  public long sequence() {
    return sequence;
  }

  /** Sequence number from which on all writes are kept. */
  public long firstKept() {
    return firstKept;
  }
}
