package io.sheaf.engine.repair;

import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.inspect.Findings;
import io.sheaf.engine.inspect.OwnTrouble;
import io.sheaf.engine.inspect.StoreFileReaders;
import io.sheaf.engine.inspect.StoreSurvey;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.sstable.MergedRange;
import io.sheaf.lsm.sstable.TableProperties;
import io.sheaf.lsm.sstable.TableSalvage;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableState;
import io.sheaf.valuelog.ValueFileReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which SSTables belong to the store and to which of its tables: by the manifest as far
 * as it can be read, else by what the files say of themselves.
 *
 * <p>Files that the manifest does not name are left out: they were left behind, and their rows are
 * in others. They are taken in where it is not whole, or may be an old one: files that it names are
 * missing, or some of those that it does not hold newer writes than it knows.
 *
 * <p><b>Thread safety.</b> None.
 */
final class TableFiles {
  /**
   * An SSTable.
   *
   * @param stated what the manifest says of it, null where it says nothing
   * @param writtenBehind a sequence number of which all writes up to it were made before the file
   *     was begun, so that its rows are newer if it was ingested; where nothing is stated
   */
  record KeyFile(long number, @Nullable FileMetadata stated, long writtenBehind) {}

  private final StoreSurvey survey;
  private final StoreFileReaders readers;
  private final FileSystem fileSystem;
  private final FoundTables tables;
  private final Findings damages;
  private final Findings losses;
  private final List<String> notes;
  private final List<Stray> taken = new ArrayList<>();
  private final NavigableMap<Long, Long> writtenUpTo = new TreeMap<>();
  private final Map<Long, Stray> described = new HashMap<>();
  private final List<Long> nameless = new ArrayList<>();
  private final Map<Integer, List<List<KeyFile>>> runs = new TreeMap<>();
  private final Map<Integer, List<KeyFile>> missing = new TreeMap<>();
  private boolean old;
  private boolean mayBeOld;
  private boolean hasStrays;

  TableFiles(
      StoreSurvey survey,
      StoreFileReaders readers,
      FileSystem fileSystem,
      FoundTables tables,
      Findings damages,
      Findings losses,
      List<String> notes) {
    this.survey = survey;
    this.readers = readers;
    this.fileSystem = fileSystem;
    this.tables = tables;
    this.damages = damages;
    this.losses = losses;
    this.notes = notes;
  }

  /** Looks at all SSTables. */
  void find() throws IOException {
    boolean somethingMissing = false;
    for (TableState table : survey.version().tablesInOrder().values()) {
      for (Run run : table.runs()) {
        somethingMissing |= !find(table.descriptor().id(), run);
      }
      for (Long valueFile : table.valueFiles().keySet()) {
        somethingMissing |= !survey.has(FileKind.VALUES, valueFile);
      }
    }
    List<Stray> strays = strays();
    noteWrites(strays);
    old = survey.whole() && strays.stream().anyMatch(this::isNewer);
    if (old) {
      notes.add(
          "there are SSTables with newer writes than the manifest knows: it is an old one, or a"
              + " flush was cut short; those that it does not name were taken in too");
    }
    mayBeOld = somethingMissing || old || !survey.whole();
    if (mayBeOld) {
      for (Stray stray : strays) {
        take(stray);
      }
      for (Stray stray : strays) {
        if (stray.properties() == null) {
          takeUndescribed(stray.number());
        }
      }
    } else {
      strays.forEach(this::noteLeftOut);
    }
  }

  /**
   * Files of an ingest that a crash has cut short look like this, and so do those of a later one.
   */
  private void noteLeftOut(Stray stray) {
    TableProperties properties = stray.properties();
    if (properties != null && properties.ingested()) {
      notes.add(
          FileNames.of(FileKind.SSTABLE, stray.number())
              + " was to be ingested into table '"
              + properties.table().name()
              + "', and the manifest says nothing of it: its rows are left out, as those of an"
              + " ingest that did not end");
    }
  }

  /** Whether all files of a run are there. */
  private boolean find(int tableId, Run run) {
    List<KeyFile> present = new ArrayList<>();
    List<KeyFile> gone = new ArrayList<>();
    for (FileMetadata file : run.files()) {
      boolean there = survey.has(FileKind.SSTABLE, file.number());
      (there ? present : gone).add(new KeyFile(file.number(), file, 0));
    }
    if (!present.isEmpty()) {
      runs.computeIfAbsent(tableId, none -> new ArrayList<>()).add(present);
    }
    missing.computeIfAbsent(tableId, none -> new ArrayList<>()).addAll(gone);
    return gone.isEmpty();
  }

