package io.sheaf.valuelog;

/**
 * Options of the value log.
 *
 * @param fileBytes size at which a job goes on in a new value file. Smaller files are given back to
 *     the device sooner when their rows are gone, and are more in number
 * @param syncBytes after so many bytes a file that is being written is synced beside its writer, so
 *     that the device has no pile to write at the end, for which every other sync would wait
 * @param prefetchThreads most threads that read ahead. More than cores, since they wait for the
 *     device: as many as it serves well at the same time
 */
public record ValueLogOptions(long fileBytes, int syncBytes, int prefetchThreads) {
  /** Files of 256 MB, synced each 16 MB, four threads. */
  public static final ValueLogOptions DEFAULT = new ValueLogOptions(256 << 20, 16 << 20, 4);

  /** Checks each option. */
  public ValueLogOptions {
    if (fileBytes < 1) {
      throw new IllegalArgumentException("fileBytes must be at least 1, not " + fileBytes);
    }
    if (syncBytes < 64 << 10) {
      throw new IllegalArgumentException("syncBytes must be at least 64 KB, not " + syncBytes);
    }
    if (prefetchThreads < 1 || prefetchThreads > 256) {
      throw new IllegalArgumentException(
          "prefetchThreads must be 1 to 256, not " + prefetchThreads);
    }
  }

  /** The same with another size of files, in bytes. */
  public ValueLogOptions withFileBytes(long fileBytes) {
    return new ValueLogOptions(fileBytes, syncBytes, prefetchThreads);
  }

  /** The same with another distance of syncs, in bytes. */
  public ValueLogOptions withSyncBytes(int syncBytes) {
    return new ValueLogOptions(fileBytes, syncBytes, prefetchThreads);
  }

  /** The same with another number of threads. */
  public ValueLogOptions withPrefetchThreads(int prefetchThreads) {
    return new ValueLogOptions(fileBytes, syncBytes, prefetchThreads);
  }
}
