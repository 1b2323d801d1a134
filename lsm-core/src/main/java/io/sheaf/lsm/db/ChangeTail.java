package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.wal.LogReader;
import io.sheaf.lsm.wal.LogTail;
import java.io.IOException;
import java.time.Duration;

/**
 * Shows what is written to a store, in the order in which it was committed: to feed another system
 * with it. Each step is one group: the batch, or the batches, that became visible together; nothing
 * is left out and nothing comes twice.
 *
 * <p>To go on later, or elsewhere, keep {@link #nextSequence} with what was done with the changes,
 * and begin there. What it shows is in the log, so a killed process does not lose it; a power cut
 * may, where the write was not {@link Durability#SYNC} and none that was came behind it.
 *
 * <pre>{@code
 * try (ChangeTail tail = db.tail(from)) {
 *   while (tail.await(Duration.ofMinutes(1))) {
 *     tail.visit(index);
 *     index.commit(tail.nextSequence());
 *   }
 * }
 * }</pre>
 *
 * <p><b>Thread safety.</b> One thread at a time. <b>Ownership.</b> Who opened it closes it.
 */
public final class ChangeTail implements AutoCloseable {
  private final Health health;
  private final LogFollowers followers;
  private final LogTail logs;
  private boolean shows;
  private boolean closed;

  ChangeTail(Health health, LogFollowers followers, LogTail logs) {
    this.health = health;
    this.followers = followers;
    this.logs = logs;
  }

  /**
   * Steps to the next group.
   *
   * @return false when there is none now
   * @throws io.sheaf.lsm.wal.SequenceNotKeptException when its log was not kept for so long
   * @throws IOException when the log is damaged or cannot be read
   */
  public boolean next() throws IOException {
    health.checkOpen();
    if (closed) {
      throw new ClosedException("the tail");
    }
    shows = logs.next();
    return shows;
  }

  /** The same, and waits at most so long for a group to be written. */
  public boolean await(Duration timeout) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    long nanos = timeout.toNanos();
    while (!next()) {
      long left = nanos - (System.nanoTime() - begin);
      if (left <= 0) {
        return false;
      }
      if (Thread.interrupted()) {
        throw new InterruptedException("while the next write was waited for");
      }
      followers.await(logs.nextSequence(), left);
    }
    return true;
  }

  /** Sequence number of the first change. */
  public long firstSequence() {
    return record().firstSequence();
  }

  /** Number of changes: each has the sequence number behind that of the change before. */
  public int count() {
    return record().entryCount();
  }

  /** When it was written, milliseconds since the epoch. */
  public long timeMillis() {
    return record().writeTimeMillis();
  }

  /**
   * Shows the changes one by one. Changes of tables that were dropped since are among them. The
   * first group holds the sequence number that was asked for, and perhaps some before it.
   */
  public void visit(WriteBatch.Visitor visitor) {
    Slice payload = record().payload();
    WriteBatch.visit(payload.segment(), payload.offset(), payload.length(), visitor);
  }

  /** Sequence number to begin with in order to go on behind this group. */
  public long nextSequence() {
    return logs.nextSequence();
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      shows = false;
      try {
        logs.close();
      } finally {
        followers.closed();
      }
    }
  }

  private LogReader record() {
    if (!shows) {
      throw new IllegalStateException("the tail shows no group: next() has not returned true");
    }
    return logs.record();
  }
}
