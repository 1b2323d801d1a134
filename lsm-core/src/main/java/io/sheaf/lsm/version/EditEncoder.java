package io.sheaf.lsm.version;

import io.sheaf.lsm.coding.GrowableBuffer;
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

/** Writes edits as the bytes that {@link ManifestFormat} describes; {@link EditDecoder} reads. */
final class EditEncoder {
  private EditEncoder() {}

  /** Appends the number of changes and the changes. */
  static void encode(VersionEdit edit, GrowableBuffer target) {
    target.putVarint(edit.changes().size());
    for (Change change : edit.changes()) {
      encode(change, target);
    }
  }

  private static void encode(Change change, GrowableBuffer target) {
    switch (change) {
      case CreateTable(TableDescriptor table) -> {
        target.putByte(ManifestFormat.CREATE_TABLE);
        StoredTable.of(table).append(target);
      }
      case AlterTable(TableDescriptor table) -> {
        target.putByte(ManifestFormat.ALTER_TABLE);
        StoredTable.of(table).append(target);
      }
      case DropTable(int tableId) -> {
        target.putByte(ManifestFormat.DROP_TABLE);
        target.putVarint(tableId);
      }
      case AddFile(int tableId, long runId, FileMetadata file) -> {
        target.putByte(ManifestFormat.ADD_FILE);
        target.putVarint(tableId);
        target.putVarint(runId);
        encode(file, target);
      }
      case RemoveFile(int tableId, long runId, long fileNumber) -> {
        target.putByte(ManifestFormat.REMOVE_FILE);
        target.putVarint(tableId);
        target.putVarint(runId);
        target.putVarint(fileNumber);
      }
      case AddValueFile(ValueFileMetadata file) -> {
        target.putByte(ManifestFormat.ADD_VALUE_FILE);
        encode(file, target);
      }
      case RemoveValueFile(int tableId, long fileNumber) -> {
        target.putByte(ManifestFormat.REMOVE_VALUE_FILE);
        target.putVarint(tableId);
        target.putVarint(fileNumber);
      }
      case Flushed(long logNumber, long lastSequence, long lastTimeMillis) -> {
        target.putByte(ManifestFormat.FLUSHED);
        target.putVarint(logNumber);
        target.putVarint(lastSequence);
        target.putVarint(lastTimeMillis);
      }
      case NamedFrom(long fileNumber) -> {
        target.putByte(ManifestFormat.NAMED_FROM);
        target.putVarint(fileNumber);
      }
    }
  }

  private static void encode(FileMetadata file, GrowableBuffer target) {
    target.putVarint(file.number());
    target.putVarint(file.level());
    target.putVarint(file.sizeBytes());
    target.putVarint(file.entries());
    target.putVarint(file.deletes());
    target.putVarint(file.rangeDeletes());
    target.putLengthPrefixed(file.smallestKey());
    target.putLengthPrefixed(file.largestKey());
    target.putLengthPrefixed(file.smallestSuffix());
    target.putLengthPrefixed(file.largestSuffix());
    target.putVarint(file.smallestSequence());
    target.putVarint(file.largestSequence());
    target.putVarint(file.oldestTimeMillis());
    target.putVarint(file.newestTimeMillis());
    target.putVarint(file.rawKeyBytes());
    target.putVarint(file.inlineBytes());
    target.putVarint(file.separatedRows());
    target.putVarint(file.blockReferences());
    target.putVarint(file.shares().size());
    for (ValueShare share : file.shares()) {
      target.putVarint(share.valueFile());
      target.putVarint(share.rawBytes());
      target.putVarint(share.rows());
    }
  }

  private static void encode(ValueFileMetadata file, GrowableBuffer target) {
    target.putVarint(file.number());
    target.putVarint(file.tableId());
    target.putVarint(file.sizeBytes());
    target.putVarint(file.rawBytes());
    target.putVarint(file.rows());
    target.putVarint(file.blocks());
    target.putVarint(file.newestTimeMillis());
  }
}
