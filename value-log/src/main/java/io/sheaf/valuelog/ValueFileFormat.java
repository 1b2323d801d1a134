package io.sheaf.valuelog;

import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.FileKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The bytes of a value file, which holds value blocks of one table. Numbers of fixed length are
 * little-endian; {@code varint} is a {@link io.sheaf.lsm.coding.Varint}, {@code bytes(n)} are n
 * bytes.
 *
 * <pre>
 * file        := header table block* footer
 * header      := FileHeader of kind VALUES                                          32 bytes
 * table       := tableId:int checksum:int                                            8 bytes
 *
 * block       := checksum:int tag:byte rawBytes:varint payloadBytes:varint
 *                description payload
 * tag         := bits 0-2  codec of the payload, a code of Compression.Codec
 *                bit  3    the last suffix is as long as the first: restBytes is left out
 *                bit  4    there is a newestTime
 *                bits 5-7  zero
 * description := rows:varint
 *                prefixBytes:varint prefix:bytes(prefixBytes)
 *                firstBytes:varint  firstSuffix:bytes(firstBytes)
 *                sharedBytes:varint [restBytes:varint] rest:bytes(restBytes)
 *                [newestTime:varint]
 * payload     := bytes(payloadBytes), rawBytes of values when decompressed
 *
 * footer      := see {@link ValueFileTotals}                                        56 bytes
 * </pre>
 *
 * The last suffix is the first {@code sharedBytes} of the first suffix and then {@code rest}. The
 * values of a block's rows stand one behind the other; where one ends and the next begins is known
 * to the key file that refers to them. {@code newestTime} is in milliseconds since the epoch.
 *
 * <p>A checksum is the {@link Crc32c} of the file's number, the offset at which the checked piece
 * begins, and the piece's bytes without the checksum: {@code tableId} at offset 32; all of a block
 * behind its checksum. A reference to a block names its offset and its length from the checksum to
 * the end of the payload, so one read brings what is needed to check it. With suffixes and prefix
 * of 8 bytes, a block of 32 KB costs 34 bytes beside its payload.
 *
 * <p><b>Why there is no index of blocks.</b> Readers come with an offset from a key file and never
 * look a block up. For who rebuilds a lost manifest, the footer has the totals of a file, and the
 * blocks describe themselves; to walk over them is a sequential read. An index would say everything
 * a second time (about 40 bytes a block, which is 2 to 3 % where blocks are small), and would have
 * to be held in memory until the file is finished.
 */
final class ValueFileFormat {
  /** Offset of the table id, in bytes. */
  static final int TABLE_OFFSET = FileHeader.BYTES;

  /** Offset of the first block: length of header and table, in bytes. */
  static final int BLOCKS_OFFSET = TABLE_OFFSET + 8;

  /** Most values a block can hold, in bytes. */
  static final int MAX_RAW_BYTES = 1 << 30;

  /** Longest block header: bounds prefix and suffixes together, in bytes. */
  static final int MAX_BLOCK_HEADER_BYTES = 1 << 20;

  /** Shortest block: checksum, tag and six numbers of one byte. */
  static final int MIN_BLOCK_BYTES = 11;

  static final int CODEC_MASK = 0x07;
  static final int SAME_LENGTH = 0x08;
  static final int HAS_TIME = 0x10;
  static final int TAG_MASK = CODEC_MASK | SAME_LENGTH | HAS_TIME;

  private ValueFileFormat() {}

  /** Appends header and table id to {@code target}, which must be empty. */
  static void appendBeginning(long fileNumber, int tableId, GrowableBuffer target) {
    FileHeader.append(FileKind.VALUES, fileNumber, target);
    target.putInt(tableId);
    target.putInt(
        new Crc32c().begin(fileNumber, TABLE_OFFSET).update(target.byteBuffer(32, 4)).value());
  }

  /**
   * Checks the first {@link #BLOCKS_OFFSET} bytes of a file and returns its table id.
   *
   * @param file name of the file, for errors
   * @param beginning position to limit: the first bytes of the file
   * @throws CorruptionException when they are not what {@link #appendBeginning} wrote
   * @throws io.sheaf.lsm.io.UnsupportedFormatException when the format is of another version
   */
  static int checkBeginning(String file, ByteBuffer beginning, long fileNumber) throws IOException {
    FileHeader.check(file, beginning, FileKind.VALUES, fileNumber);
    if (beginning.remaining() < BLOCKS_OFFSET) {
      throw new CorruptionException(
          file, TABLE_OFFSET, "a table id of 8 bytes", (beginning.remaining() - 32) + " bytes");
    }
    ByteBuffer table = beginning.slice(beginning.position() + TABLE_OFFSET, 8);
    table.order(ByteOrder.LITTLE_ENDIAN);
    checkChecksum(
        file,
        TABLE_OFFSET,
        new Crc32c().begin(fileNumber, TABLE_OFFSET).update(table.slice(0, 4)).value(),
        table.getInt(4));
    return table.getInt(0);
  }

  /** Throws when the checksum found in {@code file} at {@code offset} is not the one expected. */
  static void checkChecksum(String file, long offset, int expected, int found)
      throws CorruptionException {
    if (expected != found) {
      throw new CorruptionException(
          file,
          offset,
          "checksum 0x" + Integer.toHexString(expected),
          "0x" + Integer.toHexString(found));
    }
  }
}
