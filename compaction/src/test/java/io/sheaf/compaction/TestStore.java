package io.sheaf.compaction;

import static java.util.Objects.requireNonNull;

import io.sheaf.lsm.cache.BlockCache;
import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.CompactionHost;
import io.sheaf.lsm.compact.CompactionLimits;
import io.sheaf.lsm.compact.RunBuilder;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.MergingCursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.sstable.RunCursor;
import io.sheaf.lsm.sstable.TableReader;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.SeparationPolicy;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.value.ValueStore;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.PinnedVersion;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.lsm.version.TableState;
import io.sheaf.lsm.version.VersionEdit;
import io.sheaf.lsm.version.VersionSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A store of one table without log and memtable: what compaction needs of one, on real files. */
final class TestStore implements CompactionHost, AutoCloseable {
  static final int TABLE = 1;

  private static final PrefixExtractor USER =
      new PrefixExtractor() {
        @Override
        public int prefixLength(Slice key) {
          return Math.min(8, key.length());
        }

        @Override
        public String name() {
          return "user";
        }
      };

  private static final SeparationPolicy POLICY =
      new SeparationPolicy() {
        @Override
        public boolean separates(long valueBytes, long rows) {
          return valueBytes >= 500;
        }

        @Override
        public boolean separatesWhole(long valueBytes, long rows) {
          return valueBytes >= 500;
        }

        @Override
        public int targetBlockBytes() {
          return 2_000;
        }

        @Override
        public boolean carriesOver(int referencedBytes, int blockBytes) {
          return blockBytes >= 1_000 && 4L * referencedBytes >= 3L * blockBytes;
        }
      };

  private final FileSystem fileSystem;
  private final Path directory = Path.of("/store");
  private final CompactionLimits limits;
  private final Statistics statistics = new Statistics();
  private final MemoryBudget budget = new MemoryBudget(64 << 20);
  private final BlockCache cache = new BlockCache(budget, statistics);
  private final Map<Long, TableReader> readers = new HashMap<>();
  private final TreeSet<Long> snapshots = new TreeSet<>();
  private final VersionSet versions;
  private final ValueStore values;

  final AtomicLong sequence = new AtomicLong();
  final AtomicLong nowMillis = new AtomicLong(1_000_000);
  final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  final CountDownLatch building = new CountDownLatch(1);
  final AtomicBoolean dropWhenBuilding = new AtomicBoolean();
  final AtomicReference<@Nullable Runnable> whenAskedForTime = new AtomicReference<>();

  TestStore(FileSystem fileSystem, CompactionLimits limits, long ttlMillis) throws IOException {
    this.fileSystem = fileSystem;
    this.limits = limits;
    fileSystem.createDirectories(directory);
    versions =
        VersionSet.open(
            fileSystem,
            directory,
            true,
            StoreId::random,
            name -> name.equals(USER.name()) ? USER : null,
            this::obsolete,
            statistics);
    values = new TestValues(fileSystem, directory, versions::newFileNumber);
    TableOptions options =
        TableOptions.DEFAULT.withPrefix(USER).withBlockBytes(2_048, 1_024).withTtlMillis(ttlMillis);
    versions.apply(
        VersionEdit.of(
            new VersionEdit.CreateTable(new TableDescriptor(TABLE, "messages", options))));
  }

  TableState table() {
    return requireNonNull(versions.current().table(TABLE));
  }

  /** Writes a run of these rows, which are in order. */
  void flush(List<TestRow> rows, List<RangeTombstone> tombstones) throws IOException {
    long runId = versions.newFileNumber();
    List<VersionEdit.Change> changes = new ArrayList<>();
    try (RunBuilder builder = builder(table().descriptor(), 0, false);
        InternalCursor cursor = TestRow.cursor(rows)) {
      tombstones.forEach(builder::addRangeTombstone);
      for (cursor.seekFirst(); cursor.valid(); cursor.next()) {
        builder.add(cursor, cursor.sequence());
      }
      RunBuilder.Result result = builder.finish();
      result.files().forEach(f -> changes.add(new VersionEdit.AddFile(TABLE, runId, f)));
      result.valueFiles().forEach(f -> changes.add(new VersionEdit.AddValueFile(f)));
    }
    versions.apply(new VersionEdit(changes));
  }

