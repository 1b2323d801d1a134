package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.coding.DecompressionDictionary;
import io.sheaf.lsm.coding.Decompressor;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.ReadableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Reads, checks and decompresses stored blocks of an SSTable, see {@link TableFormat}.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> The file is the
 * creator's; each buffer returned is the caller's to close.
 */
final class StoredBlockReader {
  private final ReadableFile file;
  private final String fileName;
  private final long fileNumber;
  private final @Nullable DecompressionDictionary dictionary;

  /**
   * A reader of blocks that were compressed with {@code dictionary}, which is the creator's.
   *
   * @param dictionary null: without one
   */
  StoredBlockReader(
      ReadableFile file,
      String fileName,
      long fileNumber,
      @Nullable DecompressionDictionary dictionary) {
    this.file = file;
    this.fileName = fileName;
    this.fileNumber = fileNumber;
    this.dictionary = dictionary;
  }

  /**
   * The bytes from {@code offset}, as they are stored.
   *
   * @throws CorruptionException when the file ends before them
   */
  NativeBuffer readBytes(long offset, int length) throws IOException {
    NativeBuffer bytes = NativeBuffer.allocate(length);
    try {
      int read = file.read(bytes.byteBuffer(0, length), offset);
      if (read != length) {
        throw damaged(offset, length + " bytes", read + " bytes until the end of the file");
      }
      return bytes;
    } catch (Throwable e) {
      bytes.close();
      throw e;
    }
  }

  /** The decompressed block that is stored as {@code storedBytes} bytes at {@code offset}. */
  NativeBuffer read(long offset, int storedBytes) throws IOException {
    try (NativeBuffer bytes = readBytes(offset, storedBytes)) {
      return unpack(bytes, 0, offset, storedBytes);
    }
  }

  /**
   * The decompressed block whose stored form begins at {@code start} of {@code bytes}.
   *
   * @param offset where it lies in the file
   * @throws CorruptionException when it is not what was written there
   */
  NativeBuffer unpack(NativeBuffer bytes, int start, long offset, int storedBytes)
      throws CorruptionException {
    int payload = storedBytes - TableFormat.STORED_OVERHEAD_BYTES;
    if (payload < 0) {
      throw damaged(offset, "a block", "its length of " + storedBytes + " bytes");
    }
    ByteBuffer stored = bytes.byteBuffer(start, storedBytes).order(ByteOrder.LITTLE_ENDIAN);
    int found = stored.getInt(stored.position() + storedBytes - Integer.BYTES);
    ByteBuffer covered = stored.duplicate();
    covered.limit(stored.limit() - Integer.BYTES);
    int expected = new Crc32c().begin(fileNumber, offset).update(covered).value();
    if (found != expected) {
      throw damaged(
          offset,
          "a block with checksum 0x" + Integer.toHexString(found),
          "0x" + Integer.toHexString(expected));
    }
    int payloadFound = stored.getInt(stored.position());
    int rawBytes = stored.getInt(stored.position() + 4);
    int codec = stored.get(stored.position() + 8) & 0xFF;
    if (payloadFound != payload) {
      throw damaged(offset, "a block of " + payload + " bytes", payloadFound + " bytes");
    }
    if (rawBytes < 0 || rawBytes > TableFormat.MAX_RAW_BYTES) {
      throw damaged(
          offset,
          "at most " + TableFormat.MAX_RAW_BYTES + " bytes decompressed",
          rawBytes + " bytes");
    }
    try {
      return Decompressor.decompress(
          codec,
          bytes.byteBuffer(start + TableFormat.STORED_HEADER_BYTES, payload),
          rawBytes,
          dictionary);
    } catch (MalformedException e) {
      throw damaged(offset, "a compressed block", String.valueOf(e.getMessage()));
    }
  }

  /** The block, made into what {@code parser} makes of it. */
  <T> T read(long offset, int storedBytes, String what, Parser<T> parser) throws IOException {
    NativeBuffer raw = read(offset, storedBytes);
    try {
      return parser.parse(raw);
    } catch (MalformedException | IllegalArgumentException | IndexOutOfBoundsException e) {
      raw.close();
      throw damaged(offset, what, String.valueOf(e.getMessage()));
    } catch (Throwable e) {
      raw.close();
      throw e;
    }
  }

  /** The damage of this file that the parameters describe. */
  CorruptionException damaged(long offset, String expected, String found) {
    return new CorruptionException(fileName, offset, expected, found);
  }

  /** Makes something of a block; takes over its reference when it returns. */
  @FunctionalInterface
  interface Parser<T> {
    T parse(NativeBuffer block);
  }
}
