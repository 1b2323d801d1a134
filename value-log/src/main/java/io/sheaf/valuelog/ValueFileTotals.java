package io.sheaf.valuelog;

import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a value file holds in all: its footer, the last 56 bytes. Numbers are little-endian.
 *
 * <pre>
 * offset  bytes
 *      0      8  number of blocks
 *      8      8  number of rows
 *     16      8  bytes of values before compression
 *     24      8  newest write time, milliseconds since the epoch; 0: not kept
 *     32      8  file number
 *     40      4  table id
 *     44      4  CRC-32C of (file number, offset of the footer in the file) and bytes 0 to 43
 *     48      8  magic, as in {@link FileHeader}
 * </pre>
 *
 * @param tableId table whose values the file holds
 * @param blocks number of value blocks
 * @param rows number of values
 * @param rawBytes values before compression, in bytes
 * @param newestTimeMillis newest write time of a row, milliseconds since the epoch; 0: not kept
 */
public record ValueFileTotals(
    int tableId, long blocks, long rows, long rawBytes, long newestTimeMillis) {
  /** Length of the footer, in bytes. */
  static final int BYTES = 56;

  /** Appends the footer that stands at {@code fileOffset} of file {@code fileNumber}. */
  void append(long fileNumber, long fileOffset, GrowableBuffer target) {
    int start = target.size();
    target.putLong(blocks);
    target.putLong(rows);
    target.putLong(rawBytes);
    target.putLong(newestTimeMillis);
    target.putLong(fileNumber);
    target.putInt(tableId);
    target.putInt(
        new Crc32c().begin(fileNumber, fileOffset).update(target.byteBuffer(start, 44)).value());
    target.putLong(FileHeader.MAGIC);
  }

  /**
   * Checks and reads a footer.
   *
   * @param file name of the file, for errors
   * @param fileOffset where in the file the footer begins, in bytes
   * @param footer position to limit: the footer
   * @throws CorruptionException when it is not the footer of this file at this place
   */
  static ValueFileTotals read(String file, long fileNumber, long fileOffset, ByteBuffer footer)
      throws CorruptionException {
    if (footer.remaining() < BYTES) {
      throw new CorruptionException(
          file, fileOffset, "a footer of " + BYTES + " bytes", footer.remaining() + " bytes");
    }
    ByteBuffer bytes = footer.slice(footer.position(), BYTES).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.getLong(48) != FileHeader.MAGIC) {
      throw new CorruptionException(
          file,
          fileOffset + 48,
          "the magic of a Sheaf file at its end (a file that was not finished has none)",
          "0x" + Long.toHexString(bytes.getLong(48)));
    }
    ValueFileFormat.checkChecksum(
        file,
        fileOffset,
        new Crc32c().begin(fileNumber, fileOffset).update(bytes.slice(0, 44)).value(),
        bytes.getInt(44));
    if (bytes.getLong(32) != fileNumber) {
      throw new CorruptionException(
          file, fileOffset + 32, "file number " + fileNumber, "" + bytes.getLong(32));
    }
    return new ValueFileTotals(
        bytes.getInt(40), bytes.getLong(0), bytes.getLong(8), bytes.getLong(16), bytes.getLong(24));
  }
}
