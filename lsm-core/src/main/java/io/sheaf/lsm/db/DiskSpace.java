package io.sheaf.lsm.db;

import io.sheaf.lsm.io.NoSpaceException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Refuses writes before the disk is full, so that what was taken can still be flushed, garbage
 * collected and rows deleted; and takes them again when there is room.
 *
 * <p>Of the free bytes, those that the memtables hold are kept for their flush. Beside them a
 * reserve of the size of a file of compaction is kept: puts stop when it is touched, batches that
 * delete, and set little beside, when half of it is gone; the rest is for compaction, which gives
 * more than it takes. Before any is refused, logs that are kept for tails only are given up.
 *
 * <p>How much is free is asked in the background; what writes take since then is counted, so a
 * write costs no call. Where others fill the disk, the write to a log or a file may still find no
 * room; it is taken back, and refused in the same way.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class DiskSpace {
  /** Asks the system how much is free. */
  @FunctionalInterface
  interface Free {
    long bytes() throws IOException;
  }

  /** A written byte takes room in the log and in files, with what surrounds it there. */
  private static final int LOGGED_AND_FLUSHED = 3;

  /** Files take whole pages, and a flush writes some files for each table. */
  private static final long LEAST_RESERVE_BYTES = 64 << 10;

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final String directory;
  private final Free free;
  private final LongSupplier memtableBytes;
  private final long reserveBytes;
  private final AtomicLong leftBytes = new AtomicLong(Long.MAX_VALUE); // beside memtables' needs
  private volatile @Nullable NoSpaceException flushWaits;
  private long lastLookNanos = System.nanoTime() - PAUSE_NANOS; // guarded by this

  /**
   * The room of one store.
   *
   * @param memtableBytes what a flush of all memtables may write at most
   * @param reserveBytes for compaction and deletes
   */
  DiskSpace(String directory, Free free, LongSupplier memtableBytes, long reserveBytes) {
    this.directory = directory;
    this.free = free;
    this.memtableBytes = memtableBytes;
    this.reserveBytes = Math.max(LEAST_RESERVE_BYTES, reserveBytes);
  }

  /** Asks how much is free, at most every some milliseconds. */
  void look() {
    synchronized (this) {
      long now = System.nanoTime();
      if (now - lastLookNanos < PAUSE_NANOS) {
        return;
      }
      lastLookNanos = now;
    }
    lookNow();
  }

  private void lookNow() {
    try {
      leftBytes.set(free.bytes() - memtableBytes.getAsLong());
    } catch (IOException e) {
      leftBytes.set(Long.MAX_VALUE); // who cannot ask writes until there is no room
    }
  }

  /** Counts a group of writes that was taken: in the log, and to be flushed. */
  void took(long bytes) {
    leftBytes.addAndGet(-LOGGED_AND_FLUSHED * bytes);
  }

  /** Bytes that compaction leaves free: for flushes, logs and the manifest. */
  long keptBytes() {
    return memtableBytes.getAsLong() + reserveBytes / 8;
  }

  /** Whether puts would be refused, for all that is known: it asks nobody. */
  boolean isShort() {
    return leftBytes.get() < reserveBytes;
  }

  /**
   * Lets a batch pass that has room.
   *
   * @throws NoSpaceException when it has none; the store goes on without it
   */
  void check(WriteBatch batch) throws NoSpaceException {
    long kept = batch.needsRoom() ? reserveBytes : reserveBytes / 2;
    if (leftBytes.get() < kept) {
      lookNow(); // nobody is refused for what was so a while ago
    }
    long left = leftBytes.get();
    if (left < kept) {
      throw new NoSpaceException(
          "no space left for the store in "
              + directory
              + ": "
              + Math.max(0, left)
              + " bytes are free beside what memtables need, and "
              + kept
              + " are kept to delete and to collect garbage; delete rows or make room on the disk,"
              + " and writes go on by themselves");
    }
  }

  /** Notes that a flush has found no room; null: one has since. */
  void flushWaits(@Nullable NoSpaceException because) {
    flushWaits = because;
  }

  /**
   * For who would wait for a flush.
   *
   * @throws NoSpaceException when the flush waits for room itself
   */
  void checkFlush() throws NoSpaceException {
    NoSpaceException because = flushWaits;
    if (because != null) {
      throw new NoSpaceException(
          "memtables of the store in "
              + directory
              + " wait for room on the disk ("
              + because.getMessage()
              + "); make room, and they are flushed",
          because);
    }
  }
}
