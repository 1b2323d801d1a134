package io.sheaf.lsm.version;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.value.ValueFileMetadata;
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
import java.time.Instant;
import java.util.List;
import java.util.Locale;

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
              + (": " + file.sizeBytes() + " bytes, " + count(file.rows(), "row") + " in ")
              + (count(file.blocks(), "block") + ", " + file.rawBytes() + " bytes raw");
      case RemoveValueFile(int tableId, long fileNumber) ->
          "remove value file " + fileNumber + " from table " + tableId;
      case Flushed(long logNumber, long lastSequence, long lastTimeMillis) ->
          "all in SSTables up to sequence number "
              + lastSequence
              + (lastTimeMillis == 0 ? "" : ", written " + Instant.ofEpochMilli(lastTimeMillis))
              + (logNumber == 0 ? "" : "; logs from " + logNumber + " on are needed");
      case NamedFrom(long fileNumber) -> "logs below " + fileNumber + " do not name the store";
    };
  }

  private static String line(TableDescriptor table) {
    TableOptions options = table.options();
    return table.id()
        + " '"
        + table.name()
        + "': prefix "
        + options.prefix().name()
        + (", separated from " + options.separationBytes() + " bytes")
        + (", value blocks of " + options.valueBlockBytes())
        + (", key blocks of " + options.keyBlockBytes())
        + (", compression " + codec(options.compression()))
        + (", of the oldest run " + codec(options.bottomCompression()))
        + (", dictionary of " + options.dictionaryBytes())
        + (options.expires() ? ", rows live " + options.ttlMillis() + " ms" : "");
  }

  private static String codec(Compression compression) {
    String name = compression.codec().name().toLowerCase(Locale.ROOT);
    return compression.level() == 0 ? name : name + ":" + compression.level();
  }

  private static String count(long count, String one) {
    return count + " " + one + (count == 1 ? "" : "s");
  }

  private static String line(FileMetadata file) {
    StringBuilder text = new StringBuilder();
    text.append(": level ").append(file.level());
    text.append(", ").append(file.sizeBytes()).append(" bytes, ");
    text.append(file.entries() == 1 ? "1 entry" : file.entries() + " entries");
    text.append(", ").append(count(file.deletes(), "delete"));
    text.append(", ").append(count(file.rangeDeletes(), "range delete"));
    text.append(", keys ").append(file.smallestKey()).append(" to ").append(file.largestKey());
    text.append(", sequence numbers ").append(file.smallestSequence());
    text.append(" to ").append(file.largestSequence());
    for (FileMetadata.ValueShare share : file.shares()) {
      text.append(", ").append(share.rawBytes()).append(" bytes (");
      text.append(count(share.rows(), "row")).append(") of value file ").append(share.valueFile());
    }
    return text.toString();
  }
}
