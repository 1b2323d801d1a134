package io.sheaf.valuelog;

import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.coding.DecompressionDictionary;
import io.sheaf.lsm.coding.Decompressor;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.io.CorruptionException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Turns the stored bytes of a value block into its values: checks, then decompresses.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class ValueBlockDecoder {
  private ValueBlockDecoder() {}

  /**
   * The values of a block; the caller owns the buffer.
   *
   * @param file name of the file, for errors
   * @param offset where the block begins in its file, in bytes
   * @param stored position to limit: the whole block as stored, in a direct buffer
   * @param rawBytes length of the values that who asks for the block expects
   * @param dictionary the file's, held by the caller until this returns
   * @throws CorruptionException when the block is not what was written there
   */
  static NativeBuffer decode(
      String file,
      long fileNumber,
      long offset,
      ByteBuffer stored,
      int rawBytes,
      @Nullable DecompressionDictionary dictionary)
      throws CorruptionException {
    checkChecksum(file, fileNumber, offset, stored);
    try {
      ByteReader header =
          new ByteReader().set(MemorySegment.ofBuffer(stored), 0, stored.remaining());
      header.position(Integer.BYTES);
      int codec = header.readByte() & ValueFileFormat.CODEC_MASK;
      int foundRawBytes = header.readCount(ValueFileFormat.MAX_RAW_BYTES);
      int payloadBytes = header.readCount(header.remaining());
      if (foundRawBytes != rawBytes) {
        throw new MalformedException(foundRawBytes + " bytes of values");
      }
      return Decompressor.decompress(
          codec, stored.slice(stored.limit() - payloadBytes, payloadBytes), rawBytes, dictionary);
    } catch (MalformedException e) {
      throw malformed(file, offset, rawBytes, e);
    }
  }

  /** Verifies the checksum at the beginning of {@code stored}, a whole block. */
  static void checkChecksum(String file, long fileNumber, long offset, ByteBuffer stored)
      throws CorruptionException {
    int bytes = stored.remaining();
    if (bytes < ValueFileFormat.MIN_BLOCK_BYTES) {
      throw new CorruptionException(file, offset, "a value block", bytes + " bytes");
    }
    ByteBuffer block = stored.slice().order(ByteOrder.LITTLE_ENDIAN);
    ValueFileFormat.checkChecksum(
        file,
        offset,
        new Crc32c()
            .begin(fileNumber, offset)
            .update(block.slice(Integer.BYTES, bytes - Integer.BYTES))
            .value(),
        block.getInt(0));
  }

  /** What is thrown for a block whose checksum is right and whose content is not. */
  static CorruptionException malformed(
      String file, long offset, int rawBytes, MalformedException cause) {
    CorruptionException e =
        new CorruptionException(
            file, offset, "a value block of " + rawBytes + " raw bytes", cause.getMessage() + "");
    e.initCause(cause);
    return e;
  }
}
