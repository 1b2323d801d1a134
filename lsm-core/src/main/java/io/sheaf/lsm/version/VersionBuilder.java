package io.sheaf.lsm.version;

import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata.ValueShare;
import io.sheaf.lsm.version.VersionEdit.AddFile;
import io.sheaf.lsm.version.VersionEdit.AddValueFile;
import io.sheaf.lsm.version.VersionEdit.AlterTable;
import io.sheaf.lsm.version.VersionEdit.Change;
import io.sheaf.lsm.version.VersionEdit.CreateTable;
import io.sheaf.lsm.version.VersionEdit.DropTable;
import io.sheaf.lsm.version.VersionEdit.Flushed;
import io.sheaf.lsm.version.VersionEdit.NamedFrom;
import io.sheaf.lsm.version.VersionEdit.RemoveFile;
import io.sheaf.lsm.version.VersionEdit.RemoveValueFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Applies one edit to a version and refuses what makes no sense. After each edit it holds that
 *
 * <ul>
 *   <li>a number stands for one file, a table's id and name for one table, and an id is never given
 *       again;
 *   <li>the files of a run do not overlap;
 *   <li>a value file is there exactly when an SSTable of its table refers to it.
 * </ul>
 *
 * <p><b>Errors.</b> {@link IllegalArgumentException}, and the version stays as it is.
 *
 * <p><b>Thread safety.</b> None.
 */
final class VersionBuilder {
  private final Version base;
  private final FileLedger ledger;
  private final Map<Integer, TableDraft> drafts = new TreeMap<>();
  private final Set<Integer> dropped = new HashSet<>();
  private final Map<Long, FileKind> added = new HashMap<>();
  private final Map<Long, FileKind> removed = new HashMap<>();
  private final Map<Long, Integer> references = new HashMap<>();
  private final Map<Long, Integer> tableOfValueFile = new TreeMap<>();
  private StoreId store;
  private long logNumber;
  private long lastSequence;
  private long lastTimeMillis;
  private int nextTableId;

  private VersionBuilder(Version base, FileLedger ledger) {
    this.base = base;
    this.ledger = ledger;
    this.store = base.store();
    this.logNumber = base.logNumber();
    this.lastSequence = base.lastSequence();
    this.lastTimeMillis = base.lastTimeMillis();
    this.nextTableId = base.nextTableId();
  }

  /**
   * Applies a new edit and adds to it the removal of each value file to which nothing refers any
   * more. A value file that the edit itself adds must be referred to: a job whose rows all went
   * elsewhere deletes the file it wrote instead.
   *
   * @param ledger of {@code base}
   */
  static VersionStep apply(Version base, FileLedger ledger, VersionEdit edit) {
    VersionBuilder builder = new VersionBuilder(base, ledger);
    edit.changes().forEach(builder::change);
    List<Change> changes = new ArrayList<>(edit.changes());
    for (RemoveValueFile removal : builder.unreferenced()) {
      if (builder.added.containsKey(removal.fileNumber())) {
        throw new IllegalArgumentException(
            "value file " + removal.fileNumber() + " is added, but no SSTable refers to it");
      }
      builder.change(removal);
      changes.add(removal);
    }
    return builder.build(new VersionEdit(changes));
  }

  /** Applies an edit that {@link #apply} has completed. */
  static VersionStep replay(Version base, FileLedger ledger, VersionEdit edit) {
    VersionBuilder builder = new VersionBuilder(base, ledger);
    edit.changes().forEach(builder::change);
    for (RemoveValueFile removal : builder.unreferenced()) {
      throw new IllegalArgumentException("no SSTable refers to value file " + removal.fileNumber());
    }
    return builder.build(edit);
  }

  private void change(Change change) {
    switch (change) {
      case CreateTable(TableDescriptor table) -> createTable(table);
      case AlterTable(TableDescriptor table) -> draft(table.id()).alter(table);
      case DropTable(int tableId) -> dropTable(tableId);
      case AddFile(int tableId, long runId, FileMetadata file) -> {
        add(FileKind.SSTABLE, file.number());
        draft(tableId).addFile(runId, file);
        refer(tableId, file, 1);
      }
      case RemoveFile(int tableId, long runId, long fileNumber) -> {
        FileMetadata file = draft(tableId).removeFile(runId, fileNumber);
        remove(FileKind.SSTABLE, fileNumber);
        refer(tableId, file, -1);
      }
      case AddValueFile(ValueFileMetadata file) -> {
        add(FileKind.VALUES, file.number());
        draft(file.tableId()).addValueFile(file);
        concerns(file.tableId(), file.number());
      }
      case RemoveValueFile(int tableId, long fileNumber) -> {
        draft(tableId).removeValueFile(fileNumber);
        remove(FileKind.VALUES, fileNumber);
        concerns(tableId, fileNumber);
      }
      case Flushed flushed -> flushed(flushed);
      case NamedFrom(long fileNumber) -> store = store.from(fileNumber);
    }
  }

