package io.sheaf.lsm.version;

import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.VersionEdit.AddFile;
import io.sheaf.lsm.version.VersionEdit.AddValueFile;
import io.sheaf.lsm.version.VersionEdit.AlterTable;
import io.sheaf.lsm.version.VersionEdit.Change;
import io.sheaf.lsm.version.VersionEdit.CreateTable;
import io.sheaf.lsm.version.VersionEdit.DropTable;
import io.sheaf.lsm.version.VersionEdit.Flushed;
import io.sheaf.lsm.version.VersionEdit.RemoveFile;
import io.sheaf.lsm.version.VersionEdit.RemoveValueFile;
import java.util.List;

/**
 * Edits as text for people, one line a change.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class EditText {
  private EditText() {}

  /** One line for each change of {@code edit}. */
  public static List<String> lines(VersionEdit edit) {
    return edit.changes().stream().map(EditText::line).toList();
  }

  private static String line(Change change) {
    return switch (change) {
      case CreateTable(TableDescriptor table) -> "create table " + line(table);
      case AlterTable(TableDescriptor table) -> "alter table " + line(table);
      case DropTable(int tableId) -> "drop table " + tableId;
      case AddFile(int tableId, long runId, FileMetadata file) ->
          "add file " + file.number() + " to table " + tableId + " run " + runId + line(file);
      case RemoveFile(int tableId, long runId, long fileNumber) ->
          "remove file " + fileNumber + " from table " + tableId + " run " + runId;
      case AddValueFile(ValueFileMetadata file) ->
          "add value file "
              + file.number()
              + " to table "
              + file.tableId()
              + (": " + file.sizeBytes() + " bytes, " + file.rows() + " rows in ")
              + (file.blocks() + " blocks, " + file.rawBytes() + " bytes raw");
      case RemoveValueFile(int tableId, long fileNumber) ->
          "remove value file " + fileNumber + " from table " + tableId;
      case Flushed(long logNumber, long lastSequence, long lastTimeMillis) ->
          "flushed to log "
              + logNumber
              + (", sequence number " + lastSequence + ", time " + lastTimeMillis);
    };
  }

  private static String line(TableDescriptor table) {
    TableOptions options = table.options();
    return table.id()
        + " '"
        + table.name()
        + "': prefix "
        + options.prefix().name()
        + (", separation " + options.separationBytes())
        + (", value block " + options.valueBlockBytes())
        + (", key block " + options.keyBlockBytes())
        + (", compression " + options.compression() + " bottom " + options.bottomCompression())
        + (", dictionary " + options.dictionaryBytes())
        + (", ttl " + options.ttlMillis() + " ms");
  }

  private static String line(FileMetadata file) {
    return (": level " + file.level() + ", " + file.sizeBytes() + " bytes, ")
        + (file.entries() + " entries, " + file.deletes() + " deletes, ")
        + (file.rangeDeletes() + " range deletes, keys " + file.smallestKey() + " to ")
        + (file.largestKey() + ", sequence numbers " + file.smallestSequence() + " to ")
        + (file.largestSequence() + ", value files " + file.shares());
  }
}
