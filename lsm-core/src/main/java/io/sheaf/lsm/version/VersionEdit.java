package io.sheaf.lsm.version;

import io.sheaf.lsm.value.ValueFileMetadata;
import java.util.ArrayList;
import java.util.List;

/**
 * A step from one version to the next: one record of the manifest, applied whole or not at all.
 *
 * @param changes applied in this order
 */
public record VersionEdit(List<Change> changes) {
  /** Copies the list. */
  public VersionEdit {
    changes = List.copyOf(changes);
  }

  /** An edit of these changes. */
  public static VersionEdit of(Change... changes) {
    return new VersionEdit(List.of(changes));
  }

  /**
   * The edit that turns the empty version of the store into {@code version}, but for the next table
   * id.
   */
  public static VersionEdit creating(Version version) {
    List<Change> changes = new ArrayList<>();
    if (version.store().firstFile() > 0) {
      changes.add(new NamedFrom(version.store().firstFile()));
    }
    for (TableState table : version.tablesInOrder().values()) {
      int tableId = table.descriptor().id();
      changes.add(new CreateTable(table.descriptor()));
      for (ValueFileMetadata file : table.valueFilesInOrder().values()) {
        changes.add(new AddValueFile(file));
      }
      for (Run run : table.runs()) {
        for (FileMetadata file : run.files()) {
          changes.add(new AddFile(tableId, run.id(), file));
        }
      }
    }
    changes.add(new Flushed(version.logNumber(), version.lastSequence(), version.lastTimeMillis()));
    return new VersionEdit(changes);
  }

  /** One change. */
  public sealed interface Change {}

  /** A table is there from now on. */
  public record CreateTable(TableDescriptor table) implements Change {}

  /** A table has other options from now on. */
  public record AlterTable(TableDescriptor table) implements Change {}

  /** A table and all its files are gone. */
  public record DropTable(int tableId) implements Change {}

  /** An SSTable belongs to a run of a table. */
  public record AddFile(int tableId, long runId, FileMetadata file) implements Change {}

  /** An SSTable no longer belongs to a run of a table; a run without files is gone. */
  public record RemoveFile(int tableId, long runId, long fileNumber) implements Change {}

  /** A value file is there; an SSTable added by the same edit refers to it. */
  public record AddValueFile(ValueFileMetadata file) implements Change {}

  /**
   * A value file to which nothing refers any more is gone. Who makes an edit need not give it: it
   * is added when the edit is applied.
   */
  public record RemoveValueFile(int tableId, long fileNumber) implements Change {}

  /**
   * Writes up to {@code lastSequence} are in SSTables; logs below {@code logNumber} are not needed.
   */
  public record Flushed(long logNumber, long lastSequence, long lastTimeMillis) implements Change {}

  /** Logs below this number were written before the store had an id, and name none. */
  public record NamedFrom(long fileNumber) implements Change {}
}
