package io.sheaf.compaction;

import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Keeps a table below the space that the user allows: when dead values take too much of it, the
 * value files that hold most of them are emptied, those first whose room costs least to win. A
 * block that is full and live is never written again for its age.
 *
 * <p>What is moved out of a value file takes room twice until the last SSTable that referred to the
 * file is written anew. So collecting begins when {@value #BEGIN} of the allowed garbage is there,
 * and goes on until half of it is gone.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
final class GarbagePolicy {
  /** Part of the allowed garbage at which collecting begins. */
  private static final double BEGIN = 0.8;

  /** Part of the allowed garbage that is left when collecting ends. */
  private static final double END = 0.5;

  /** A job writes about this many files at most, so that room is given back as it goes on. */
  private static final int FILES_OF_JOB = 8;

  private final double maxSpaceAmplification;
  private final long jobBytes;

  GarbagePolicy(double maxSpaceAmplification, long targetFileBytes) {
    this.maxSpaceAmplification = maxSpaceAmplification;
    this.jobBytes = FILES_OF_JOB * targetFileBytes;
  }

  /** The next jobs, none when there is little garbage. */
  List<Compaction> pick(TableState table, PickContext context, Garbage garbage, MergePlan plan) {
    double allowed = garbage.allowedBytes(maxSpaceAmplification);
    double hidden = hiddenBytes(table, context);
    if (garbage.deadBytes() + hidden <= BEGIN * allowed) {
      return List.of();
    }
    if (hidden > garbage.deadBytes()) {
      List<Compaction> jobs = plan.mergeRuns(0, table.runs().size() - 1, Reason.GARBAGE);
      return anyBusy(jobs, context) ? List.of() : jobs;
    }
    return evacuate(table, context, plan, toEmpty(garbage, END * allowed - hidden));
  }

  /**
   * Value files to be emptied so that no more than {@code leftBytes} of garbage are left.
   *
   * @param leftBytes below 0: all of it goes
   */
  static Set<Long> toEmpty(Garbage garbage, double leftBytes) {
    Set<Long> chosen = new HashSet<>();
    double dead = garbage.deadBytes();
    for (ValueFileMetadata file : garbage.worstFirst()) {
      if (dead <= leftBytes) {
        break;
      }
      chosen.add(file.number());
      dead -= file.sizeBytes() * (1 - garbage.liveShare(file.number()));
    }
    return chosen;
  }

  /** Writes anew a stretch of neighbouring SSTables of one run that refer to these files. */
  private List<Compaction> evacuate(
      TableState table, PickContext context, MergePlan plan, Set<Long> valueFiles) {
    for (int index = 0; index < table.runs().size(); index++) {
      Run run = table.runs().get(index);
      List<FileMetadata> stretch = new ArrayList<>();
      long bytes = 0;
      for (FileMetadata file : run.files()) {
        boolean wanted =
            !context.busy().contains(file.number())
                && file.shares().stream().anyMatch(s -> valueFiles.contains(s.valueFile()));
        if (wanted && bytes < jobBytes) {
          stretch.add(file);
          bytes += file.sizeBytes();
          for (FileMetadata.ValueShare share : file.shares()) {
            bytes += valueFiles.contains(share.valueFile()) ? share.rawBytes() : 0;
          }
        } else if (!stretch.isEmpty()) {
          break;
        }
      }
      if (!stretch.isEmpty()) {
        return List.of(plan.rewrite(index, stretch, valueFiles, Reason.GARBAGE));
      }
    }
    return List.of();
  }

  /**
   * Bytes of rows that newer rows hide, as far as the merges before tell: the part of the rows that
   * they dropped, of all that lies above the oldest run. Not where rows expire: there, that is why
   * rows were dropped, and runs of different ages are to stay apart.
   */
  private static double hiddenBytes(TableState table, PickContext context) {
    if (table.descriptor().options().expires()) {
      return 0;
    }
    long bytes = 0;
    MergeCost cost = new MergeCost(table);
    for (int i = 0; i < table.runs().size() - 1; i++) {
      for (FileMetadata file : table.runs().get(i).files()) {
        bytes += file.sizeBytes() + cost.stored(file.separatedBytes());
      }
    }
    return context.droppedShare() * bytes;
  }

  private static boolean anyBusy(List<Compaction> jobs, PickContext context) {
    return jobs.stream()
        .flatMap(job -> job.files().stream())
        .anyMatch(file -> context.busy().contains(file.number()));
  }
}
