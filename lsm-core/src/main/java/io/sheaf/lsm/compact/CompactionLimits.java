package io.sheaf.lsm.compact;

/**
 * What the user allows compaction.
 *
 * @param threads merges that run beside each other, and parts into which a flush or a large merge
 *     is cut
 * @param maxSpaceAmplification highest ratio of bytes on disk (SSTables and value files) to those
 *     of them that are live; above 1
 * @param bytesPerSecond highest rate at which compactions write; 0: no limit
 * @param targetFileBytes size at which an SSTable of a merge is complete
 * @param maxRuns number of sorted runs of a table at which writers begin to be slowed
 */
public record CompactionLimits(
    int threads,
    double maxSpaceAmplification,
    long bytesPerSecond,
    long targetFileBytes,
    int maxRuns) {
  /** Checks each limit. */
  public CompactionLimits {
    if (threads < 1) {
      throw new IllegalArgumentException("compaction threads must be at least 1, not " + threads);
    }
    if (!(maxSpaceAmplification > 1)) {
      throw new IllegalArgumentException(
          "maxSpaceAmplification must be above 1, not " + maxSpaceAmplification);
    }
    if (bytesPerSecond < 0 || targetFileBytes < 1 || maxRuns < 2) {
      throw new IllegalArgumentException(
          "bytesPerSecond, targetFileBytes and maxRuns must be positive");
    }
  }
}
