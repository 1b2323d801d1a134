package io.sheaf.valuelog;

import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.coding.DecompressionDictionary;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.ReadableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * What a value file holds before its blocks, read and checked.
 *
 * <p><b>Ownership.</b> Who reads it closes the dictionary.
 *
 * @param tableId the table whose values the file holds
 * @param dictionary what the blocks are compressed with; null: nothing
 * @param blocksOffset where the first block begins, in bytes
 */
record ValueFileBeginning(
    int tableId, @Nullable DecompressionDictionary dictionary, int blocksOffset) {
  /** Bytes read at first: enough for a dictionary of usual length. */
  private static final int FIRST_READ_BYTES = 68 << 10;

  /**
   * Reads the beginning of {@code file}.
   *
   * @param name name of the file, for errors
   * @throws CorruptionException when it is not the beginning of the value file of this number
   * @throws io.sheaf.lsm.io.UnsupportedFormatException when the format is of another version
   */
  static ValueFileBeginning read(String name, ReadableFile file, long fileNumber)
      throws IOException {
    ByteBuffer bytes = read(file, FIRST_READ_BYTES);
    FileHeader.check(name, bytes.duplicate(), FileKind.VALUES, fileNumber);
    int tableOffset = ValueFileFormat.TABLE_OFFSET;
    int tableBytes = ValueFileFormat.DICTIONARY_OFFSET - tableOffset;
    check(name, fileNumber, bytes, tableOffset, tableBytes, "a table id");
    int tableId = bytes.getInt(tableOffset);
    int length = bytes.getInt(tableOffset + Integer.BYTES);
    int dictionaryOffset = ValueFileFormat.DICTIONARY_OFFSET;
    if (length == 0) {
      return new ValueFileBeginning(tableId, null, dictionaryOffset);
    }
    if (length < Dictionary.MIN_BYTES || length > Dictionary.MAX_BYTES) {
      throw new CorruptionException(
          name, tableOffset, "a dictionary of 256 bytes to 1 MB", "one of " + length + " bytes");
    }
    int end = dictionaryOffset + length + Integer.BYTES;
    if (bytes.limit() < end) {
      bytes = read(file, end);
    }
    check(name, fileNumber, bytes, dictionaryOffset, length + Integer.BYTES, "a dictionary");
    byte[] content = new byte[length];
    bytes.get(dictionaryOffset, content);
    try {
      return new ValueFileBeginning(
          tableId, new DecompressionDictionary(new Dictionary(content)), end);
    } catch (MalformedException e) {
      throw new CorruptionException(name, dictionaryOffset, "a dictionary", e.getMessage() + "");
    }
  }

  private static ByteBuffer read(ReadableFile file, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    int read = file.read(bytes, 0);
    return bytes.slice(0, Math.max(0, read)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Checks that {@code length} bytes stand at {@code offset}, the last four their checksum. */
  private static void check(
      String name, long fileNumber, ByteBuffer bytes, int offset, int length, String what)
      throws CorruptionException {
    if (bytes.limit() < offset + length) {
      throw new CorruptionException(
          name,
          offset,
          what + " of " + length + " bytes",
          "the end after " + Math.max(0, bytes.limit() - offset) + " bytes");
    }
    int content = length - Integer.BYTES;
    ValueFileFormat.checkChecksum(
        name,
        offset,
        new Crc32c().begin(fileNumber, offset).update(bytes.slice(offset, content)).value(),
        bytes.getInt(offset + content));
  }
}
