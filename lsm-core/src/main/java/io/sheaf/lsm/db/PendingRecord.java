package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.io.NoSpaceException;
import java.io.IOException;

/**
 * The record that the log gets next: the groups of writes that nobody wanted handed on so far, in
 * their order.
 *
 * <p>A full disk takes back the group that was being added, and leaves those before it waiting for
 * room. After any other failure it is unknown what the log holds.
 *
 * <p><b>Thread safety.</b> The caller holds the lock of the write queue. <b>Ownership.</b> The
 * write queue closes it.
 */
final class PendingRecord implements AutoCloseable {
  private static final int MOST_BYTES = 64 << 10;

  private final Logs logs;
  private final GrowableBuffer payload = new GrowableBuffer(MOST_BYTES);
  private long firstSequence;
  private int count;
  private long timeMillis;
  private int sizeBefore;
  private int countBefore;

  /**
   * An empty one.
   *
   * @param timeMillis of the last write that the logs hold
   */
  PendingRecord(Logs logs, long timeMillis) {
    this.logs = logs;
    this.timeMillis = timeMillis;
  }

  /** When the last group was written, in milliseconds since 1970; never goes back. */
  long timeMillis() {
    return timeMillis;
  }

  /** Number of changes that the log does not hold yet. */
  int count() {
    return count;
  }

  /**
   * Begins a group.
   *
   * @param bytes of all its batches
   * @param sequence number of its first change
   * @param writtenMillis when it is written, not before {@link #timeMillis}
   * @throws NoSpaceException when there is no room for those before it, with which it cannot be one
   *     record; nothing of it is anywhere
   */
  void begin(long bytes, long sequence, long writtenMillis) throws IOException {
    boolean tooLarge = payload.size() + bytes > WriteBatch.MAX_BATCH_BYTES;
    if (tooLarge || writtenMillis != timeMillis) { // a record has one write time
      handOn();
    }
    sizeBefore = payload.size();
    countBefore = count;
    if (sizeBefore == 0) {
      firstSequence = sequence;
    }
    timeMillis = writtenMillis;
  }

  /** Adds the next batch of the group. */
  void add(WriteBatch batch) {
    payload.putBytes(batch.segment(), 0, batch.sizeBytes());
    count += batch.count();
  }

  /**
   * Ends the group.
   *
   * @param handOn whether the log must hold it; otherwise it may stay here
   * @throws NoSpaceException when there is no room for it; nothing of it is anywhere
   */
  void end(boolean handOn) throws IOException {
    if (!handOn && payload.size() < MOST_BYTES) {
      return;
    }
    try {
      handOn();
    } catch (NoSpaceException e) {
      payload.truncate(sizeBefore);
      count = countBefore;
      throw e;
    }
  }

  /** Hands on what is there to the log. */
  void handOn() throws IOException {
    if (payload.size() > 0) {
      logs.append(payload, firstSequence, count, timeMillis);
      payload.clear();
      count = 0;
    }
  }

  @Override
  public void close() {
    payload.close();
  }
}
