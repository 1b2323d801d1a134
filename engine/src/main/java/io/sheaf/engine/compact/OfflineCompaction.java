package io.sheaf.engine.compact;

import io.sheaf.engine.compact.CompactionSummary.CompactedTable;
import io.sheaf.engine.compact.PartMerge.TableShared;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.RunBuilder;
import io.sheaf.lsm.compact.SideBySide;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.sstable.MergedRange;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableState;
import io.sheaf.lsm.version.Version;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Merges all files of a store that is not open: drops what is dead, packs the rows of each group
 * into full value blocks that lie in key order, and leaves one run a table, in the store itself or
 * as a store in another directory.
 *
 * <p>The work is cut into parts, ranges of keys. A finished part is durable in a {@link
 * WorkDirectory}; the store is the old one, whole, until the last step, which replaces its
 * manifest. Whoever was cut short is asked again with the same request and goes on.
 *
 * <p><b>Thread safety.</b> One thread.
 */
public final class OfflineCompaction implements AutoCloseable {
  /** Numbers left free above those of the old store, for who opens it before this is finished. */
  private static final int FREE_NUMBERS = 1 << 10;

  /** Parts that a store is cut into where they have a sensible size. */
  private static final int PARTS = 32;

  private static final long LEAST_PART_BYTES = 64L << 20;
  private static final long MOST_PART_BYTES = 1L << 30;
  private static final int LEVEL = 1;

  /** What is left free for others, in bytes. */
  private static final long RESERVE_BYTES = 16 << 20;

  private final Components parts;
  private final CompactionRequest request;
  private final CompactionProgress progress;
  private final SourceStore store;
  private final Path target;
  private final SourceFiles source;
  private final long partBytes;
  private final List<TablePlan> plans = new ArrayList<>();
  private final List<Part> all = new ArrayList<>();

  /** A range of keys of a table. */
  private record Part(int number, TablePlan plan, @Nullable Slice lower, @Nullable Slice upper) {}

  private OfflineCompaction(
      Components parts,
      SourceStore store,
      Path target,
      CompactionRequest request,
      CompactionProgress progress,
      long partBytes) {
    this.parts = parts;
    this.store = store;
    this.target = target;
    this.request = request;
    this.progress = progress;
    this.partBytes = partBytes;
    this.source = new SourceFiles(parts, store.directory(), request.effort().memoryBytes());
  }

  /**
   * Compacts the store in {@code directory}.
   *
   * @param into the directory of the new store: {@code directory} itself, or one that is missing,
   *     empty, or left by a compaction that was cut short
   * @throws io.sheaf.lsm.io.StoreInUseException when one of the stores is open
   * @throws IllegalArgumentException when the request names a table that is not there, or {@code
   *     into} holds something else
   * @throws io.sheaf.lsm.io.CorruptionException when a file is damaged
   * @throws IOException when the device has too little room, or fails
   */
  public static CompactionSummary compact(
      Components parts,
      Path directory,
      Path into,
      CompactionRequest request,
      CompactionProgress progress)
      throws IOException {
    return compact(parts, directory, into, request, progress, 0);
  }

  /** The same with parts of this size, in bytes of keys and values; 0: one that fits the store. */
  static CompactionSummary compact(
      Components parts,
      Path directory,
      Path into,
      CompactionRequest request,
      CompactionProgress progress,
      long partBytes)
      throws IOException {
    FileSystem fileSystem = parts.fileSystem();
    boolean inPlace =
        directory.toAbsolutePath().normalize().equals(into.toAbsolutePath().normalize());
    Path target = inPlace ? directory : into; // the same path, however it is spelled
    if (inPlace && !request.altered().equals(CompactionRequest.ALL.altered())) {
      throw new IllegalArgumentException(
          "options of tables are changed in a new store only: name another directory for it");
    }
    if (!inPlace) {
      StoreReplacement.checkTarget(fileSystem, target);
    }
    SourceStore.flushLogs(parts, directory);
    Path lock = directory.resolve(FileNames.LOCK);
    try (FileSystem.FileLock _ = inPlace ? fileSystem.lock(lock) : fileSystem.lockForReading(lock);
        FileSystem.FileLock _ = inPlace ? () -> {} : lockNew(fileSystem, target);
        OfflineCompaction compaction =
            new OfflineCompaction(
                parts, SourceStore.read(parts, directory), target, request, progress, partBytes)) {
      return compaction.run();
    }
  }

  private static FileSystem.FileLock lockNew(FileSystem fileSystem, Path into) throws IOException {
    fileSystem.createDirectories(into);
    return fileSystem.lock(into.resolve(FileNames.LOCK));
  }

