package io.sheaf.valuelog;

import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.Slice;

/**
 * What a value block says of itself; {@link ValueFileFormat} has the bytes.
 *
 * <p><b>Ownership.</b> The slices belong to the record, lie on the heap and are never re-pointed.
 *
 * @param offset where the block begins in its file, in bytes
 * @param headerBytes length of checksum and header, in bytes
 * @param payloadBytes length of the values as stored, in bytes
 * @param rawBytes length of the values when decompressed, in bytes
 * @param codec code of the codec of the values
 * @param prefix prefix of the group whose values these are
 * @param firstSuffix suffix of the first row
 * @param lastSuffix suffix of the last row
 * @param rows number of rows
 * @param newestTimeMillis newest write time of a row, milliseconds since the epoch; 0: not kept
 */
public record ValueBlock(
    long offset,
    int headerBytes,
    int payloadBytes,
    int rawBytes,
    int codec,
    Slice prefix,
    Slice firstSuffix,
    Slice lastSuffix,
    int rows,
    long newestTimeMillis) {
  /** Length of the block in its file, in bytes. */
  public int storedBytes() {
    return headerBytes + payloadBytes;
  }

  /** Appends four bytes for the checksum, to be set later, and the header of a block. */
  static void appendHeader(
      GrowableBuffer target,
      Compression.Codec codec,
      int rawBytes,
      int payloadBytes,
      int rows,
      Slice prefix,
      Slice firstSuffix,
      Slice lastSuffix,
      long newestTimeMillis) {
    boolean sameLength = firstSuffix.length() == lastSuffix.length();
    boolean hasTime = newestTimeMillis != 0;
    target.putInt(0);
    target.putByte(
        codec.code()
            | (sameLength ? ValueFileFormat.SAME_LENGTH : 0)
            | (hasTime ? ValueFileFormat.HAS_TIME : 0));
    target.putVarint(rawBytes);
    target.putVarint(payloadBytes);
    target.putVarint(rows);
    target.putLengthPrefixed(prefix);
    target.putLengthPrefixed(firstSuffix);
    int shared = firstSuffix.commonPrefixLength(lastSuffix);
    int rest = lastSuffix.length() - shared;
    target.putVarint(shared);
    if (!sameLength) {
      target.putVarint(rest);
    }
    target.putBytes(lastSuffix.segment(), lastSuffix.offset() + shared, rest);
    if (hasTime) {
      target.putVarint(newestTimeMillis);
    }
  }

  /**
   * Reads the header of the block at {@code offset} of its file, which begins where {@code bytes}
   * stands; the checksum is the caller's to verify.
   *
   * @throws MalformedException when this is no header, or not all of it is there
   */
  static ValueBlock readHeader(ByteReader bytes, long offset) {
    long start = bytes.position();
    bytes.readInt();
    int tag = bytes.readByte();
    if ((tag & ~ValueFileFormat.TAG_MASK) != 0) {
      throw new MalformedException("tag 0x" + Integer.toHexString(tag));
    }
    int rawBytes = bytes.readCount(ValueFileFormat.MAX_RAW_BYTES);
    int payloadBytes = bytes.readCount(rawBytes);
    int rows = bytes.readCount(Integer.MAX_VALUE);
    Slice prefix = Slice.copyOf(bytes.readLengthPrefixed(new Slice()));
    Slice firstSuffix = Slice.copyOf(bytes.readLengthPrefixed(new Slice()));
    int shared = bytes.readCount(firstSuffix.length());
    int rest =
        (tag & ValueFileFormat.SAME_LENGTH) != 0
            ? firstSuffix.length() - shared
            : bytes.readCount(bytes.remaining());
    Slice restOfLast = bytes.readBytes(rest, new Slice());
    byte[] lastSuffix = new byte[shared + rest];
    new Slice().set(firstSuffix, 0, shared).copyTo(lastSuffix, 0);
    restOfLast.copyTo(lastSuffix, shared);
    long newestTimeMillis = (tag & ValueFileFormat.HAS_TIME) != 0 ? bytes.readVarint() : 0;
    return new ValueBlock(
        offset,
        (int) (bytes.position() - start),
        payloadBytes,
        rawBytes,
        tag & ValueFileFormat.CODEC_MASK,
        prefix,
        firstSuffix,
        Slice.of(lastSuffix),
        rows,
        newestTimeMillis);
  }
}
