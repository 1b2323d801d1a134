package io.sheaf.engine.repair;

import io.sheaf.engine.inspect.Findings;
import io.sheaf.engine.inspect.LogOwner;
import io.sheaf.engine.inspect.LogSalvage;
import io.sheaf.engine.inspect.StoreFileReaders;
import io.sheaf.engine.inspect.StoreSurvey;
import io.sheaf.engine.repair.RepairReport.RepairedTable;
import io.sheaf.engine.repair.TableFiles.KeyFile;
import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.compact.RunBuilder;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.SeparationPolicy;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableState;
import io.sheaf.lsm.version.Version;
import io.sheaf.lsm.version.VersionSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds a damaged store in another directory from what can be read of it: SSTables, value files
 * and logs, with the manifest or without. The damaged one is only read.
 *
 * <p>All rows that can be read are merged and written anew, table by table; of several versions of
 * a row the one with the highest sequence number counts. A dictionary that is damaged in one file
 * is taken from another that holds the same. The new store has one run a table and an empty log.
 * Its CURRENT is written last: a repair that was cut short leaves no store.
 *
 * <p><b>Thread safety.</b> One thread.
 */
public final class StoreRepair implements AutoCloseable {
  /** Memory for the writes of logs before they go to files, in bytes. */
  private static final long MOST_LOG_BYTES = 64L << 20;

  private static final int LEVEL = 1;

  private final Components parts;
  private final Path into;
  private final Consumer<String> progress;
  private final StoreSurvey survey;
  private final FileSystem damagedFiles;
  private final AtomicLong fileNumbers = new AtomicLong(1);
  private final StoreFileReaders source;
  private final StoreFileReaders target;
  private final Findings damages = new Findings();
  private final Findings losses = new Findings();
  private final List<String> notes = new ArrayList<>();
  private final List<RepairedTable> repaired = new ArrayList<>();
  private boolean logsAreWhole;
  private long lastSequence;
  private long lastTimeMillis;

  private StoreRepair(Components parts, Path damaged, Path into, Consumer<String> progress)
      throws IOException {
    this.parts = parts;
    this.into = into;
    this.progress = progress;
    this.survey = StoreSurvey.of(parts.fileSystem(), damaged, parts.extractors());
    this.damagedFiles = DictionaryCopies.mended(parts.fileSystem(), survey, damages);
    this.source =
        new StoreFileReaders(
            parts.withFileSystem(damagedFiles),
            damaged,
            () -> {
              throw new IllegalStateException("the damaged store is not written to");
            });
    this.target = new StoreFileReaders(parts, into, fileNumbers::getAndIncrement);
  }

  /**
   * Rebuilds the store in {@code damaged} in the directory {@code into}.
   *
   * @param into missing or empty
   * @param progress is told what is done next
   * @throws io.sheaf.lsm.io.StoreInUseException when the store is open
   * @throws IllegalArgumentException when {@code into} is not empty
   * @throws IOException when there is no store, or the new one cannot be written
   */
  public static RepairReport repair(
      Components parts, Path damaged, Path into, Consumer<String> progress) throws IOException {
    FileSystem fileSystem = parts.fileSystem();
    if (fileSystem.exists(into) && !fileSystem.list(into).isEmpty()) {
      throw new IllegalArgumentException(
          into + " is not empty: name a directory that is, or that is not there");
    }
    try (FileSystem.FileLock _ = fileSystem.lockForReading(damaged.resolve(FileNames.LOCK));
        StoreRepair repair = new StoreRepair(parts, damaged, into, progress)) {
      fileSystem.createDirectories(into);
      return repair.run();
    }
  }

