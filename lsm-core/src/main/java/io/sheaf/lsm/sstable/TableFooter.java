package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The last bytes of an SSTable, which say where the rest is. Each part ends where the next one
 * begins; a filter or tombstones of no bytes are not there.
 *
 * <pre>
 * offset  bytes
 *      0      8  offset of the filter, which is the end of the data blocks
 *      8      8  offset of the range tombstones
 *     16      8  offset of the index
 *     24      8  offset of the properties, which end where the footer begins
 *     32      8  file number
 *     40      4  format version
 *     44      4  CRC-32C of (file number, offset of the footer) and bytes 0 to 43
 *     48      8  magic, that of {@link FileHeader}
 * </pre>
 */
record TableFooter(
    long filterOffset, long tombstonesOffset, long indexOffset, long propertiesOffset) {
  /** Length of the footer, in bytes. */
  static final int BYTES = 56;

  private static final int CHECKED_BYTES = 44;

  /** Appends the footer of a file, at {@code offset} of it. */
  void append(int version, long fileNumber, long offset, GrowableBuffer target) {
    int start = target.size();
    target.putLong(filterOffset);
    target.putLong(tombstonesOffset);
    target.putLong(indexOffset);
    target.putLong(propertiesOffset);
    target.putLong(fileNumber);
    target.putInt(version);
    Crc32c crc = new Crc32c().begin(fileNumber, offset);
    target.putInt(crc.update(target.byteBuffer(start, CHECKED_BYTES)).value());
    target.putLong(FileHeader.MAGIC);
  }

  /**
   * Reads and checks the footer of a file of {@code fileBytes} bytes.
   *
   * @throws CorruptionException when the file does not end in the footer that was written for it
   */
  static TableFooter read(StoredBlockReader blocks, long fileNumber, long fileBytes)
      throws IOException {
    long offset = fileBytes - BYTES;
    if (offset < FileHeader.BYTES) {
      throw blocks.damaged(
          fileBytes, "a table with header and footer", "the end after " + fileBytes + " bytes");
    }
    try (NativeBuffer footer = blocks.readBytes(offset, BYTES)) {
      ByteBuffer bytes = footer.byteBuffer(0, BYTES).slice().order(ByteOrder.LITTLE_ENDIAN);
      if (bytes.getLong(48) != FileHeader.MAGIC) {
        throw blocks.damaged(
            offset, "a footer with its magic", "0x" + Long.toHexString(bytes.getLong(48)));
      }
      Crc32c crc = new Crc32c().begin(fileNumber, offset);
      int expected = crc.update(bytes.slice(0, CHECKED_BYTES)).value();
      int found = bytes.getInt(CHECKED_BYTES);
      if (found != expected) {
        throw blocks.damaged(
            offset,
            "a footer with checksum 0x" + Integer.toHexString(found),
            "0x" + Integer.toHexString(expected));
      }
      TableFooter read =
          new TableFooter(bytes.getLong(0), bytes.getLong(8), bytes.getLong(16), bytes.getLong(24));
      if (!read.fits(offset)) {
        throw blocks.damaged(offset, "parts one behind the other", read.toString());
      }
      return read;
    }
  }

  private boolean fits(long footerOffset) {
    return filterOffset >= FileHeader.BYTES
        && tombstonesOffset >= filterOffset
        && indexOffset >= tombstonesOffset
        && propertiesOffset > indexOffset
        && footerOffset > propertiesOffset
        && tombstonesOffset - filterOffset <= Integer.MAX_VALUE
        && footerOffset - tombstonesOffset <= Integer.MAX_VALUE;
  }
}