  /** An SSTable that the manifest does not name; no properties: they cannot be read. */
  private record Stray(long number, @Nullable TableProperties properties) {
    /** Up to where the file holds writes, though some may have given up their numbers. */
    long highestSequence() {
      if (properties == null) {
        return 0;
      }
      return properties.merged().stream()
          .mapToLong(MergedRange::sequence)
          .reduce(properties.metadata().largestSequence(), Math::max);
    }
  }

  private boolean isNewer(Stray stray) {
    return stray.highestSequence() > survey.version().lastSequence();
  }

  /**
   * Notes up to where there were writes when a file was begun: those that it holds, unless it was
   * ingested, which comes later. Flushes and merges number their files when they begin them.
   */
  private void noteWrites(List<Stray> strays) {
    for (TableState table : survey.version().tablesInOrder().values()) {
      for (Run run : table.runs()) {
        for (FileMetadata file : run.files()) {
          boolean mayBeIngested = file.smallestSequence() == file.largestSequence();
          writtenUpTo.put(file.number(), mayBeIngested ? 0 : file.largestSequence());
        }
      }
    }
    for (Stray stray : strays) {
      writtenUpTo.put(stray.number(), stray.highestSequence());
      described.put(stray.number(), stray);
    }
  }

  /** A sequence number up to which all was written before this file was begun. */
  private long writtenBefore(long number) {
    return writtenUpTo.headMap(number, false).values().stream()
        .mapToLong(Long::longValue)
        .max()
        .orElse(0);
  }

  /** The SSTables that the manifest neither names nor has removed, newest first. */
  private List<Stray> strays() throws IOException {
    Set<Numbered> named = survey.named();
    List<Stray> strays = new ArrayList<>();
    for (long number : survey.numbers(FileKind.SSTABLE).reversed()) {
      Numbered file = new Numbered(number, FileKind.SSTABLE);
      if (!named.contains(file) && !survey.manifest().removed().contains(file)) {
        try (TableSalvage salvage = readers.salvage(number)) {
          strays.add(new Stray(number, salvage.properties().orElse(null)));
        } catch (IOException e) {
          OwnTrouble.throwIfSo(e);
          strays.add(new Stray(number, null));
        }
      }
    }
    return strays;
  }

  private void take(Stray stray) {
    TableProperties properties = stray.properties();
    if (properties != null && !tables.wasDropped(properties.table().id())) {
      tables.describe(properties.table()); // the newest comes first
      add(
          properties.table().id(),
          new KeyFile(stray.number(), null, writtenBefore(stray.number())));
      taken.add(stray);
    }
  }

  private void takeUndescribed(long number) throws IOException {
    String name = FileNames.of(FileKind.SSTABLE, number);
    OptionalInt owner;
    try (TableSalvage salvage = readers.salvage(number)) {
      if (salvage.pieces().isEmpty()) {
        losses.add(new Finding(name, 0, "nothing of it can be read", null));
        return;
      }
      owner = ownerOfValues(salvage);
    } catch (IOException e) {
      OwnTrouble.throwIfSo(e);
      losses.add(name, e, null);
      return;
    }
    if (owner.isEmpty()) {
      nameless.add(number);
    } else if (tables.numbered(owner.getAsInt(), name) != null) {
      add(owner.getAsInt(), new KeyFile(number, null, 0));
    }
  }

  /** The table whose values the rows of a file refer to, as the value file says. */
  private OptionalInt ownerOfValues(TableSalvage salvage) throws IOException {
    ValueReference reference = new ValueReference();
    for (TableSalvage.Piece piece : salvage.pieces()) {
      try (InternalCursor row = piece.reader().cursor(ScanBounds.all())) {
        for (row.seekFirst(); row.valid(); row.next()) {
          if (row.separated()) {
            row.reference(reference);
            Path path = survey.path(FileKind.VALUES, reference.fileNumber);
            try (ValueFileReader values =
                ValueFileReader.open(fileSystem, path, reference.fileNumber)) {
              return OptionalInt.of(values.tableId());
            }
          }
        }
      } catch (IOException e) {
        OwnTrouble.throwIfSo(e);
        damages.add(String.valueOf(survey.directory()), e, null);
      }
    }
    return OptionalInt.empty();
  }

