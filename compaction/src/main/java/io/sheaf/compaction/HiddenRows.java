package io.sheaf.compaction;

import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.sstable.TableReader;
import io.sheaf.lsm.sstable.TableSource;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableState;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How many rows range deletes hide in older runs, estimated from the indexes of their files: one
 * delete may hide a row or a conversation of millions. What was estimated once for two files is
 * remembered, as neither changes.
 *
 * <p><b>Thread safety.</b> One thread, the one that plans.
 */
final class HiddenRows {
  private static final long[] NO_SNAPSHOTS = {};

  private record Pair(long deletingFile, long olderFile) {}

  private final Map<Integer, Map<Pair, Long>> estimates = new HashMap<>();

  /**
   * Hidden rows by the number of the file that has the range deletes.
   *
   * @param tombstones the range deletes of the table's files that have some
   */
  Map<Long, Long> of(TableState table, Map<Long, RangeTombstones> tombstones, TableSource files)
      throws IOException {
    int id = table.descriptor().id();
    Map<Pair, Long> known = estimates.getOrDefault(id, Map.of());
    Map<Pair, Long> current = new HashMap<>();
    Map<Long, Long> hidden = new HashMap<>();
    List<Run> runs = table.runs();
    for (int i = 0; i < runs.size(); i++) {
      for (FileMetadata file : runs.get(i).files()) {
        RangeTombstones deletes = tombstones.get(file.number());
        if (deletes == null) {
          continue;
        }
        KeyRange range = KeyRange.of(file);
        long rows = 0;
        for (Run older : runs.subList(i + 1, runs.size())) {
          for (FileMetadata below : range.overlapping(older)) {
            Pair pair = new Pair(file.number(), below.number());
            Long estimate = known.get(pair);
            if (estimate == null) {
              estimate = estimate(deletes, files.reader(below));
            }
            current.put(pair, estimate);
            rows += estimate;
          }
        }
        hidden.put(file.number(), rows);
      }
    }
    if (current.isEmpty()) {
      estimates.remove(id);
    } else {
      estimates.put(id, current);
    }
    return hidden;
  }

  /** Forgets the other tables. */
  void keep(Set<Integer> tables) {
    estimates.keySet().retainAll(tables);
  }

  /** Number of tables of which something is remembered, for checks. */
  int tables() {
    return estimates.size();
  }

  private static long estimate(RangeTombstones deletes, TableReader below) {
    long rows = 0;
    for (RangeTombstone delete : deletes.fragments(NO_SNAPSHOTS)) {
      rows += below.estimatedEntries(delete.start(), delete.end());
    }
    return rows;
  }
}
