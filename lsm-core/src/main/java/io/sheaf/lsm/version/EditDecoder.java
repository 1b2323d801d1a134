package io.sheaf.lsm.version;

import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.Slice;
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
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads edits from the bytes that {@link ManifestFormat} describes. What it returns owns its bytes.
 *
 * <p><b>Errors.</b> {@link MalformedException} and {@link IllegalArgumentException} for bytes that
 * no {@link EditEncoder} wrote.
 */
final class EditDecoder {
  private final PrefixResolver prefixes;

  EditDecoder(PrefixResolver prefixes) {
    this.prefixes = prefixes;
  }

  /**
   * Reads the number of changes and the changes.
   *
   * @throws IOException when a table's prefix rule is not known
   */
  VersionEdit decode(ByteReader source) throws IOException {
    int count = source.readCount(source.remaining());
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      changes.add(change(source));
    }
    return new VersionEdit(changes);
  }

  private Change change(ByteReader source) throws IOException {
    int code = source.readByte();
    return switch (code) {
      case ManifestFormat.CREATE_TABLE ->
          new CreateTable(StoredTable.read(source).resolve(prefixes));
      case ManifestFormat.ALTER_TABLE -> new AlterTable(StoredTable.read(source).resolve(prefixes));
      case ManifestFormat.DROP_TABLE -> new DropTable(number(source));
      case ManifestFormat.ADD_FILE ->
          new AddFile(number(source), source.readVarint(), file(source));
      case ManifestFormat.REMOVE_FILE ->
          new RemoveFile(number(source), source.readVarint(), source.readVarint());
      case ManifestFormat.ADD_VALUE_FILE -> new AddValueFile(valueFile(source));
      case ManifestFormat.REMOVE_VALUE_FILE ->
          new RemoveValueFile(number(source), source.readVarint());
      case ManifestFormat.FLUSHED ->
          new Flushed(source.readVarint(), source.readVarint(), source.readVarint());
      case ManifestFormat.NAMED_FROM -> new NamedFrom(source.readVarint());
      default -> throw new MalformedException("no change has the code " + code);
    };
  }

  private static FileMetadata file(ByteReader source) {
    return new FileMetadata(
        source.readVarint(),
        number(source),
        source.readVarint(),
        source.readVarint(),
        source.readVarint(),
        source.readVarint(),
        bytes(source),
        bytes(source),
        bytes(source),
        bytes(source),
        source.readVarint(),
        source.readVarint(),
        source.readVarint(),
        source.readVarint(),
        source.readVarint(),
        source.readVarint(),
        source.readVarint(),
        source.readVarint(),
        shares(source));
  }

  private static List<ValueShare> shares(ByteReader source) {
    int count = source.readCount(source.remaining());
    List<ValueShare> shares = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      shares.add(new ValueShare(source.readVarint(), source.readVarint(), source.readVarint()));
    }
    return shares;
  }

  private static ValueFileMetadata valueFile(ByteReader source) {
    return new ValueFileMetadata(
        source.readVarint(),
        number(source),
        source.readVarint(),
        source.readVarint(),
        source.readVarint(),
        source.readVarint(),
        source.readVarint());
  }

  private static int number(ByteReader source) {
    return source.readCount(Integer.MAX_VALUE);
  }

  private static Slice bytes(ByteReader source) {
    return Slice.of(source.readLengthPrefixed());
  }
}
