package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.compact.CompactionLimits;
import io.sheaf.lsm.io.CorruptionException;
import java.util.function.Consumer;

/**
 * Options of an open store. None of them is kept in it: each opening may choose anew.
 *
 * @param createIfMissing whether a directory that is missing or empty becomes a new store
 * @param memoryBytes memory off the heap for memtables, cache, indexes and buffers, in bytes
 * @param writeBufferBytes part of it for memtables, in bytes; half of it fills while the other half
 *     is flushed
 * @param durability of writes that name none
 * @param bufferedMillis time after which {@link Durability#BUFFERED} writes are handed on at the
 *     latest, in milliseconds
 * @param logCompression compression of write groups in the log: LZ4, each alone; ZSTD, all of a log
 *     as one stream, which takes 0.9 MB beside {@code memoryBytes}
 * @param logRetention how long logs are kept for {@link Db#tail} that nothing else needs
 * @param compaction limits of compaction
 * @param scrubBytesPerSecond rate at which files are read in the background to find damage before a
 *     reader does, in bytes a second; 0: they are not
 * @param damageListener is told of damage that the scrub finds, by its thread, besides the log
 */
public record DbOptions(
    boolean createIfMissing,
    long memoryBytes,
    long writeBufferBytes,
    Durability durability,
    long bufferedMillis,
    Compression logCompression,
    LogRetention logRetention,
    CompactionLimits compaction,
    long scrubBytesPerSecond,
    Consumer<CorruptionException> damageListener) {
  /** Smallest write buffer, in bytes. */
  public static final long LEAST_WRITE_BUFFER_BYTES = 64 << 10;

  private static final int MOST_THREADS = 4;

  /**
   * The defaults: 1 GB of memory, up to three quarters of it for memtables (the cache has what they
   * leave), {@link Durability#WRITTEN}, a log compressed by ZSTD at level 1, as many threads for
   * flushes and merges as there are processors, up to {@value #MOST_THREADS}. The scrub reads 2 MB
   * a second: a terabyte in six days, for less than a hundredth of what a disk can do.
   */
  public static final DbOptions DEFAULT =
      new DbOptions(
          true,
          1L << 30,
          768L << 20,
          Durability.WRITTEN,
          100,
          Compression.zstd(1),
          LogRetention.NONE,
          new CompactionLimits(threads(), 1.25, 0, 64L << 20, 16),
          2 << 20,
          damage -> {});

  private static int threads() {
    return Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
  }

  /** Checks each option. */
  public DbOptions {
    if (writeBufferBytes < LEAST_WRITE_BUFFER_BYTES) {
      throw new IllegalArgumentException(
          "writeBufferBytes must be at least "
              + LEAST_WRITE_BUFFER_BYTES
              + ", not "
              + writeBufferBytes);
    }
    if (memoryBytes < writeBufferBytes) {
      throw new IllegalArgumentException(
          "memoryBytes ("
              + memoryBytes
              + ") must hold writeBufferBytes ("
              + writeBufferBytes
              + "); raise the one or lower the other");
    }
    if (scrubBytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "scrubBytesPerSecond must not be negative, not " + scrubBytesPerSecond);
    }
    if (bufferedMillis < 1) {
      throw new IllegalArgumentException(
          "bufferedMillis must be at least 1, not " + bufferedMillis);
    }
  }

  /** The same, creating a missing store or not. */
  public DbOptions withCreateIfMissing(boolean createIfMissing) {
    return new DbOptions(
        createIfMissing,
        memoryBytes,
        writeBufferBytes,
        durability,
        bufferedMillis,
        logCompression,
        logRetention,
        compaction,
        scrubBytesPerSecond,
        damageListener);
  }

  /** The same with other memory: in all, and of that for memtables, in bytes. */
  public DbOptions withMemory(long memoryBytes, long writeBufferBytes) {
    return new DbOptions(
        createIfMissing,
        memoryBytes,
        writeBufferBytes,
        durability,
        bufferedMillis,
        logCompression,
        logRetention,
        compaction,
        scrubBytesPerSecond,
        damageListener);
  }

  /** The same with another default durability. */
  public DbOptions withDurability(Durability durability) {
    return new DbOptions(
        createIfMissing,
        memoryBytes,
        writeBufferBytes,
        durability,
        bufferedMillis,
        logCompression,
        logRetention,
        compaction,
        scrubBytesPerSecond,
        damageListener);
  }

  /** The same with another interval for buffered writes, in milliseconds. */
  public DbOptions withBufferedMillis(long bufferedMillis) {
    return new DbOptions(
        createIfMissing,
        memoryBytes,
        writeBufferBytes,
        durability,
        bufferedMillis,
        logCompression,
        logRetention,
        compaction,
        scrubBytesPerSecond,
        damageListener);
  }

  /** The same with another compression of the log. */
  public DbOptions withLogCompression(Compression logCompression) {
    return new DbOptions(
        createIfMissing,
        memoryBytes,
        writeBufferBytes,
        durability,
        bufferedMillis,
        logCompression,
        logRetention,
        compaction,
        scrubBytesPerSecond,
        damageListener);
  }

  /** The same with logs kept for longer or shorter. */
  public DbOptions withLogRetention(LogRetention logRetention) {
    return new DbOptions(
        createIfMissing,
        memoryBytes,
        writeBufferBytes,
        durability,
        bufferedMillis,
        logCompression,
        logRetention,
        compaction,
        scrubBytesPerSecond,
        damageListener);
  }

  /** The same with other limits of compaction. */
  public DbOptions withCompaction(CompactionLimits compaction) {
    return new DbOptions(
        createIfMissing,
        memoryBytes,
        writeBufferBytes,
        durability,
        bufferedMillis,
        logCompression,
        logRetention,
        compaction,
        scrubBytesPerSecond,
        damageListener);
  }

  /** The same with another rate of the scrub, in bytes a second; 0: none. */
  public DbOptions withScrubBytesPerSecond(long scrubBytesPerSecond) {
    return new DbOptions(
        createIfMissing,
        memoryBytes,
        writeBufferBytes,
        durability,
        bufferedMillis,
        logCompression,
        logRetention,
        compaction,
        scrubBytesPerSecond,
        damageListener);
  }

  /** The same with another listener to damage that the scrub finds. */
  public DbOptions withDamageListener(Consumer<CorruptionException> damageListener) {
    return new DbOptions(
        createIfMissing,
        memoryBytes,
        writeBufferBytes,
        durability,
        bufferedMillis,
        logCompression,
        logRetention,
        compaction,
        scrubBytesPerSecond,
        damageListener);
  }
}
