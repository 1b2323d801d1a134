package io.sheaf.compaction;

import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Turns the choice of neighbouring runs into jobs that keep the order of runs right.
 *
 * <p><b>Invariant.</b> Between the first and last key of a job, its inputs hold <em>every</em> file
 * of every run from the newest input to the output run. So the output can take its place there: it
 * overlaps no other file, and no file between it and its inputs is passed over.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
final class MergePlan {
  private final TableState table;
  private final MergeCost cost;
  private final Garbage garbage;
  private final long targetFileBytes;

  MergePlan(TableState table, MergeCost cost, Garbage garbage, long targetFileBytes) {
    this.table = table;
    this.cost = cost;
    this.garbage = garbage;
    this.targetFileBytes = targetFileBytes;
  }

  /**
   * Jobs that leave one of the runs from index {@code newest} to {@code oldest} (inclusive, in the
   * table's order): merges of what overlaps, moves of what does not. The jobs are independent.
   */
  List<Compaction> mergeRuns(int newest, int oldest, Reason reason) {
    List<Run> runs = table.runs().subList(newest, oldest + 1);
    long outputRun = runs.getLast().id();
    List<Compaction> jobs = new ArrayList<>();
    for (List<Member> group : groups(components(runs))) {
      if (group.size() == 1) {
        Member lone = group.getFirst();
        if (lone.runId != outputRun) {
          jobs.add(new Compaction.Move(table.descriptor(), reason, inputsOf(group), outputRun));
        }
      } else if (group.stream().anyMatch(member -> member.runId != outputRun)) {
        jobs.add(merge(group, outputRun, oldest, reason, Set.of()));
      }
    }
    return jobs;
  }

  /** Jobs that write anew every file that overlaps {@code range}, of all runs, into one. */
  List<Compaction> rewrite(KeyRange range, Set<Long> evacuated, Reason reason) {
    List<Compaction> jobs = new ArrayList<>();
    for (List<Member> component : components(table.runs())) {
      if (component.stream().anyMatch(member -> range.overlaps(member.file))) {
        int oldest = table.runs().size() - 1;
        jobs.add(merge(component, table.runs().get(oldest).id(), oldest, reason, evacuated));
      }
    }
    return jobs;
  }

  /**
   * The job that merges {@code file} of the run with index {@code run} with every older file that
   * it overlaps, and what these overlap in turn.
   */
  Compaction.Merge mergeDown(int run, FileMetadata file, Reason reason) {
    List<Run> runs = table.runs().subList(run, table.runs().size());
    for (List<Member> component : components(runs)) {
      if (component.stream().anyMatch(member -> member.file.number() == file.number())) {
        long output = component.stream().mapToLong(Member::runId).min().orElseThrow();
        int oldest = run;
        while (table.runs().get(oldest).id() != output) {
          oldest++;
        }
        return merge(component, output, oldest, reason, Set.of());
      }
    }
    throw new IllegalArgumentException("file " + file.number() + " is not in the run");
  }

  /** The job that writes neighbouring files of the run with index {@code run} anew. */
  Compaction.Merge rewrite(int run, List<FileMetadata> files, Set<Long> evacuated, Reason reason) {
    long id = table.runs().get(run).id();
    List<Member> members = files.stream().map(file -> new Member(id, file)).toList();
    return merge(members, id, run, reason, evacuated);
  }

  private Compaction.Merge merge(
      List<Member> members, long outputRun, int oldest, Reason reason, Set<Long> evacuated) {
    List<FileMetadata> files = members.stream().map(Member::file).toList();
    List<InputRun> inputs = inputsOf(members);
    int level = files.stream().mapToInt(FileMetadata::level).max().orElse(0);
    Set<Long> emptied = new HashSet<>(evacuated);
    emptied.addAll(nearlyDead(files));
    long bytes = cost.of(files);
    for (FileMetadata file : files) {
      for (FileMetadata.ValueShare share : file.shares()) {
        if (emptied.contains(share.valueFile())) {
          bytes += cost.stored(share.rawBytes());
        }
      }
    }
    return new Compaction.Merge(
        table.descriptor(),
        reason,
        inputs,
        outputRun,
        inputs.size() > 1 ? level + 1 : level,
        isOldest(oldest, KeyRange.around(files)),
        emptied,
        bytes);
  }