  private CompactionSummary run() throws IOException {
    plan();
    String description = describe();
    try (WorkDirectory work = openWork(description)) {
      Set<Long> finishedRuns =
          work.finished().tables().values().stream()
              .flatMap(table -> table.runs().stream())
              .map(Run::id)
              .collect(Collectors.toSet());
      List<Part> open =
          all.stream().filter(part -> !finishedRuns.contains(work.runOf(part.number()))).toList();
      long bytesBefore = userBytes(work.finished());
      double busy = merge(work, open);
      Version made = made(work);
      StoreReplacement.install(parts.fileSystem(), store, target, work, made);
      return new CompactionSummary(
          tables(work.finished()),
          all.size() - open.size(),
          all.size(),
          userBytes(work.finished()) - bytesBefore,
          busy);
    }
  }

  private void plan() throws IOException {
    Set<String> names =
        store.version().tables().values().stream()
            .map(table -> table.descriptor().name())
            .collect(Collectors.toSet());
    for (String name : request.tables()) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException("no table '" + name + "'; there are " + names);
      }
    }
    long userBytes = 0;
    for (TableState table : store.version().tablesInOrder().values()) {
      if (request.concerns(table.descriptor().name())) {
        TablePlan plan = TablePlan.of(table, request);
        plans.add(plan);
        userBytes += plan.userBytes();
        for (FileMetadata file : plan.files()) {
          source.open(file);
        }
      }
    }
    long size =
        partBytes > 0
            ? partBytes
            : Math.clamp(userBytes / PARTS, LEAST_PART_BYTES, MOST_PART_BYTES);
    for (TablePlan plan : plans) {
      if (!plan.merged().isEmpty()) {
        Slice lower = null;
        for (Slice cut :
            RangeCuts.of(plan.files(), source, plan.after().options().prefix(), size)) {
          all.add(new Part(all.size(), plan, lower, cut));
          lower = cut;
        }
        all.add(new Part(all.size(), plan, lower, null));
      }
    }
  }

  private String describe() {
    StringBuilder text = new StringBuilder();
    text.append("store ").append(store.directory().toAbsolutePath().normalize()).append('\n');
    text.append("sequence ").append(store.version().lastSequence()).append('\n');
    text.append("parts ").append(all.size()).append('\n');
    text.append("expired rows ").append(request.dropExpired() ? "go" : "stay").append('\n');
    plans.forEach(plan -> text.append(plan.describe()));
    return text.toString();
  }

  private WorkDirectory openWork(String description) throws IOException {
    Long first =
        WorkDirectory.underWay(parts.fileSystem(), target, description)
            .filter(number -> number >= store.nextFileNumber())
            .orElse(null);
    if (first != null) {
      WorkDirectory work = WorkDirectory.resume(parts, target, first);
      try {
        announce(userBytes(work.finished()));
        return work;
      } catch (Throwable e) {
        work.close();
        throw e;
      }
    }
    // What another plan has left goes before room is counted; last what says that it is of one.
    if (!target.equals(store.directory())) {
      StoreReplacement.removeFiles(parts.fileSystem(), target, Set.of());
    }
    WorkDirectory.clear(parts.fileSystem(), target);
    announce(0); // before anything is written
    Map<Integer, TableState> empty = new HashMap<>();
    plans.forEach(plan -> empty.put(plan.after().id(), TableState.empty(plan.after())));
    return WorkDirectory.begin(
        parts,
        target,
        description,
        store.freeNumber() + FREE_NUMBERS,
        new Version(store.version().store(), empty, 0, 0, 0, store.version().nextTableId()),
        all.size());
  }

  /** Bytes of keys and values in files that are finished. */
  private static long userBytes(Version finished) {
    long bytes = 0;
    for (TableState table : finished.tables().values()) {
      for (Run run : table.runs()) {
        bytes += run.files().stream().mapToLong(TablePlan::userBytes).sum();
      }
    }
    return bytes;
  }

  /** Says what is to be done, of which this much is, and that there is room for the rest. */
  private void announce(long done) throws IOException {
    long total = plans.stream().mapToLong(TablePlan::userBytes).sum();
    long stored = plans.stream().mapToLong(TablePlan::neededBytes).sum();
    double left = total == 0 ? 0 : Math.max(0, 1 - (double) done / total);
    long needed = (long) (stored * left * 1.02);
    long free = parts.fileSystem().freeBytes(target);
    progress.begins(total, done, needed);
    if (free - RESERVE_BYTES < needed) {
      throw new IOException(
          "the new files in "
              + target
              + " need about "
              + (needed + RESERVE_BYTES)
              + " bytes beside the old ones, but "
              + free
              + " are free; give the device room, or name a directory on another one for the new"
              + " store");
    }
  }

  /** Merges the parts; returns the share of the time in which its threads computed. */
  private double merge(WorkDirectory work, List<Part> open) throws IOException {
    if (open.isEmpty()) {
      return 0;
    }
    Map<Integer, TableShared> shared = new HashMap<>();
    Map<Integer, @Nullable Dictionary> dictionaries = new HashMap<>();
    for (Part part : open) {
      int table = part.plan().after().id();
      if (!shared.containsKey(table)) {
        shared.put(table, share(part.plan()));
        dictionaries.put(table, SampledDictionary.learn(part.plan(), source));
      }
    }
    Queue<Part> queue = new ConcurrentLinkedQueue<>(open);
    AtomicBoolean failed = new AtomicBoolean();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    Callable<Double> worker =
        () -> {
          long cpu = threads.getCurrentThreadCpuTime();
          long begin = System.nanoTime();
          try {
            for (Part part = queue.poll(); part != null && !failed.get(); part = queue.poll()) {
              int table = part.plan().after().id();
              merge(
                  work,
                  part,
                  Objects.requireNonNull(shared.get(table)),
                  dictionaries.get(table),
                  failed);
            }
            return (double) (threads.getCurrentThreadCpuTime() - cpu) / (System.nanoTime() - begin);
          } catch (Throwable cause) {
            failed.set(true);
            throw cause;
          }
        };
    List<FutureTask<Double>> workers = new ArrayList<>();
    for (int i = 0; i < Math.min(request.effort().threads(), open.size()); i++) {
      workers.add(new FutureTask<>(worker));
    }
    return SideBySide.run(workers, "sheaf-compact-").stream()
        .mapToDouble(Double::doubleValue)
        .average()
        .orElse(0);
  }

  private void merge(
      WorkDirectory work,
      Part part,
      TableShared shared,
      @Nullable Dictionary dictionary,
      AtomicBoolean failed)
      throws IOException {
    TablePlan plan = part.plan();
    try (RunBuilder builder =
        new RunBuilder(
            new RunBuilder.Settings(
                parts.fileSystem(),
                work.path(),
                work::newFileNumber,
                plan.after(),
                parts.policies().apply(plan.written()),
                work.values(),
                LEVEL,
                true,
                plan.compression(),
                dictionary,
                DbOptions.DEFAULT.compaction().targetFileBytes()))) {
      RunBuilder.Result written =
          new PartMerge(plan, source, shared, progress, failed::get)
              .run(builder, part.lower(), part.upper());
      work.finish(plan.after().id(), part.number(), written);
    }
  }

  private TableShared share(TablePlan plan) {
    List<RangeTombstone> tombstones = new ArrayList<>();
    Slice first = null;
    Slice last = null;
    for (FileMetadata file : plan.files()) {
      tombstones.addAll(source.reader(file).rangeTombstones().tombstones());
      first = first == null || file.smallestKey().compareTo(first) < 0 ? file.smallestKey() : first;
      last = last == null || file.largestKey().compareTo(last) > 0 ? file.largestKey() : last;
    }
    long sequence = store.version().lastSequence();
    List<MergedRange> merged = List.of(); // as long as nothing was ever written
    if (sequence > 0 && first != null && last != null) {
      byte[] behind = new byte[last.length() + 1];
      last.copyTo(behind, 0);
      merged = List.of(new MergedRange(sequence, first, Slice.of(behind)));
    }
    var options = plan.before().descriptor().options();
    long expired =
        request.dropExpired() && options.expires()
            ? Math.max(0, parts.clock().getAsLong() - options.ttlMillis())
            : 0;
    return new TableShared(RangeTombstones.of(tombstones), merged, expired);
  }

  /** The store as it is to be. */
  private Version made(WorkDirectory work) {
    Version before = store.version();
    Map<Integer, TableState> tables = new HashMap<>(before.tables());
    for (TablePlan plan : plans) {
      int id = plan.after().id();
      TableState produced = Objects.requireNonNull(work.finished().table(id));
      tables.put(id, plan.with(produced, work.runOf(0)));
    }
    boolean inPlace = target.equals(store.directory());
    return new Version(
        inPlace ? before.store() : parts.storeIds().get(),
        tables,
        0,
        before.lastSequence(),
        before.lastTimeMillis(),
        before.nextTableId());
  }

  private List<CompactedTable> tables(Version finished) {
    List<CompactedTable> tables = new ArrayList<>();
    for (TablePlan plan : plans) {
      TableState table = Objects.requireNonNull(finished.table(plan.after().id()));
      long rows = 0;
      long userBytes = 0;
      for (Run run : table.runs()) {
        for (FileMetadata file : run.files()) {
          rows += file.entries();
          userBytes += TablePlan.userBytes(file);
        }
      }
      tables.add(
          new CompactedTable(
              plan.after().name(),
              plan.files().stream().mapToLong(FileMetadata::entries).sum(),
              rows,
              userBytes,
              plan.storedBytes(),
              table.keyFileBytes(),
              table.valueFileBytes()));
    }
    return tables;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
