package io.sheaf.lsm.wal;

import io.sheaf.lsm.coding.Compression;

/**
 * How logs are written.
 *
 * @param compression how payloads are compressed: with LZ4 each alone, with ZSTD all payloads of a
 *     log as one stream
 * @param compressedFromBytes shortest payload that is compressed, in bytes; below 512, LZ4 saves
 *     messages some 6 % of the log
 * @param preallocatedBytes room to reserve for a new log, in bytes; 0 for none
 */
public record LogOptions(Compression compression, int compressedFromBytes, long preallocatedBytes) {
  /** Payloads as they are, in logs that grow as they are written. */
  public static final LogOptions PLAIN = new LogOptions(Compression.NONE, 0, 0);

  /** Checks the numbers. */
  public LogOptions {
    if (compressedFromBytes < 0 || preallocatedBytes < 0) {
      throw new IllegalArgumentException(
          "negative size: " + compressedFromBytes + ", " + preallocatedBytes);
    }
  }
}
