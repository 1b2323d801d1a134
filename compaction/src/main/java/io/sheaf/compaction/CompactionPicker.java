package io.sheaf.compaction;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.CompactionLimits;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides what to compact next: policy only, a pure function of a table's files and a {@link
 * PickContext}. What costs nothing comes first, then what bounds writers, room and reads, in this
 * order.
 *
 * <p><b>Invariants.</b> No picked job shares a file with another, or writes where another might.
 * Only neighbouring runs are merged, see {@link MergePlan}. Applied again and again to what its
 * jobs leave behind, it comes to an end: each job leaves fewer runs, less garbage, fewer deletes or
 * fewer expired rows.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
public final class CompactionPicker {
  private final CompactionLimits limits;
  private final RunPolicy runPolicy;
  private final GarbagePolicy garbagePolicy;

  /** A picker that keeps to {@code limits}. */
  public CompactionPicker(CompactionLimits limits) {
    this.limits = limits;
    this.runPolicy = new RunPolicy(limits.maxRuns());
    this.garbagePolicy =
        new GarbagePolicy(limits.maxSpaceAmplification(), limits.targetFileBytes());
  }

  /** The next jobs for {@code table}, independent of one another; none when all is well. */
  public List<Compaction> pick(TableState table, PickContext context) {
    List<Compaction> jobs = decide(table, context);
    for (Compaction job : jobs) {
      for (Compaction other : context.underWay()) {
        if (job.conflictsWith(other)) {
          return List.of(); // until the other one has ended
        }
      }
    }
    return jobs;
  }

  private List<Compaction> decide(TableState table, PickContext context) {
    Compaction.Drop drop = ExpiryPolicy.expiredFiles(table, context);
    if (drop == null) {
      drop = DeletePolicy.coveredFiles(table, context);
    }
    if (drop != null) {
      return List.of(drop);
    }
    MergeCost cost = new MergeCost(table);
    Garbage garbage = new Garbage(table, context.nowMillis());
    MergePlan plan = new MergePlan(table, cost, garbage, limits.targetFileBytes());
    boolean writersSlowed = table.runs().size() > limits.maxRuns();
    if (!writersSlowed) {
      List<Compaction> jobs = garbagePolicy.pick(table, context, garbage, plan);
      if (!jobs.isEmpty()) {
        return jobs;
      }
    }
    RunPolicy.Window window = runPolicy.byNumber(table, context, cost);
    if (window != null) {
      return plan.mergeRuns(window.newest(), window.oldest(), Reason.RUNS);
    }
    if (writersSlowed) {
      List<Compaction> jobs = garbagePolicy.pick(table, context, garbage, plan);
      if (!jobs.isEmpty()) {
        return jobs;
      }
    }
    Compaction.Merge merge = ExpiryPolicy.mostlyExpired(table, context, plan);
    if (merge == null) {
      merge = DeletePolicy.fullOfDeletes(table, context, plan);
    }
    if (merge != null) {
      return List.of(merge);
    }
    window = runPolicy.byReads(table, context, cost);
    return window == null
        ? List.of()
        : plan.mergeRuns(window.newest(), window.oldest(), Reason.READS);
  }

  /**
   * Jobs that leave one run between the bounds, every value of which is written anew, in full
   * blocks and with the compression of the oldest run. No file may be busy.
   *
   * @param lower inclusive; null: from the first key
   * @param upper exclusive; null: to the last key
   */
  public List<Compaction> pickAll(
      TableState table, @Nullable Slice lower, @Nullable Slice upper, long nowMillis) {
    List<FileMetadata> files = new ArrayList<>();
    for (Run run : table.runs()) {
      files.addAll(run.files());
    }
    if (files.isEmpty()) {
      return List.of();
    }
    KeyRange all = KeyRange.around(files);
    KeyRange range =
        new KeyRange(lower == null ? all.smallest() : lower, upper == null ? all.largest() : upper);
    Garbage garbage = new Garbage(table, nowMillis);
    Set<Long> evacuated =
        table.valueFiles().values().stream()
            .map(ValueFileMetadata::number)
            .collect(Collectors.toSet());
    return new MergePlan(table, new MergeCost(table), garbage, limits.targetFileBytes())
        .rewrite(range, evacuated, Reason.MANUAL);
  }

  /**
   * How far compaction of {@code table} lags behind: 0 up to the runs that may stay, one half at
   * {@code maxRuns} runs, 1 at twice as many, even in between. Garbage above what is allowed slows
   * writers too, but never stops them: deletes are writes.
   */
  public double pressure(TableState table, long nowMillis) {
    int runs = table.runs().size();
    int rest = runPolicy.restRuns();
    int most = limits.maxRuns();
    double ofRuns =
        runs <= most ? 0.5 * (runs - rest) / (most - rest) : 0.5 + 0.5 * (runs - most) / most;
    Garbage garbage = new Garbage(table, nowMillis);
    double allowed =
        garbage.allowedBytes(limits.maxSpaceAmplification()) + limits.targetFileBytes();
    double ofGarbage = Math.min(0.9, 0.5 * garbage.deadBytes() / allowed);
    return Math.max(0, Math.max(ofRuns, ofGarbage <= 0.5 ? 0 : ofGarbage));
  }
}
