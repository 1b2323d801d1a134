package io.sheaf.lsm.db;

import io.sheaf.lsm.cache.BlockCache;
import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.compact.CompactionHost;
import io.sheaf.lsm.compact.CompactionLimits;
import io.sheaf.lsm.compact.Compactor;
import io.sheaf.lsm.compact.RunBuilder;
import io.sheaf.lsm.io.BackgroundThread;
import io.sheaf.lsm.io.Cleanup;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.NoSpaceException;
import io.sheaf.lsm.io.SystemMemory;
import io.sheaf.lsm.memtable.ChunkPool;
import io.sheaf.lsm.sstable.TableCache;
import io.sheaf.lsm.sstable.TableReader;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.ScrubObserver;
import io.sheaf.lsm.value.ValueStore;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.PinnedVersion;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.lsm.version.VersionEdit;
import io.sheaf.lsm.version.VersionSet;
import io.sheaf.lsm.wal.LogOptions;
import io.sheaf.lsm.wal.LogTail;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of an open store, wired: what {@link Db} stands on and what a {@link Compactor} works
 * for.
 *
 * <p><b>Life.</b> Opened in the order lock, manifest, files, logs, background; closed in the
 * reverse. What readers share goes when the store is closed and the last cursor is, see {@link
 * SharedFiles}.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class Store implements CompactionHost {
  private static final Logger LOG = LoggerFactory.getLogger(Store.class);
  private static final int COMPRESSED_LOG_RECORD_BYTES = 256;
  private static final long MOST_PREALLOCATED_BYTES = 64L << 20;

  private final Path directory;
  private final DbOptions options;
  private final Components components;
  private final FileSystem.FileLock lock;
  private final Statistics statistics = new Statistics();
  private final Health health = new Health();
  private final SnapshotList snapshots = new SnapshotList();
  private final BulkWriters bulkWriters = new BulkWriters();
  private final MemoryBudget budget;
  private final BlockCache cache;
  private final ChunkPool chunks;
  private final ValueStore values;
  private final TableCache tableFiles;
  private final SharedFiles sharedFiles;
  private final VersionSet versions;
  private final Tables tables;
  private final ReadViews views;
  private final RunBuilders runBuilders;
  private final Reader reader;
  private final ConditionalWrites conditional;
  private final Flusher flusher;
  private final Compactor compactor;
  private final WriteController controller;
  private final DiskSpace space;
  private final Logs logs;
  private final WriteQueue writes;
  private final Background background;
  private final WarmUp warmUp;
  private final Scrub scrub;
  private final AtomicBoolean closed = new AtomicBoolean();

  static Store open(Path directory, DbOptions options, Components components) throws IOException {
    FileSystem fileSystem = components.fileSystem();
    StoreFiles.prepare(fileSystem, directory, options.createIfMissing());
    FileSystem.FileLock lock = fileSystem.lock(directory.resolve(FileNames.LOCK));
    try {
      return new Store(directory, options, components, lock);
    } catch (IOException | RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  private Store(Path directory, DbOptions options, Components components, FileSystem.FileLock lock)
      throws IOException {
    this.directory = directory;
    this.options = options;
    this.components = components;
    this.lock = lock;
    long begin = System.nanoTime();
    FileSystem disk = components.fileSystem();
    budget = new MemoryBudget(options.memoryBytes());
    Cleanup undo = new Cleanup();
    try {
      versions =
          undo.add(
              VersionSet.open(
                  disk,
                  directory,
                  options.createIfMissing(),
                  components.storeIds(),
                  components.extractors(),
                  this::obsolete,
                  statistics));
      cache = undo.add(new BlockCache(budget, statistics));
      chunks = undo.add(new ChunkPool(budget, options.writeBufferBytes() / 2));
      values =
          undo.add(
              components
                  .values()
                  .create(disk, directory, versions::newFileNumber, cache, budget, statistics));
      tableFiles = undo.add(new TableCache(disk, directory, cache, budget, values, statistics));
      sharedFiles = new SharedFiles(this::closeFiles);
      tables = new Tables(versions::current, this::applyTables);
      views = undo.add(new ReadViews(versions::pin, sharedFiles));
      reader = new Reader(tableFiles, components.clock(), health, statistics);
      conditional = new ConditionalWrites(health, snapshots, this::lastSequence, views, reader);
      Dictionaries dictionaries = new Dictionaries(tableFiles, tables::has);
      runBuilders =
          new RunBuilders(
              components,
              directory,
              versions,
              values,
              dictionaries,
              options.compaction().targetFileBytes());
      flusher =
          new Flusher(
              runBuilders::forFlush,
              edit -> StoreFiles.deleteAdded(disk, directory, edit),
              tables::byId,
              snapshots::sequences,
              versions::newFileNumber,
              options.compaction().threads(),
              statistics);
      compactor = undo.add(components.compactors().get());
      space =
          new DiskSpace(
              directory.toString(),
              () -> disk.freeBytes(directory),
              this::memtableBytes,
              options.compaction().targetFileBytes());
      controller = new WriteController(this::fill, this::flushedShare, compactor::pressure);
      Recovery recovery =
          undo.add(
              new Recovery(
                  disk, directory, versions.current(), tables.byId(), this::newGeneration));
      recovery.replay(options.writeBufferBytes(), this::flushNow);
      // Not before: the logs may show that the manifest has lost what these files belong to.
      KeptLogs keptLogs = new KeptLogs(disk, directory, options.logRetention());
      StoreFiles.deleteObsolete(
          disk,
          directory,
          keptLogs.takeFrom(versions.obsoleteOnOpen(), components.clock().getAsLong()));
      Generation active = newGeneration(versions.newFileNumber());
      logs =
          undo.add(
              new Logs(
                  disk,
                  directory,
                  versions.current().store(),
                  logOptions(options),
                  keptLogs,
                  components.clock(),
                  statistics));
      logs.begin(active.logNumber(), recovery.end(), recovery.logs());
      writes =
          undo.add(
              new WriteQueue(
                  health,
                  views,
                  logs,
                  tables::byId,
                  () -> newGeneration(versions.newFileNumber()),
                  this::wakeFlusher,
                  controller,
                  space,
                  components.clock(),
                  conditional,
                  options.writeBufferBytes() / 2,
                  statistics,
                  active,
                  recovery.lastSequence(),
                  recovery.lastTimeMillis()));
      List<Generation> generations = recovery.takeGenerations();
      generations.addFirst(active);
      views.change(none -> generations);
      if (generations.size() == 1) {
        forgetEmptyLogs(active.logNumber(), recovery);
      }
      background =
          undo.add(
              new Background(
                  this::flushOldest, this::handOn, options.bufferedMillis(), this::failed));
      warmUp = undo.add(new WarmUp(disk, directory, tableFiles, values));
      warmUp.start(versions.current(), options.memoryBytes());
      scrub =
          undo.add(
              new Scrub(
                  versions::liveFiles,
                  this::scrub,
                  statistics,
                  options.scrubBytesPerSecond(),
                  Scrub.Times.DEFAULT,
                  options.damageListener()));
      scrub.start();
      compactor.start(this);
      background.start();
      background.wake();
      compactor.wake();
      LOG.info(
          "opened {} in {} ms, with {} writes read from {} logs",
          directory,
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin),
          recovery.lastSequence() - versions.current().lastSequence(),
          recovery.logs().size());
    } catch (IOException | RuntimeException | Error e) {
      health.close();
      undo.run(e);
      throw e;
    }
  }

  void write(WriteBatch batch, Durability durability) throws IOException {
    if (batch.count() == 0) {
      health.checkWritable();
      return;
    }
    writes.write(batch, durability, List.of());
  }

  /** See {@link Db#bulkWriter}. */
  BulkWriter bulkWriter(TableDescriptor table, long timeMillis) throws IOException {
    health.checkWritable();
    BulkWriter writer =
        new BulkWriter(
            this,
            table,
            timeMillis,
            options.compaction().threads(),
            runBuilders.known(table),
            dictionary -> runBuilders.forFlush(table, dictionary),
            work -> BackgroundThread.of("sheaf-bulk", work));
    bulkWriters.add(writer);
    return writer;
  }

  BulkWriters bulkWriters() {
    return bulkWriters;
  }

  /** See {@link Db#ingest}. */
  long ingest(List<BulkWriter> writers) throws IOException, InterruptedException {
    health.checkWritable();
    List<String> names = new ArrayList<>();
    for (BulkWriter writer : writers) {
      if (!writer.belongsTo(this) || writer.isHandedOver()) {
        throw new IllegalArgumentException(
            "the bulk writer of table '"
                + writer.table().name()
                + "' is of another store, or was ingested before");
      }
      writer.finish();
      names.add(writer.table().name());
    }
    flush();
    long sequence =
        writes.ingest(
            WriteBatch.of(IngestMark.of(names)),
            (at, timeMillis) -> addIngested(writers, at, timeMillis));
    compactor.wake();
    return sequence;
  }

  private void addIngested(List<BulkWriter> writers, long sequence, long timeMillis)
      throws IOException {
    writers.forEach(BulkWriter::handOver); // whatever fails now, the manifest may have them
    try {
      apply(
          BulkWriter.edit(
              writers,
              versions.newFileNumber(),
              new VersionEdit.Flushed(versions.current().logNumber(), sequence, timeMillis),
              tables.byId()));
    } catch (NoSpaceException | IllegalArgumentException e) {
      writers.forEach(BulkWriter::takeBack); // but it has not
      throw e;
    }
  }

  /** See {@link Db#tail}. */
  ChangeTail tail(long fromSequence) {
    health.checkOpen();
    LogTail tail =
        new LogTail(
            fileSystem(),
            directory,
            () -> versions.current().store(),
            fromSequence,
            writes.followers()::end);
    writes.followers().opened();
    return new ChangeTail(health, writes.followers(), tail);
  }

  /** See {@link Db#writeIf}. */
  @Nullable WriteCondition writeIf(
      WriteBatch batch, List<WriteCondition> conditions, Durability durability) throws IOException {
    return conditional.write(writes, batch, conditions, durability);
  }

  /**
   * The table of this name, created or with other options from now on. Rows that are there when a
   * table begins to expire have no write time and go on for ever, so they must be in files by then:
   * the log would say when they were written.
   */
  TableDescriptor openTable(String name, TableOptions options) throws IOException {
    boolean keptForEver = tables.find(name).filter(table -> !table.options().expires()).isPresent();
    if (!keptForEver || !options.expires()) {
      return tables.open(name, options);
    }
    flushForTable(name);
    TableDescriptor table = tables.open(name, options);
    flushForTable(name); // memtables begun in between keep no times
    return table;
  }

  private void flushForTable(String name) throws IOException {
    try {
      flush();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException(
              "interrupted while table '" + name + "' began to expire; open it again");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  ReadView acquireView() {
    health.checkOpen();
    return views.acquire();
  }

  void flush() throws IOException, InterruptedException {
    Generation full = writes.switchMemtables();
    if (full != null) {
      writes.awaitFlushed(full);
    }
    background.awaitIdle();
    space.checkFlush();
    health.checkWritable();
  }

  void awaitIdle() throws IOException, InterruptedException {
    health.checkOpen();
    background.awaitIdle();
    space.checkFlush();
    compactor.awaitIdle();
    health.checkWritable();
  }

  void checkpoint(Path target) throws IOException, InterruptedException {
    flush();
    try (PinnedVersion pinned = pinVersion()) {
      StoreFiles.link(fileSystem(), directory, target, pinned.version(), versions.newFileNumber());
    }
  }

  WritePressure pressure() {
    return controller.pressure();
  }

  void close() throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    health.close();
    writes.wakeAll(); // and none of them is half-way in making files the store's
    bulkWriters.close();
    warmUp.close();
    scrub.close();
    compactor.close();
    background.close();
    try (lock;
        versions;
        sharedFiles;
        chunks;
        views) {
      writes.close();
    }
  }

  @Override
  public PinnedVersion pinVersion() {
    return versions.pin();
  }

  @Override
  public void apply(VersionEdit edit) throws IOException {
    synchronized (tables) {
      List<VersionEdit.Change> wanted =
          StoreFiles.wanted(fileSystem(), directory, edit, tables.byId());
      if (!wanted.isEmpty()) {
        versions.apply(new VersionEdit(wanted));
      }
    }
    views.refresh();
  }

  @Override
  public TableReader reader(FileMetadata file) throws IOException {
    return tableFiles.reader(file);
  }

  @Override
  public RunBuilder newRunBuilder(TableDescriptor table, int level, boolean oldestRun)
      throws IOException {
    return runBuilders.forMerge(table, level, oldestRun);
  }

  @Override
  public long[] snapshots() {
    return snapshots.sequencesAndPresent(this::lastSequence);
  }

  @Override
  public long lastSequence() {
    return writes.lastSequence();
  }

  @Override
  public long nowMillis() {
    return components.clock().getAsLong();
  }

  @Override
  public ValueStore valueStore() {
    return values;
  }

  @Override
  public FileSystem fileSystem() {
    return components.fileSystem();
  }

  @Override
  public Path directory() {
    return directory;
  }

  @Override
  public Statistics statistics() {
    return statistics;
  }

  @Override
  public long keptFreeBytes() {
    return space.keptBytes();
  }

  boolean isShortOfSpace() {
    return space.isShort();
  }

  @Override
  public boolean giveUpRoom() {
    return writes.giveUpKeptLog();
  }

  @Override
  public CompactionLimits limits() {
    return options.compaction();
  }

  @Override
  public void failed(Throwable cause) {
    if (health.isClosed()) {
      return; // what is given up at closing is no failure
    }
    health.fail(cause);
    LOG.error("the store in {} is read-only from now on", directory, cause);
    writes.wakeAll();
  }

  DbOptions options() {
    return options;
  }

  Health health() {
    return health;
  }

  Tables tables() {
    return tables;
  }

  Reader reader() {
    return reader;
  }

  SnapshotList snapshotList() {
    return snapshots;
  }

  Compactor compactor() {
    return compactor;
  }

  MemoryBudget budget() {
    return budget;
  }

  BlockCache cache() {
    return cache;
  }

  private void applyTables(VersionEdit edit) throws IOException {
    health.checkWritable();
    try {
      versions.apply(edit);
    } catch (NoSpaceException e) {
      throw e; // nothing is in the manifest
    } catch (IOException e) {
      failed(e); // the manifest takes no flush any more
      throw e;
    }
    views.refresh();
  }

  private Generation newGeneration(long logNumber) {
    return new Generation(logNumber, components.memTables(), chunks, budget, cache);
  }

  private static LogOptions logOptions(DbOptions options) {
    return new LogOptions(
        options.logCompression(),
        COMPRESSED_LOG_RECORD_BYTES,
        Math.min(MOST_PREALLOCATED_BYTES, options.writeBufferBytes() / 4));
  }

  private double fill() {
    return writes.fill();
  }

  private double flushedShare() {
    List<Generation> present = views.generations();
    return present.size() > 1 ? flusher.progress(present.getLast()) : 1;
  }

  private long memtableBytes() {
    return views.generations().stream().mapToLong(Generation::memoryBytes).sum();
  }

  private void wakeFlusher() {
    background.wake();
  }

  /** Flushes the oldest memtables that no longer fill; false when there are none. */
  private boolean flushOldest() throws IOException {
    List<Generation> present = views.generations();
    if (present.size() < 2) {
      return false;
    }
    health.checkWritable();
    Generation oldest = present.getLast();
    controller.flushBegins(oldest.memoryBytes(), System.nanoTime());
    long nextLogNumber = present.get(present.size() - 2).logNumber();
    try {
      writes.syncLogsToKeep(nextLogNumber);
      flush(oldest, nextLogNumber);
      space.flushWaits(null);
    } catch (NoSpaceException e) {
      LOG.warn("the store in {} waits for room to flush: {}", directory, e.getMessage());
      giveUpRoom(); // one log for each try
      space.flushWaits(e);
      writes.wakeAll();
      throw e;
    }
    views.change(generations -> generations.subList(0, generations.size() - 1));
    controller.flushEnds(System.nanoTime());
    boolean atRest = writes.flushed(nextLogNumber);
    compactor.wake();
    if (atRest) {
      chunks.trim();
    }
    return true;
  }

  /** Writes a generation to files and makes them part of the store, or leaves nothing behind. */
  private void flush(Generation oldest, long nextLogNumber) throws IOException {
    VersionEdit edit = flusher.flush(oldest, nextLogNumber);
    try {
      nameLogs(edit);
      apply(edit);
    } catch (NoSpaceException e) {
      StoreFiles.deleteAdded(fileSystem(), directory, edit);
      throw e;
    }
  }

  private void handOn() throws IOException {
    if (health.failure() == null) { // else nothing is written any more
      space.look();
      writes.handOn();
    }
  }

  /** Logs that hold no writes need not be read at every opening to come. */
  private void forgetEmptyLogs(long nextLogNumber, Recovery recovery) throws IOException {
    if (!recovery.logs().isEmpty()) {
      VersionEdit edit =
          new VersionEdit(
              List.of(
                  new VersionEdit.Flushed(
                      nextLogNumber, recovery.lastSequence(), recovery.lastTimeMillis())));
      nameLogs(edit);
      versions.apply(edit);
      views.refresh();
      writes.flushed(nextLogNumber);
    }
  }

  /** Flushes memtables during recovery, when there are no readers yet. */
  private void flushNow(Generation full, long nextLogNumber) throws IOException {
    VersionEdit edit = flusher.flush(full, nextLogNumber);
    nameLogs(edit);
    versions.apply(edit);
  }

  /**
   * Makes the name of the log durable that the manifest is about to name; a store without it is
   * refused. Where files are added the directory was synced when they were complete, after the log
   * was begun.
   */
  private void nameLogs(VersionEdit edit) throws IOException {
    if (edit.changes().stream().noneMatch(VersionEdit.AddFile.class::isInstance)) {
      fileSystem().syncDirectory(directory);
    }
  }

  private void obsolete(FileKind kind, long number) {
    if (kind == FileKind.SSTABLE) {
      tableFiles.forget(number);
    } else if (kind == FileKind.VALUES) {
      values.forget(number);
      statistics.increment(Counter.VALUE_FILES_DELETED);
    }
    if (!health.isClosed()) { // else another opener may own the directory; it finds what is left
      StoreFiles.delete(fileSystem(), directory, kind, number);
    }
  }

  /** Reads a file with readers of its own: what is open for users stays as it is. */
  private void scrub(FileNames.Numbered file, ScrubObserver observer) throws IOException {
    if (file.kind() == FileKind.VALUES) {
      values.scrub(file.number(), observer);
      return;
    }
    Path path = directory.resolve(FileNames.of(file.kind(), file.number()));
    try (TableReader table =
        TableReader.open(fileSystem(), path, file.number(), cache, budget, values, statistics)) {
      table.scrub(observer);
    }
  }

  private void closeFiles() {
    long used = budget.usedBytes();
    tableFiles.close();
    try {
      values.close();
    } catch (IOException e) {
      LOG.warn("value files of {} could not be closed", directory, e);
    }
    cache.close();
    SystemMemory.giveBack(used - budget.usedBytes());
  }
}