  private RepairReport run() throws IOException {
    survey.findings().forEach(damages::add);
    Version before = survey.version();
    lastSequence = before.lastSequence();
    lastTimeMillis = before.lastTimeMillis();
    FoundTables tables = new FoundTables(survey, parts.extractors(), notes);
    TableFiles files = new TableFiles(survey, source, damagedFiles, tables, damages, losses, notes);
    progress.accept("key files");
    files.find();
    try (LogRows logs =
        new LogRows(
            survey.directory(),
            parts.memTables(),
            id -> tables.numbered(id, "the log"),
            table -> builder(table, null, SeparationPolicy.NEVER, table.options().compression()),
            MOST_LOG_BYTES,
            target.budget())) {
      progress.accept("logs");
      int lossesBefore = losses.all().size();
      survey.missingLog(files.manifestIsOld()).ifPresent(losses::add);
      LogSalvage salvage =
          new LogSalvage(
              parts.fileSystem(),
              survey.directory(),
              LogOwner.of(parts.fileSystem(), survey),
              files.firstSequenceOfLogs(),
              damages,
              losses);
      salvage.read(survey.logs(), logs::add);
      logsAreWhole = losses.all().size() == lossesBefore && !salvage.endsOpen();
      if (salvage.endsOpen()) {
        notes.add(
            "the last log has no end record: the store was not closed, and if its file was cut"
                + " short, nothing tells which writes stood behind");
      }
      lastSequence = Math.max(lastSequence, logs.lastSequence());
      lastTimeMillis = Math.max(lastTimeMillis, logs.lastTimeMillis());
      files.placeNameless();
      Map<Integer, TableState> rebuilt = new HashMap<>();
      for (TableDescriptor table : tables.distinct(!files.manifestMayBeOld()).values()) {
        progress.accept("table " + table.name());
        rebuilt.put(table.id(), rebuild(table, files, logs));
      }
      for (FileMetadata file : logs.allWritten()) {
        parts.fileSystem().delete(into.resolve(FileNames.of(FileKind.SSTABLE, file.number())));
      }
      Version version =
          new Version(
              parts.storeIds().get(), rebuilt, 0, lastSequence, lastTimeMillis, tables.nextId());
      VersionSet.initialize(
          parts.fileSystem(), into, version, fileNumbers.getAndIncrement(), new Statistics());
    }
    return new RepairReport(repaired, damages.all(), losses.all(), notes);
  }

  private TableState rebuild(TableDescriptor table, TableFiles files, LogRows logs)
      throws IOException {
    try (TableRebuild rebuild =
        new TableRebuild(
            table,
            source,
            files.mayHoldReplaced(),
            file ->
                files.mayBeMisplaced(table.id(), file)
                    || logs.writtenBeforeIngest(table, logsAreWhole) > file.writtenBehind(),
            damages,
            losses,
            notes)) {
      for (List<FileMetadata> run : logs.written(table.id())) {
        rebuild.addRun(run, target);
      }
      for (List<KeyFile> run : files.runs(table.id())) {
        rebuild.addRun(run);
      }
      files.missing(table.id()).forEach(rebuild::missing);
      rebuild.addTombstones(logs.tombstones(table.id()));
      RunBuilder.Result written = rebuild.write(logs.inMemory(table.id()), this::finalBuilder);
      lastSequence = Math.max(lastSequence, rebuild.highestSequence());
      lastTimeMillis = Math.max(lastTimeMillis, rebuild.newestTimeMillis());
      repaired.add(
          new RepairedTable(table.id(), table.name(), written.rows(), written.rawValueBytes()));
      Map<Long, ValueFileMetadata> valueFiles =
          written.valueFiles().stream()
              .collect(Collectors.toMap(ValueFileMetadata::number, file -> file));
      List<Run> runs =
          written.files().isEmpty()
              ? List.of()
              : List.of(new Run(fileNumbers.getAndIncrement(), written.files()));
      return new TableState(table, runs, valueFiles);
    }
  }

  private RunBuilder finalBuilder(TableDescriptor table, @Nullable Dictionary dictionary) {
    return builder(
        table,
        dictionary,
        parts.policies().apply(table.options()),
        table.options().bottomCompression());
  }

  private RunBuilder builder(
      TableDescriptor table,
      @Nullable Dictionary dictionary,
      SeparationPolicy policy,
      Compression compression) {
    return new RunBuilder(
        new RunBuilder.Settings(
            parts.fileSystem(),
            into,
            fileNumbers::getAndIncrement,
            table,
            policy,
            target.values(),
            LEVEL,
            true,
            compression,
            dictionary,
            DbOptions.DEFAULT.compaction().targetFileBytes()));
  }

  @Override
  public void close() throws IOException {
    try {
      source.close();
    } finally {
      target.close();
    }
  }
}
