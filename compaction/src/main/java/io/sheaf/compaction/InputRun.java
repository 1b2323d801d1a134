package io.sheaf.compaction;

import io.sheaf.lsm.version.FileMetadata;
import java.util.List;

/**
 * The files that a compaction takes from one run.
 *
 * @param runId the run
 * @param files in rising order of keys, at least one
 */
public record InputRun(long runId, List<FileMetadata> files) {
  /** Copies the list. */
  public InputRun {
    files = List.copyOf(files);
    if (files.isEmpty()) {
      throw new IllegalArgumentException("no files of run " + runId);
    }
  }
}
