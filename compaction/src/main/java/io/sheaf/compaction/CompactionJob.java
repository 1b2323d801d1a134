package io.sheaf.compaction;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.CompactionHost;
import io.sheaf.lsm.compact.RunBuilder;
import io.sheaf.lsm.compact.SideBySide;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.NoSpaceException;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.PinnedVersion;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableState;
import io.sheaf.lsm.version.VersionEdit;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one {@link Compaction}: reads the inputs, writes and syncs the new files, and changes
 * the version in one step. Whatever happens before that step leaves the store as it was.
 *
 * <p>A large merge is cut into key ranges that are merged side by side; the version still changes
 * in one step.
 *
 * <p><b>Thread safety.</b> {@link #run} is called once.
 */
final class CompactionJob {
  private final CompactionHost host;
  private final Compaction compaction;
  private final RateLimiter limiter;
  private final int threads;
  private final BooleanSupplier hurried;
  private final BooleanSupplier cancelled;

  /**
   * A job.
   *
   * @param threads number of threads it may use, its caller's included
   * @param hurried asked again and again; once it says true the limiter is passed over
   * @param cancelled asked again and again; once it says true the job gives up
   */
  CompactionJob(
      CompactionHost host,
      Compaction compaction,
      RateLimiter limiter,
      int threads,
      BooleanSupplier hurried,
      BooleanSupplier cancelled) {
    this.host = host;
    this.compaction = compaction;
    this.limiter = limiter;
    this.threads = threads;
    this.hurried = hurried;
    this.cancelled = cancelled;
  }

  /**
   * What became of a job.
   *
   * @param applied whether the version was changed; false where the table is there no more
   * @param rows entries that were read
   * @param dropped of these, entries that no reader can see
   */
  record Outcome(boolean applied, long rows, long dropped) {
    private static final Outcome STALE = new Outcome(false, 0, 0);
  }

  /**
   * Does it.
   *
   * @throws NoSpaceException when the device is too full; nothing is left behind
   * @throws CancellationException when it was cancelled; nothing is left behind
   */
  Outcome run() throws IOException {
    long begin = System.nanoTime();
    try (PinnedVersion pin = host.pinVersion()) {
      if (!inputsPresent(pin.version().table(compaction.table().id()))) {
        return Outcome.STALE;
      }
      Outcome outcome =
          switch (compaction) {
            case Compaction.Merge merge -> merge(merge);
            case Compaction.Move move -> move(move);
            case Compaction.Drop drop -> drop(drop);
          };
      host.statistics().increment(Counter.COMPACTIONS);
      host.statistics().add(Counter.COMPACTION_NANOS, System.nanoTime() - begin);
      return outcome;
    }
  }

  private boolean inputsPresent(@Nullable TableState table) {
    if (table == null) {
      return false;
    }
    for (InputRun input : compaction.inputs()) {
      Set<Long> present = new HashSet<>();
      for (Run run : table.runs()) {
        if (run.id() == input.runId()) {
          run.files().forEach(file -> present.add(file.number()));
        }
      }
      if (!input.files().stream().allMatch(file -> present.contains(file.number()))) {
        return false;
      }
    }
    return true;
  }

  private Outcome drop(Compaction.Drop drop) throws IOException {
    if (!apply(removals(drop))) {
      return Outcome.STALE;
    }
    long rows = drop.files().stream().mapToLong(FileMetadata::entries).sum();
    if (drop.reason() == Reason.EXPIRY) {
      host.statistics().add(Counter.FILES_EXPIRED, drop.files().size());
    }
    host.statistics().add(Counter.ROWS_DROPPED, rows);
    return new Outcome(true, 0, 0);
  }

  private Outcome move(Compaction.Move move) throws IOException {
    List<VersionEdit.Change> changes = removals(move);
    for (FileMetadata file : move.files()) {
      changes.add(new VersionEdit.AddFile(move.table().id(), move.outputRun(), file));
    }
    return apply(changes) ? new Outcome(true, 0, 0) : Outcome.STALE;
  }

  private Outcome merge(Compaction.Merge merge) throws IOException {
    FreeSpace.check(host, merge.estimatedBytes());
    List<RangeMerge.Outcome> parts = mergeRanges(merge);
    List<VersionEdit.Change> changes = removals(merge);
    for (RangeMerge.Outcome part : parts) {
      for (FileMetadata file : part.written().files()) {
        changes.add(new VersionEdit.AddFile(merge.table().id(), merge.outputRun(), file));
      }
      for (ValueFileMetadata file : part.written().valueFiles()) {
        changes.add(new VersionEdit.AddValueFile(file));
      }
    }
    boolean applied = false;
    try {
      applied = apply(changes);
    } catch (IllegalArgumentException | NoSpaceException cause) { // nothing was written
      parts.forEach(part -> discard(part.written(), cause));
      throw cause;
    }
    if (!applied) {
      CancellationException cause =
          new CancellationException("table '" + merge.table().name() + "' is there no more");
      parts.forEach(part -> discard(part.written(), cause));
      return Outcome.STALE;
    }
    return count(merge, parts);
  }

  /**
   * Changes the version; false where the table is there no more. Any exception but an
   * IllegalArgumentException or a NoSpaceException leaves it open whether the manifest has the
   * change: the new files must stay.
   */
  private boolean apply(List<VersionEdit.Change> changes) throws IOException {
    try {
      host.apply(new VersionEdit(changes));
      return true;
    } catch (IllegalArgumentException cause) {
      try (PinnedVersion pin = host.pinVersion()) {
        if (pin.version().table(compaction.table().id()) == null) {
          return false;
        }
      }
      throw cause;
    }
  }

  private List<VersionEdit.Change> removals(Compaction compaction) {
    List<VersionEdit.Change> changes = new ArrayList<>();
    for (InputRun input : compaction.inputs()) {
      for (FileMetadata file : input.files()) {
        changes.add(
            new VersionEdit.RemoveFile(compaction.table().id(), input.runId(), file.number()));
      }
    }
    return changes;
  }

  private Outcome count(Compaction.Merge merge, List<RangeMerge.Outcome> parts) {
    Statistics statistics = host.statistics();
    long rows = 0;
    long dropped = 0;
    for (RangeMerge.Outcome part : parts) {
      long keyBytes = part.written().keyFileBytes();
      long valueBytes = part.written().valueFileBytes();
      switch (merge.reason()) {
        case GARBAGE -> statistics.add(Counter.COLLECTION_BYTES, keyBytes + valueBytes);
        case RUNS, READS, EXPIRY, DELETES, MANUAL -> {
          statistics.add(Counter.COMPACTION_KEY_BYTES, keyBytes);
          statistics.add(Counter.COMPACTION_VALUE_BYTES, valueBytes);
        }
      }
      rows += part.rows();
      dropped += part.dropped();
    }
    statistics.add(
        Counter.COMPACTION_READ_BYTES,
        merge.files().stream().mapToLong(FileMetadata::sizeBytes).sum());
    statistics.add(Counter.ROWS_DROPPED, dropped);
    return new Outcome(true, rows, dropped);
  }

  private List<RangeMerge.Outcome> mergeRanges(Compaction.Merge merge) throws IOException {
    RangeMerge.Retention retention = retention(merge);
    List<Slice> boundaries =
        threads == 1
            ? List.of()
            : KeySplit.boundaries(host, merge.files(), merge.table().options().prefix(), threads);
    AtomicBoolean failed = new AtomicBoolean();
    BooleanSupplier stop = () -> failed.get() || cancelled.getAsBoolean();
    List<FutureTask<RangeMerge.Outcome>> tasks = new ArrayList<>();
    for (int i = 0; i <= boundaries.size(); i++) {
      Slice lower = i == 0 ? null : boundaries.get(i - 1);
      Slice upper = i == boundaries.size() ? null : boundaries.get(i);
      tasks.add(
          new FutureTask<>(() -> {
            try {
              return new RangeMerge(host, merge, limiter, hurried, stop)
                  .run(retention, lower, upper);
            } catch (Throwable cause) {
              failed.set(true);
              throw cause;
            }
          }));
    }
    return SideBySide.run(
        tasks, "sheaf-compaction-range-", lost -> discard(lost.result().written(), lost.because()));
  }

  private RangeMerge.Retention retention(Compaction.Merge merge) throws IOException {
    List<RangeTombstone> tombstones = new ArrayList<>();
    for (FileMetadata file : merge.files()) {
      if (file.rangeDeletes() > 0) {
        tombstones.addAll(host.reader(file).rangeTombstones().tombstones());
      }
    }
    long[] snapshots = host.snapshots();
    return new RangeMerge.Retention(
        RangeTombstones.of(tombstones),
        snapshots,
        ExpiryPolicy.expiredUpTo(merge.table().options(), host.nowMillis()),
        Replaced.by(merge, host, snapshots));
  }

  /** Deletes files that no version will ever have. */
  private void discard(RunBuilder.Result written, Throwable because) {
    for (FileMetadata file : written.files()) {
      delete(FileNames.of(FileKind.SSTABLE, file.number()), because);
    }
    for (ValueFileMetadata file : written.valueFiles()) {
      host.valueStore().forget(file.number());
      delete(host.valueStore().fileName(file.number()), because);
    }
  }

  private void delete(String name, Throwable because) {
    try {
      host.fileSystem().delete(host.directory().resolve(name));
    } catch (NoSuchFileException gone) {
      // as it should be
    } catch (IOException cause) {
      because.addSuppressed(cause);
    }
  }
}