  private void add(int id, KeyFile file) {
    runs.computeIfAbsent(id, none -> new ArrayList<>()).add(List.of(file));
    hasStrays = true;
  }

  /** Puts the files of which nothing tells whose they are into tables that are no other's. */
  void placeNameless() {
    for (long number : nameless) {
      String name = FileNames.of(FileKind.SSTABLE, number);
      add(tables.nameless(name, number).id(), new KeyFile(number, null, 0));
    }
    nameless.clear();
  }

  /**
   * Whether another file of the table may hold rows or deletes of the same keys that were written
   * after this one was begun: before it was ingested, or after.
   */
  boolean mayBeMisplaced(int tableId, KeyFile ingested) {
    Stray own = described.get(ingested.number());
    if (own == null || own.properties() == null) {
      return true;
    }
    FileMetadata keys = own.properties().metadata();
    return runs(tableId).stream()
        .flatMap(List::stream)
        .filter(file -> file.number() != ingested.number())
        .anyMatch(file -> mayBeNewer(file, ingested) && mayOverlap(file, keys));
  }

  private boolean mayBeNewer(KeyFile file, KeyFile than) {
    Stray stray = described.get(file.number());
    boolean isIngested =
        stray != null && stray.properties() != null && stray.properties().ingested();
    return file.number() > than.number()
        || isIngested
        || writtenUpTo.getOrDefault(file.number(), 0L) > than.writtenBehind()
        || (file.stated() != null && file.stated().largestSequence() > than.writtenBehind());
  }

  private boolean mayOverlap(KeyFile file, FileMetadata keys) {
    Stray stray = described.get(file.number());
    TableProperties properties = stray == null ? null : stray.properties();
    FileMetadata of =
        file.stated() != null
            ? file.stated()
            : properties != null && properties.merged().isEmpty() ? properties.metadata() : null;
    return of == null
        || (of.smallestKey().compareTo(keys.largestKey()) <= 0
            && keys.smallestKey().compareTo(of.largestKey()) <= 0);
  }

  /** The SSTables of a table, by run, newer ones first. */
  List<List<KeyFile>> runs(int tableId) {
    return runs.getOrDefault(tableId, List.of());
  }

  /** SSTables of a table that the manifest names, that are not there, and that nothing replaces. */
  List<KeyFile> missing(int tableId) {
    return missing.getOrDefault(tableId, List.of()).stream()
        .filter(file -> file.stated() == null || !isReplaced(tableId, file.stated()))
        .toList();
  }

  /**
   * Whether SSTables that are there have replaced every key of a file: they say so, or they are
   * what a merge into another run than the oldest leaves, which says nothing and keeps every key.
   */
  private boolean isReplaced(int tableId, FileMetadata file) {
    List<RangeTombstone> replaced = new ArrayList<>();
    for (Stray stray : taken) {
      TableProperties properties = stray.properties();
      if (properties != null
          && properties.table().id() == tableId
          && stray.number() > file.number()) {
        FileMetadata by = properties.metadata();
        properties.merged().forEach(range -> replaced.add(range.asTombstone()));
        if (by.smallestSequence() > 0 && by.smallestSequence() <= file.smallestSequence()) {
          replaced.add(
              new RangeTombstone(by.smallestKey(), behind(by.largestKey()), by.largestSequence()));
        }
      }
    }
    long upTo =
        RangeTombstones.of(replaced)
            .coveringSequence(file.smallestKey(), file.largestKey(), Long.MAX_VALUE);
    return upTo > 0 && upTo >= file.largestSequence();
  }

  /** The first key above {@code key}. */
  private static Slice behind(Slice key) {
    byte[] bytes = new byte[key.length() + 1];
    key.copyTo(bytes, 0);
    return Slice.of(bytes);
  }

  /** Whether the manifest is whole, but an old one for certain. */
  boolean manifestIsOld() {
    return old;
  }

  /** Whether the manifest is not whole, or an old one, or files of it are not there. */
  boolean manifestMayBeOld() {
    return mayBeOld;
  }

  /** Whether files or logs may be among those of the store that others have replaced. */
  boolean mayHoldReplaced() {
    return hasStrays || !survey.whole();
  }

  /**
   * Sequence number of the first write that must be in a log; 0: not known, since the manifest does
   * not tell which writes are in SSTables.
   */
  long firstSequenceOfLogs() {
    return !mayBeOld ? survey.version().lastSequence() + 1 : 0;
  }
}
