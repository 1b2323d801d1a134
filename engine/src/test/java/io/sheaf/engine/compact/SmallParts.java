package io.sheaf.engine.compact;

import io.sheaf.lsm.db.Components;
import java.io.IOException;
import java.nio.file.Path;

/** Compactions in parts that are small enough for the stores of tests to have several. */
public final class SmallParts {
  private static final long PART_BYTES = 8 << 10;

  private SmallParts() {}

  /** See {@link OfflineCompaction#compact}. */
  public static CompactionSummary compact(
      Components parts,
      Path directory,
      Path into,
      CompactionRequest request,
      CompactionProgress progress)
      throws IOException {
    return OfflineCompaction.compact(parts, directory, into, request, progress, PART_BYTES);
  }
}
