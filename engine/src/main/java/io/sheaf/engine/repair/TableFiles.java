package io.sheaf.engine.repair;

import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.inspect.Findings;
import io.sheaf.engine.inspect.StoreFileReaders;
import io.sheaf.engine.inspect.StoreSurvey;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.UnsupportedFormatException;
import io.sheaf.lsm.sstable.MergedRange;
import io.sheaf.lsm.sstable.TableProperties;
import io.sheaf.lsm.sstable.TableSalvage;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.PrefixResolver;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.StoredTable;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.lsm.version.TableState;
import io.sheaf.valuelog.ValueFileReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
   */
  record KeyFile(long number, @Nullable FileMetadata stated) {}

  private static final String LOST_NAME = "lost-";

  private final StoreSurvey survey;
  private final StoreFileReaders readers;
  private final PrefixResolver prefixes;
  private final FileSystem fileSystem;
  private final Findings damages;
  private final Findings losses;
  private final List<String> notes;
  private final Map<Integer, TableDescriptor> descriptors = new TreeMap<>();
  private final Set<Integer> describedByStray = new HashSet<>();
  private final List<Stray> taken = new ArrayList<>();
  private final Map<Integer, List<List<KeyFile>>> runs = new TreeMap<>();
  private final Map<Integer, List<KeyFile>> missing = new TreeMap<>();
  private int nextTableId;
  private boolean mayBeOld;
  private boolean hasStrays;

  TableFiles(
      StoreSurvey survey,
      StoreFileReaders readers,
      Components parts,
      Findings damages,
      Findings losses,
      List<String> notes) {
    this.survey = survey;
    this.readers = readers;
    this.fileSystem = parts.fileSystem();
    this.prefixes = parts.extractors();
    this.damages = damages;
    this.losses = losses;
    this.notes = notes;
    this.nextTableId = survey.version().nextTableId();
  }

  /** Looks at all SSTables. */
  void find() throws UnsupportedFormatException {
    boolean somethingMissing = false;
    for (TableState table : survey.version().tablesInOrder().values()) {
      int id = table.descriptor().id();
      descriptors.put(id, table.descriptor());
      for (Run run : table.runs()) {
        List<KeyFile> present = new ArrayList<>();
        for (FileMetadata file : run.files()) {
          KeyFile keyFile = new KeyFile(file.number(), file);
          if (survey.has(FileKind.SSTABLE, file.number())) {
            present.add(keyFile);
          } else {
            missing.computeIfAbsent(id, none -> new ArrayList<>()).add(keyFile);
            somethingMissing = true;
          }
        }
        if (!present.isEmpty()) {
          runs.computeIfAbsent(id, none -> new ArrayList<>()).add(present);
        }
      }
      for (Long valueFile : table.valueFiles().keySet()) {
        somethingMissing |= !survey.has(FileKind.VALUES, valueFile);
      }
    }
    List<Stray> strays = strays();
    boolean old = survey.whole() && strays.stream().anyMatch(this::isNewer);
    if (old) {
      notes.add(
          "there are SSTables with newer writes than the manifest knows: it is an old one, or a"
              + " flush was cut short; those that it does not name were taken in too");
    }
    mayBeOld = somethingMissing || old || !survey.whole();
    if (mayBeOld) {
      strays.forEach(this::take);
    }
  }

  /** An SSTable that the manifest does not name; no properties: they cannot be read. */
  private record Stray(long number, @Nullable TableProperties properties) {
    /** Up to where the file holds writes, though some may have given up their numbers. */
    long highestSequence() {
      if (properties == null) {
        return 0;
      }
      MergedRange merged = properties.merged();
      return Math.max(
          properties.metadata().largestSequence(), merged == null ? 0 : merged.sequence());
    }
  }

  private boolean isNewer(Stray stray) {
    return stray.highestSequence() > survey.version().lastSequence();
  }

  /** The SSTables that the manifest neither names nor has removed, newest first. */
  private List<Stray> strays() throws UnsupportedFormatException {
    Set<Numbered> named = survey.named();
    List<Stray> strays = new ArrayList<>();
    for (long number : survey.numbers(FileKind.SSTABLE).reversed()) {
      Numbered file = new Numbered(number, FileKind.SSTABLE);
      if (!named.contains(file) && !survey.manifest().removed().contains(file)) {
        try (TableSalvage salvage = readers.salvage(number)) {
          strays.add(new Stray(number, salvage.properties().orElse(null)));
        } catch (IOException e) {
          UnsupportedFormatException.throwIfCertain(e);
          damages.add(FileNames.of(FileKind.SSTABLE, number), e, null);
        }
      }
    }
    return strays;
  }

  private void take(Stray stray) {
    TableProperties properties = stray.properties();
    if (properties == null) {
      takeUndescribed(stray.number());
      return;
    }
    StoredTable table = properties.table();
    add(table.id(), new KeyFile(stray.number(), null));
    taken.add(stray);
    if (survey.table(table.id()) == null && !describedByStray.contains(table.id())) {
      describedByStray.add(table.id()); // the newest comes first
      descriptors.put(table.id(), resolve(table));
    }
  }

  private void takeUndescribed(long number) {
    String name = FileNames.of(FileKind.SSTABLE, number);
    OptionalInt owner;
    try (TableSalvage salvage = readers.salvage(number)) {
      if (salvage.pieces().isEmpty()) {
        losses.add(new Finding(name, 0, "nothing of it can be read", null));
        return;
      }
      owner = ownerOfValues(salvage);
    } catch (IOException e) {
      losses.add(name, e, null);
      return;
    }
    if (owner.isPresent()) {
      add(owner.getAsInt(), new KeyFile(number, null));
      return;
    }
    int id =
        Math.max(nextTableId, descriptors.keySet().stream().max(Integer::compare).orElse(0) + 1);
    String tableName = LOST_NAME + number;
    descriptors.put(id, new TableDescriptor(id, tableName, TableOptions.DEFAULT));
    add(id, new KeyFile(number, null));
    notes.add(
        name + " does not say any more of which table it is: its rows are in '" + tableName + "'");
  }

  /** The table whose values the rows of a file refer to, as the value file says. */
  private OptionalInt ownerOfValues(TableSalvage salvage) {
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
        damages.add(String.valueOf(survey.directory()), e, null);
      }
    }
    return OptionalInt.empty();
  }

  private void add(int id, KeyFile file) {
    runs.computeIfAbsent(id, none -> new ArrayList<>()).add(List.of(file));
    hasStrays = true;
    nextTableId = Math.max(nextTableId, id + 1);
  }

  private TableDescriptor resolve(StoredTable table) {
    try {
      return table.resolve(prefixes);
    } catch (IOException unknownRule) {
      notes.add(unknownRule.getMessage() + "; its rows are kept without groups");
      return new TableDescriptor(table.id(), table.name(), table.options());
    }
  }

  /**
   * The table with this number, made up where nothing describes it any more: for writes that are in
   * a log alone. Null for a table that was dropped, as far as the manifest knows.
   */
  @Nullable TableDescriptor tableOfLog(int id) {
    TableDescriptor known = descriptors.get(id);
    if (known == null && (!survey.whole() || id >= survey.version().nextTableId())) {
      String name = "table-" + id;
      notes.add(
          "nothing tells the name and the options of table "
              + id
              + " any more, of which the log has writes: it is '"
              + name
              + "' now, without groups; it may be one that was dropped");
      known = new TableDescriptor(id, name, TableOptions.DEFAULT);
      descriptors.put(id, known);
      nextTableId = Math.max(nextTableId, id + 1);
    }
    return known;
  }

  /** All tables; names that two of them have are made different. */
  Map<Integer, TableDescriptor> descriptors() {
    Map<String, Integer> owners = new HashMap<>();
    Map<Integer, TableDescriptor> distinct = new TreeMap<>();
    descriptors.forEach((id, table) -> {
      Integer owner = owners.putIfAbsent(table.name(), id);
      if (owner == null) {
        distinct.put(id, table);
      } else {
        String other = table.name() + "-" + id;
        owners.put(other, id);
        notes.add(
            "tables "
                + owner
                + " and "
                + id
                + " were both '"
                + table.name()
                + "': the second is '"
                + other
                + "' now");
        distinct.put(id, new TableDescriptor(id, other, table.options()));
      }
    });
    return distinct;
  }

  /** The SSTables of a table, by run, newer ones first. */
  List<List<KeyFile>> runs(int tableId) {
    return runs.getOrDefault(tableId, List.of());
  }

  /** SSTables of a table that the manifest names, that are not there, and that nothing replaces. */
  List<KeyFile> missing(int tableId) {
    return missing.getOrDefault(tableId, List.of()).stream()
        .filter(file -> taken.stream().noneMatch(stray -> replaces(stray, tableId, file)))
        .toList();
  }

  /** Whether {@code stray} looks like what a merge has made of a file of the table. */
  private static boolean replaces(Stray stray, int tableId, KeyFile file) {
    TableProperties by = stray.properties();
    FileMetadata missing = file.stated();
    return by != null
        && missing != null
        && by.table().id() == tableId
        && stray.number() > file.number()
        && stray.highestSequence() >= missing.largestSequence()
        && by.metadata().smallestSequence() <= missing.smallestSequence()
        && by.metadata().smallestKey().compareTo(missing.largestKey()) <= 0
        && missing.smallestKey().compareTo(by.metadata().largestKey()) <= 0;
  }

  int nextTableId() {
    return nextTableId;
  }

  /** Whether there are files among those of the tables that no manifest speaks of. */
  boolean hasStrays() {
    return hasStrays;
  }

  /**
   * Sequence number of the first write that must be in a log; 0: not known, since the manifest does
   * not tell which writes are in SSTables.
   */
  long firstSequenceOfLogs() {
    return !mayBeOld ? survey.version().lastSequence() + 1 : 0;
  }
}
