package io.sheaf.compaction;

import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.TableState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many bytes of a table's files are dead: exact for value files, whose references the manifest
 * counts. SSTables count as live; what their newer rows hide shows when they are merged.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
final class Garbage {
  private final Map<Long, Double> liveShares = new HashMap<>();
  private final List<ValueFileMetadata> worstFirst = new ArrayList<>();
  private final Map<Long, Long> liveRawBytes;
  private long diskBytes;
  private double deadBytes;

  Garbage(TableState table, long nowMillis) {
    liveRawBytes = table.liveRawBytes();
    diskBytes = table.keyFileBytes();
    long expiredUpTo = ExpiryPolicy.expiredUpTo(table.descriptor().options(), nowMillis);
    for (ValueFileMetadata file : table.valueFiles().values()) {
      long live = liveRawBytes.getOrDefault(file.number(), 0L);
      boolean expired = file.newestTimeMillis() > 0 && file.newestTimeMillis() <= expiredUpTo;
      double share = expired || file.rawBytes() == 0 ? 0 : (double) live / file.rawBytes();
      double dead = file.sizeBytes() * (1 - share);
      liveShares.put(file.number(), share);
      diskBytes += file.sizeBytes();
      deadBytes += dead;
      if (dead > 0) {
        worstFirst.add(file);
      }
    }
    worstFirst.sort(
        Comparator.<ValueFileMetadata>comparingDouble(file -> liveShare(file.number()))
            .thenComparingLong(ValueFileMetadata::number));
  }

  /** Bytes of SSTables and value files. */
  long diskBytes() {
    return diskBytes;
  }

  /** Bytes of value files to which no row refers that a reader can see. */
  double deadBytes() {
    return deadBytes;
  }

  /** Bytes of values to which SSTables refer, before compression. */
  long liveRawBytes(long valueFile) {
    return liveRawBytes.getOrDefault(valueFile, 0L);
  }

  /** Which part of a value file is live, 0 to 1. */
  double liveShare(long valueFile) {
    return liveShares.getOrDefault(valueFile, 1.0);
  }

  /** Value files with dead values, those whose room is cheapest to win first. */
  List<ValueFileMetadata> worstFirst() {
    return worstFirst;
  }

  /** Dead bytes that {@code maxSpaceAmplification} allows beside what is live. */
  double allowedBytes(double maxSpaceAmplification) {
    return (maxSpaceAmplification - 1) * (diskBytes - deadBytes);
  }
}
