package io.sheaf.lsm.version;

import io.sheaf.lsm.value.ValueFileMetadata;
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

  /** A value file is there. */
  public record AddValueFile(ValueFileMetadata file) implements Change {}

  /** A value file to which nothing refers any more is gone. */
  public record RemoveValueFile(int tableId, long fileNumber) implements Change {}

  /**
   * Writes up to {@code lastSequence} are in SSTables; logs below {@code logNumber} are not needed.
   */
  public record Flushed(long logNumber, long lastSequence, long lastTimeMillis) implements Change {}
}