  /** Whether no run behind index {@code run} has a file in {@code range}. */
  private boolean isOldest(int run, KeyRange range) {
    for (Run older : table.runs().subList(run + 1, table.runs().size())) {
      int at = older.firstNotBelow(range.smallest());
      if (at < older.files().size() && range.overlaps(older.files().get(at))) {
        return false;
      }
    }
    return true;
  }

  /** Value files that are mostly dead, and go when {@code files} no longer refer to them. */
  private Set<Long> nearlyDead(List<FileMetadata> files) {
    Map<Long, Long> referred = new HashMap<>();
    for (FileMetadata file : files) {
      for (FileMetadata.ValueShare share : file.shares()) {
        referred.merge(share.valueFile(), share.rawBytes(), Long::sum);
      }
    }
    Set<Long> dead = new HashSet<>();
    for (ValueFileMetadata file : garbage.worstFirst()) {
      Long bytes = referred.get(file.number());
      if (bytes != null
          && bytes == garbage.liveRawBytes(file.number())
          && garbage.liveShare(file.number()) < 0.5) {
        dead.add(file.number());
      }
    }
    return dead;
  }

  /** Files of {@code runs} that hang together by overlap, in key order. */
  private static List<List<Member>> components(List<Run> runs) {
    List<Member> members = new ArrayList<>();
    for (Run run : runs) {
      for (FileMetadata file : run.files()) {
        members.add(new Member(run.id(), file));
      }
    }
    members.sort(Comparator.comparing(member -> member.file.smallestKey()));
    List<List<Member>> components = new ArrayList<>();
    List<Member> open = new ArrayList<>();
    KeyRange range = null;
    for (Member member : members) {
      if (range != null && !range.overlaps(member.file)) {
        components.add(open);
        open = new ArrayList<>();
        range = null;
      }
      open.add(member);
      KeyRange own = KeyRange.of(member.file);
      range = range == null ? own : range.with(own);
    }
    if (!open.isEmpty()) {
      components.add(open);
    }
    return components;
  }

  /** Joins small neighbouring components, so that files grow when keys rise in time. */
  private List<List<Member>> groups(List<List<Member>> components) {
    List<List<Member>> groups = new ArrayList<>();
    List<Member> open = new ArrayList<>();
    long openBytes = 0;
    for (List<Member> component : components) {
      long bytes = component.stream().mapToLong(member -> member.file.sizeBytes()).sum();
      boolean full = bytes >= targetFileBytes / 2;
      if (!open.isEmpty() && (full || openBytes >= targetFileBytes / 2)) {
        groups.add(open);
        open = new ArrayList<>();
        openBytes = 0;
      }
      if (full) {
        groups.add(component);
      } else {
        open.addAll(component);
        openBytes += bytes;
      }
    }
    if (!open.isEmpty()) {
      groups.add(open);
    }
    return groups;
  }

  private static List<InputRun> inputsOf(List<Member> members) {
    TreeMap<Long, List<FileMetadata>> byRun = new TreeMap<>(Comparator.reverseOrder());
    for (Member member : members) {
      byRun.computeIfAbsent(member.runId, id -> new ArrayList<>()).add(member.file);
    }
    List<InputRun> inputs = new ArrayList<>();
    for (Map.Entry<Long, List<FileMetadata>> run : byRun.entrySet()) {
      run.getValue().sort(Comparator.comparing(FileMetadata::smallestKey));
      inputs.add(new InputRun(run.getKey(), run.getValue()));
    }
    return inputs;
  }

  private record Member(long runId, FileMetadata file) {}
}
