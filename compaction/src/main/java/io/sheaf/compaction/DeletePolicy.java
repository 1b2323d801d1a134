package io.sheaf.compaction;

import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to do with deletes: files that lie wholly under a range delete go unread; where deletes make
 * up a good part of what lies under them, they are merged down, so that they and what they hide are
 * gone.
 *
 * <p>Nothing is done for deletes that a snapshot does not see yet: what they hide must stay.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class DeletePolicy {
  /** A range delete is taken for so many deletes, where it is not estimated to hide more rows. */
  private static final long ROWS_OF_RANGE = 64;

  /** Deletes are merged down when they are this part of the entries concerned: 1/4. */
  private static final long SHARE = 4;

  private DeletePolicy() {}

  /** Files of which every row is under one range delete; null where there are none. */
  static Compaction.@Nullable Drop coveredFiles(TableState table, PickContext context) {
    List<InputRun> inputs = new ArrayList<>();
    Set<Long> chosen = new HashSet<>();
    List<RangeTombstones> newer = new ArrayList<>();
    for (Run run : table.runs()) {
      List<FileMetadata> gone = new ArrayList<>();
      for (FileMetadata file : run.files()) {
        if (!context.busy().contains(file.number())
            && newer.stream().anyMatch(tombstones -> covers(tombstones, file, context))) {
          gone.add(file);
          chosen.add(file.number());
        }
      }
      if (!gone.isEmpty()) {
        inputs.add(new InputRun(run.id(), gone));
      }
      for (FileMetadata file : run.files()) {
        RangeTombstones tombstones = context.tombstones().get(file.number());
        if (tombstones != null && !chosen.contains(file.number())) {
          newer.add(tombstones);
        }
      }
    }
    return inputs.isEmpty()
        ? null
        : new Compaction.Drop(table.descriptor(), Reason.DELETES, inputs);
  }

  /** Merges down a file that is full of deletes; null where none is. */
  static Compaction.@Nullable Merge fullOfDeletes(
      TableState table, PickContext context, MergePlan plan) {
    for (int run = 0; run < table.runs().size(); run++) {
      for (FileMetadata file : table.runs().get(run).files()) {
        long hidden = context.hiddenRows().getOrDefault(file.number(), 0L);
        long deletes = file.deletes() + Math.max(hidden, ROWS_OF_RANGE * file.rangeDeletes());
        if (deletes > 0
            && file.largestSequence() <= context.oldestSnapshot()
            && deletes * SHARE >= file.entries() + entriesBelow(table, run, file)) {
          Compaction.Merge merge = plan.mergeDown(run, file, Reason.DELETES);
          if (merge.files().stream().noneMatch(input -> context.busy().contains(input.number()))) {
            return merge;
          }
        }
      }
    }
    return null;
  }

  private static boolean covers(
      RangeTombstones tombstones, FileMetadata file, PickContext context) {
    // Only what every snapshot sees counts, for each part of the file.
    return tombstones.coveringSequence(
            file.smallestKey(), file.largestKey(), context.oldestSnapshot())
        > file.largestSequence();
  }

  private static long entriesBelow(TableState table, int run, FileMetadata file) {
    KeyRange range = KeyRange.of(file);
    long entries = 0;
    for (Run older : table.runs().subList(run + 1, table.runs().size())) {
      for (FileMetadata below : range.overlapping(older)) {
        entries += below.entries();
      }
    }
    return entries;
  }
}
