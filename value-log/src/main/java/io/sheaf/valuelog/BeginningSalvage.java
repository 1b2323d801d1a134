package io.sheaf.valuelog;

import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.coding.DecompressionDictionary;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.UnsupportedFormatException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Tells what stood before the blocks of a value file where that is damaged: header, table id and
 * dictionary. Files that were written together hold the same dictionary, so another one can give it
 * back; the checksum of the damaged one tells whether it is the same.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class BeginningSalvage {
  private static final int FIRST_LOOK_BYTES = 4 << 10;
  private static final int MOST_BLOCK_BYTES = 4 << 20;

  private BeginningSalvage() {}

  /**
   * What is found before the blocks.
   *
   * @param damage what is wrong there; null: nothing
   * @param dictionary what the blocks are compressed with; null: nothing, or it is damaged
   */
  public record Found(@Nullable IOException damage, @Nullable Dictionary dictionary) {}

  /**
   * Looks at what stands before the blocks.
   *
   * @throws UnsupportedFormatException when the file is certainly of a format that is not read
   */
  public static Found look(String name, ReadableFile file, long number) throws IOException {
    try (DecompressionDictionary whole = ValueFileBeginning.read(name, file, number).dictionary()) {
      return new Found(null, whole == null ? null : whole.dictionary());
    } catch (CorruptionException | UnsupportedFormatException e) {
      UnsupportedFormatException.throwIfCertain(e);
      return new Found(e, null);
    }
  }

  /** The table that a file says it is of; nothing where that is damaged. */
  public static OptionalInt tableId(ReadableFile file, long number) throws IOException {
    int at = ValueFileFormat.TABLE_OFFSET;
    int length = ValueFileFormat.DICTIONARY_OFFSET - at;
    ByteBuffer table = bytes(file, at, length);
    return isWhole(table, length, number, at)
        ? OptionalInt.of(table.getInt(0))
        : OptionalInt.empty();
  }

  /** The dictionary of a file where it is whole, whatever stands before it. */
  public static Optional<Dictionary> dictionary(ReadableFile file, long number) throws IOException {
    int at = ValueFileFormat.TABLE_OFFSET;
    int fields = ValueFileFormat.DICTIONARY_OFFSET - at;
    ByteBuffer table = bytes(file, at, fields);
    int length = isWhole(table, fields, number, at) ? table.getInt(Integer.BYTES) : 0;
    if (length < Dictionary.MIN_BYTES || length > Dictionary.MAX_BYTES) {
      return Optional.empty();
    }
    int stored = length + Integer.BYTES;
    ByteBuffer found = bytes(file, ValueFileFormat.DICTIONARY_OFFSET, stored);
    byte[] content = new byte[length];
    if (!isWhole(found, stored, number, ValueFileFormat.DICTIONARY_OFFSET)) {
      return Optional.empty();
    }
    found.get(0, content);
    return Optional.of(new Dictionary(content));
  }

  /**
   * All that stood before the blocks if the file is of this table and has this dictionary; nothing
   * where it has not, or nothing shows that it has. What shows it is the checksum of the dictionary
   * in the file, or all of its bytes; of a file without one, the first block.
   *
   * @param tableId the table of the file, as another file says
   * @param dictionary null: none
   */
  public static Optional<byte[]> rebuild(
      ReadableFile file, long number, int tableId, @Nullable Dictionary dictionary)
      throws IOException {
    byte[] expected = beginning(number, tableId, dictionary);
    ByteBuffer found = bytes(file, 0, expected.length);
    if (found.limit() < expected.length || contradicts(found, expected, number)) {
      return Optional.empty();
    }
    int at = ValueFileFormat.DICTIONARY_OFFSET;
    int checksum = expected.length - Integer.BYTES;
    ByteBuffer wanted = ByteBuffer.wrap(expected);
    boolean same =
        dictionary == null
            ? isBlockAt(file, number, at)
            : agrees(found, wanted, checksum, Integer.BYTES)
                || agrees(found, wanted, at, checksum - at);
    return same ? Optional.of(expected) : Optional.empty();
  }

  /** Whether header or table are whole, and not these. */
  private static boolean contradicts(ByteBuffer found, byte[] expected, long number) {
    ByteBuffer wanted = ByteBuffer.wrap(expected);
    int at = ValueFileFormat.TABLE_OFFSET;
    int length = ValueFileFormat.DICTIONARY_OFFSET - at;
    boolean header = FileHeader.Fields.of(found.duplicate()).checksumRight();
    ByteBuffer fields = found.slice(at, length).order(ByteOrder.LITTLE_ENDIAN);
    boolean table = isWhole(fields, length, number, at);
    return (header && !agrees(found, wanted, 0, FileHeader.BYTES))
        || (table && !agrees(found, wanted, at, length));
  }

  private static boolean agrees(ByteBuffer found, ByteBuffer wanted, int offset, int length) {
    return found.slice(offset, length).equals(wanted.slice(offset, length));
  }

  private static byte[] beginning(long number, int tableId, @Nullable Dictionary dictionary) {
    int length = dictionary == null ? 0 : dictionary.length();
    try (GrowableBuffer built = new GrowableBuffer(length + (1 << 10))) {
      ValueFileFormat.appendBeginning(number, tableId, dictionary, built);
      byte[] bytes = new byte[built.size()];
      built.byteBuffer(0, built.size()).get(bytes);
      return bytes;
    }
  }

  /**
   * Whether these are all the bytes from {@code offset} of a file, the last four their checksum.
   */
  private static boolean isWhole(ByteBuffer bytes, int length, long number, long offset) {
    int content = length - Integer.BYTES;
    return bytes.limit() == length
        && new Crc32c().begin(number, offset).update(bytes.slice(0, content)).value()
            == bytes.getInt(content);
  }

  private static boolean isBlockAt(ReadableFile file, long number, long offset) throws IOException {
    ByteBuffer look = bytes(file, offset, FIRST_LOOK_BYTES);
    try {
      ByteReader reader = new ByteReader().set(MemorySegment.ofBuffer(look), 0, look.limit());
      ValueBlock block = ValueBlock.readHeader(reader, offset);
      long length = (long) block.headerBytes() + block.payloadBytes();
      if (length > MOST_BLOCK_BYTES) {
        return false;
      }
      ByteBuffer stored = bytes(file, offset, (int) length);
      ValueBlockDecoder.checkChecksum("", number, offset, stored);
      return stored.limit() == length;
    } catch (MalformedException | CorruptionException none) {
      return false;
    }
  }

  /** The bytes from {@code offset}; fewer where the file ends. */
  private static ByteBuffer bytes(ReadableFile file, long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(length);
    int read = file.read(bytes, offset);
    return bytes.slice(0, Math.max(0, read)).order(ByteOrder.LITTLE_ENDIAN);
  }
}
