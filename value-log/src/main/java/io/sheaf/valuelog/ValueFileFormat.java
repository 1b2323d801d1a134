package io.sheaf.valuelog;

import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.FileKind;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a value file, which holds value blocks of one table. Numbers of fixed length are
 * little-endian; {@code varint} is a {@link io.sheaf.lsm.coding.Varint}, {@code bytes(n)} are n
 * bytes.
 *
 * <pre>
 * file        := header table dictionary? block* footer
 * header      := FileHeader of kind VALUES                                          32 bytes
 * table       := tableId:int dictionaryBytes:int checksum:int                       12 bytes
 * dictionary  := bytes(dictionaryBytes) checksum:int          with dictionaryBytes above 0
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
 * payload     := bytes(payloadBytes), rawBytes of values when decompressed; ZSTD with the
 *                file's dictionary, where it has one
 *
 * footer      := see {@link ValueFileTotals}                                        56 bytes
 * </pre>
 *
 * The last suffix is the first {@code sharedBytes} of the first suffix and then {@code rest}. The
 * values of a block's rows stand one behind the other; where one ends and the next begins is known
 * to the key file that refers to them. {@code newestTime} is in milliseconds since the epoch.
 *
 * <p>A checksum is the {@link Crc32c} of the file's number, the offset at which the checked piece
 * begins, and the piece's bytes without the checksum: {@code tableId} and {@code dictionaryBytes}
 * at offset 32; the dictionary's bytes at offset 44; all of a block behind its checksum. A
 * reference to a block names its offset and its length from the checksum to the end of the payload,
 * so one read brings what is needed to check it. With suffixes and prefix of 8 bytes, a block of 32
 * KB costs 34 bytes beside its payload.
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

  /** Offset of the dictionary, and of the first block where there is none, in bytes. */
  static final int DICTIONARY_OFFSET = TABLE_OFFSET + 12;

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

  /** Appends header, table id and dictionary to {@code target}, which must be empty. */
  static void appendBeginning(
      long fileNumber, int tableId, @Nullable Dictionary dictionary, GrowableBuffer target) {
    FileHeader.appendOfTable(FileKind.VALUES, FileHeader.TABLE_VERSION, fileNumber, target);
    target.putInt(tableId);
    target.putInt(dictionary == null ? 0 : dictionary.length());
    putChecksum(fileNumber, TABLE_OFFSET, target);
    if (dictionary != null) {
      dictionary.append(target);
      putChecksum(fileNumber, DICTIONARY_OFFSET, target);
    }
  }

  private static void putChecksum(long fileNumber, int from, GrowableBuffer target) {
    target.putInt(
        new Crc32c()
            .begin(fileNumber, from)
            .update(target.byteBuffer(from, target.size() - from))
            .value());
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