  private void createTable(TableDescriptor table) {
    if (table.id() < nextTableId) {
      throw new IllegalArgumentException(
          "table id " + table.id() + " was given before; the next one is " + nextTableId);
    }
    nextTableId = Math.addExact(table.id(), 1);
    drafts.put(table.id(), new TableDraft(TableState.empty(table)));
  }

  private void dropTable(int tableId) {
    TableState table = draft(tableId).build();
    for (Run run : table.runs()) {
      for (FileMetadata file : run.files()) {
        remove(FileKind.SSTABLE, file.number());
        refer(tableId, file, -1);
      }
    }
    for (Long valueFile : table.valueFiles().keySet()) {
      remove(FileKind.VALUES, valueFile);
      concerns(tableId, valueFile);
    }
    drafts.remove(tableId);
    dropped.add(tableId);
  }

  private void flushed(Flushed flushed) {
    if (flushed.logNumber() < logNumber || flushed.lastSequence() < lastSequence) {
      throw new IllegalArgumentException(
          "flushed to log "
              + flushed.logNumber()
              + ", sequence number "
              + flushed.lastSequence()
              + ", which lies before log "
              + logNumber
              + ", sequence number "
              + lastSequence);
    }
    logNumber = flushed.logNumber();
    lastSequence = flushed.lastSequence();
    lastTimeMillis = Math.max(lastTimeMillis, flushed.lastTimeMillis());
  }

  private TableDraft draft(int tableId) {
    TableDraft draft = drafts.get(tableId);
    if (draft == null) {
      TableState table = dropped.contains(tableId) ? null : base.table(tableId);
      if (table == null) {
        throw new IllegalArgumentException("there is no table " + tableId);
      }
      draft = new TableDraft(table);
      drafts.put(tableId, draft);
    }
    return draft;
  }

  private void add(FileKind kind, long number) {
    if (removed.get(number) == kind) {
      removed.remove(number); // moves within the edit
    } else if (added.containsKey(number) || ledger.kind(number) != null) {
      throw new IllegalArgumentException("file " + number + " is there already");
    } else {
      added.put(number, kind);
    }
  }

  private void remove(FileKind kind, long number) {
    if (added.remove(number) == null) {
      removed.put(number, kind);
    }
  }

  private void refer(int tableId, FileMetadata file, int more) {
    for (ValueShare share : file.shares()) {
      references.merge(share.valueFile(), more, Integer::sum);
      concerns(tableId, share.valueFile());
    }
  }

  private void concerns(int tableId, long valueFile) {
    Integer other = tableOfValueFile.put(valueFile, tableId);
    if (other != null && other != tableId) {
      throw new IllegalArgumentException(
          "value file " + valueFile + " belongs to table " + other + " and to table " + tableId);
    }
  }

  /** The value files, among those the edit concerns, to which nothing refers. */
  private List<RemoveValueFile> unreferenced() {
    List<RemoveValueFile> unreferenced = new ArrayList<>();
    tableOfValueFile.forEach((valueFile, tableId) -> {
      if (dropped.contains(tableId)) {
        return;
      }
      int count = ledger.references(valueFile) + references.getOrDefault(valueFile, 0);
      TableDraft draft = draft(tableId);
      if (count > 0 && !draft.hasValueFile(valueFile)) {
        throw new IllegalArgumentException(
            "an SSTable of "
                + draft.described()
                + " refers to value file "
                + valueFile
                + ", which is not one of the table's");
      }
      if (count == 0 && draft.hasValueFile(valueFile)) {
        unreferenced.add(new RemoveValueFile(tableId, valueFile));
      }
    });
    return unreferenced;
  }

  private VersionStep build(VersionEdit edit) {
    Map<Integer, TableState> tables = new HashMap<>(base.tables());
    tables.keySet().removeAll(dropped);
    drafts.forEach((id, draft) -> tables.put(id, draft.build()));
    Set<String> names = new HashSet<>();
    for (TableState table : tables.values()) {
      if (!names.add(table.descriptor().name())) {
        throw new IllegalArgumentException(
            "two tables have the name '" + table.descriptor().name() + "'");
      }
    }
    Version version =
        new Version(store, tables, logNumber, lastSequence, lastTimeMillis, nextTableId);
    return new VersionStep(edit, version, added, removed, references);
  }
}