  /** All rows that a reader with this snapshot sees. */
  Map<Slice, Slice> scan(long snapshot) throws IOException {
    long expiredUpTo = ExpiryPolicy.expiredUpTo(table().descriptor().options(), nowMillis());
    try (PinnedVersion pin = pinVersion()) {
      TableState table = requireNonNull(pin.version().table(TABLE));
      List<InternalCursor> cursors = new ArrayList<>();
      List<RangeTombstone> tombstones = new ArrayList<>();
      for (Run run : table.runs()) {
        cursors.add(new RunCursor(run, this::reader, USER, ScanBounds.all(), null, statistics));
        for (FileMetadata file : run.files()) {
          tombstones.addAll(reader(file).rangeTombstones().tombstones());
        }
      }
      RangeTombstones deleted = RangeTombstones.of(tombstones);
      Map<Slice, Slice> rows = new TreeMap<>();
      try (MergingCursor merged = new MergingCursor(cursors, false)) {
        @Nullable Slice last = null;
        for (merged.seekFirst(); merged.valid(); merged.next()) {
          if (merged.sequence() > snapshot || Objects.equals(merged.key(), last)) {
            continue;
          }
          last = Slice.copyOf(merged.key());
          boolean expired = expiredUpTo > 0 && merged.timeMillis() <= expiredUpTo;
          if (merged.kind() == EntryKind.PUT
              && !expired
              && deleted.coveringSequence(last, snapshot) <= merged.sequence()) {
            rows.put(last, Slice.copyOf(merged.value()));
          }
        }
      }
      return rows;
    }
  }

  /** SSTables and value files in the directory that no version needs. */
  Set<String> strays() throws IOException {
    Set<String> names = new HashSet<>(fileSystem.list(directory));
    names.remove(FileNames.CURRENT);
    for (Numbered file : versions.liveFiles()) {
      names.remove(FileNames.of(file.kind(), file.number()));
    }
    return names;
  }

  long takeSnapshot() {
    synchronized (snapshots) {
      snapshots.add(sequence.get());
      return sequence.get();
    }
  }

  void releaseSnapshot(long snapshot) {
    synchronized (snapshots) {
      snapshots.remove(snapshot);
    }
  }

  @Override
  public PinnedVersion pinVersion() {
    return versions.pin();
  }

  @Override
  public void apply(VersionEdit edit) throws IOException {
    versions.apply(edit);
  }

  @Override
  public TableReader reader(FileMetadata file) throws IOException {
    synchronized (readers) {
      TableReader reader = readers.get(file.number());
      if (reader == null) {
        reader =
            TableReader.open(
                fileSystem,
                directory.resolve(FileNames.of(FileKind.SSTABLE, file.number())),
                file.number(),
                cache,
                budget,
                values,
                statistics);
        readers.put(file.number(), reader);
      }
      return reader;
    }
  }

  @Override
  public RunBuilder newRunBuilder(TableDescriptor table, int level, boolean oldestRun)
      throws IOException {
    building.countDown();
    if (dropWhenBuilding.getAndSet(false)) {
      versions.apply(VersionEdit.of(new VersionEdit.DropTable(TABLE)));
    }
    return builder(table, level, oldestRun);
  }

  private RunBuilder builder(TableDescriptor table, int level, boolean oldestRun) {
    return new RunBuilder(
        new RunBuilder.Settings(
            fileSystem,
            directory,
            versions::newFileNumber,
            table,
            POLICY,
            values,
            level,
            oldestRun,
            table.options().compression(),
            null,
            limits.targetFileBytes()));
  }

  @Override
  public long[] snapshots() {
    synchronized (snapshots) {
      return snapshots.stream().mapToLong(Long::longValue).toArray();
    }
  }

  @Override
  public long lastSequence() {
    return sequence.get();
  }

  @Override
  public long nowMillis() {
    Runnable first = whenAskedForTime.getAndSet(null);
    if (first != null) {
      first.run();
    }
    return nowMillis.get();
  }

  @Override
  public ValueStore valueStore() {
    return values;
  }

  @Override
  public FileSystem fileSystem() {
    return fileSystem;
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
    return 16 << 20;
  }

  @Override
  public boolean giveUpRoom() {
    return false;
  }

  @Override
  public CompactionLimits limits() {
    return limits;
  }

  @Override
  public void failed(Throwable cause) {
    failure.compareAndSet(null, cause);
  }

  /** Bytes of value files for each byte of values that some row refers to. */
  double valueAmplification() {
    TableState table = table();
    long live = table.liveRawBytes().values().stream().mapToLong(Long::longValue).sum();
    long raw = table.valueFiles().values().stream().mapToLong(ValueFileMetadata::rawBytes).sum();
    return live == 0 ? 1 : (double) raw / live;
  }

  @Override
  public void close() throws IOException {
    synchronized (readers) {
      readers.values().forEach(TableReader::close);
      readers.clear();
    }
    cache.close();
    values.close();
    versions.close();
  }

  private void obsolete(FileKind kind, long number) {
    synchronized (readers) {
      TableReader reader = readers.remove(number);
      if (reader != null) {
        reader.close();
      }
    }
    cache.forget(number);
    try {
      fileSystem.delete(directory.resolve(FileNames.of(kind, number)));
    } catch (NoSuchFileException gone) {
      throw new UncheckedIOException(gone);
    } catch (IOException cause) {
      failure.compareAndSet(null, cause);
    }
  }
}
