package io.sheaf.compaction;

import io.sheaf.lsm.compact.CompactionHost;
import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableState;
import io.sheaf.lsm.version.Version;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells the {@link CompactionPicker} what it cannot see in the files: what readers hold and have
 * paid for, whether the store is idle, what range deletes hide, how much earlier merges dropped.
 *
 * <p><b>Thread safety.</b> One thread plans; {@link #remember} may be called by any beside it.
 */
final class CompactionPlanner {
  /** Merges of a pause may write so much in any case: nothing beside a flush of usual size. */
  private static final long LEAST_IDLE_BYTES = 4 << 20;

  private final CompactionHost host;
  private final CompactionPicker picker;
  private final ReadDebt readDebt;
  private final IdleCredit idleCredit;
  private final HiddenRows hiddenRows = new HiddenRows();
  private final Map<Integer, Double> droppedShares = new ConcurrentHashMap<>();

  /**
   * A planner for {@code host}.
   *
   * @param quietNanos time without a write after which the store is idle
   */
  CompactionPlanner(CompactionHost host, long quietNanos) {
    this.host = host;
    this.picker = new CompactionPicker(host.limits());
    this.readDebt = new ReadDebt(host.statistics());
    this.idleCredit = new IdleCredit(host.statistics(), quietNanos, LEAST_IDLE_BYTES);
  }

  /**
   * Looks at what happened since the last call, and forgets the tables that were dropped.
   *
   * @param awaited whether somebody waits for the store to come to rest
   */
  void observe(Version version, boolean awaited) {
    readDebt.observe(version);
    idleCredit.observe(awaited, System.nanoTime());
    hiddenRows.keep(version.tables().keySet());
    droppedShares.keySet().retainAll(version.tables().keySet());
  }

  /** How far compaction lags behind, see {@link CompactionPicker#pressure}. */
  double pressure(Version version) {
    return version.tables().values().stream()
        .mapToDouble(table -> picker.pressure(table, host.nowMillis()))
        .max()
        .orElse(0);
  }

  /** The jobs that {@code request} needs, see {@link CompactionPicker#pickAll}. */
  List<Compaction> plan(TableState table, ManualCompaction request) {
    return picker.pickAll(table, request.lower(), request.upper(), host.nowMillis());
  }

  /** The next jobs for {@code table} beside those under way. */
  List<Compaction> plan(TableState table, List<Compaction> underWay) throws IOException {
    List<Compaction> jobs = picker.pick(table, context(table, underWay));
    if (!jobs.isEmpty() && jobs.getFirst().reason() == Reason.READS) {
      readDebt.settle(table.descriptor().id());
      idleCredit.spend(jobs.stream().mapToLong(Compaction::writtenBytes).sum());
    }
    return jobs;
  }

  /** Learns from a job that was done. */
  void remember(Compaction compaction, CompactionJob.Outcome outcome) {
    if (outcome.rows() > 0 && compaction.inputs().size() > 1) {
      double share = (double) outcome.dropped() / outcome.rows();
      droppedShares.merge(compaction.table().id(), share, (before, now) -> (before + now) / 2);
    }
  }

  private PickContext context(TableState table, List<Compaction> underWay) throws IOException {
    Map<Long, RangeTombstones> tombstones = new HashMap<>();
    for (Run run : table.runs()) {
      for (FileMetadata file : run.files()) {
        if (file.rangeDeletes() > 0) {
          tombstones.put(file.number(), host.reader(file).rangeTombstones());
        }
      }
    }
    // In this order: a snapshot taken later sees at least what is visible now.
    long visible = host.lastSequence();
    long[] snapshots = host.snapshots();
    long oldest = snapshots.length == 0 ? visible : Math.min(visible, snapshots[0]);
    int id = table.descriptor().id();
    return PickContext.at(host.nowMillis())
        .withReadDebt(readDebt.of(id) + idleCredit.bytes())
        .withDeletes(oldest, droppedShares.getOrDefault(id, 0.0), tombstones)
        .withHiddenRows(hiddenRows.of(table, tombstones, host::reader))
        .withUnderWay(underWay);
  }

  /** Number of facts about tables that are remembered, for checks. */
  int remembered() {
    return hiddenRows.tables() + droppedShares.size();
  }
}
