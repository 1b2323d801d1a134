package io.sheaf.compaction;

import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableState;
import java.util.Collection;

/**
 * What a merge really writes: the SSTables anew, and of the separated values only those in blocks
 * that are too small to be carried over. Full blocks are referred to again and cost nothing, so a
 * run of bare keys is cheap to merge however many bytes its values have.
 *
 * <p><b>Estimate.</b> The manifest knows the mean length of an SSTable's value blocks, not each. Of
 * the bytes in blocks with mean m under a target t, {@code (1 - m/t)²} is taken to lie in blocks
 * that will be packed anew: 0.3 for a flush of the standard workload with its few long groups and
 * many short ones, next to nothing after a merge.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
final class MergeCost {
  /** A file costs this much besides its bytes: opening, syncing, a step of the manifest. */
  static final long FILE_BYTES = 16 << 10;

  private final double compressionRatio;
  private final int targetBlockBytes;

  MergeCost(TableState table) {
    long stored = 0;
    long raw = 0;
    for (ValueFileMetadata file : table.valueFiles().values()) {
      stored += file.sizeBytes();
      raw += file.rawBytes();
    }
    compressionRatio = raw == 0 ? 1 : Math.min(1, (double) stored / raw);
    targetBlockBytes = table.descriptor().options().valueBlockBytes();
  }

  /** Bytes that a merge writes for {@code file}. */
  long of(FileMetadata file) {
    long repacked = 0;
    if (file.blockReferences() > 0) {
      long separated = file.separatedBytes();
      double mean = (double) separated / file.blockReferences();
      double missing = Math.max(0, 1 - mean / targetBlockBytes);
      repacked = stored((long) (separated * missing * missing));
    }
    return FILE_BYTES + file.sizeBytes() + repacked;
  }

  long of(Run run) {
    return of(run.files());
  }

  long of(Collection<FileMetadata> files) {
    long sum = 0;
    for (FileMetadata file : files) {
      sum += of(file);
    }
    return sum;
  }

  /** Bytes on disk of so many bytes of values. */
  long stored(long rawBytes) {
    return (long) (rawBytes * compressionRatio);
  }
}
