package io.sheaf.lsm.io;

import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.coding.GrowableBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The first 32 bytes of every file. Numbers are little-endian.
 *
 * <pre>
 * offset  bytes
 *      0      8  magic "\x89SHEAF\r\n" (the first byte is no ASCII, the last two show a transfer
 *                that changed line ends)
 *      8      2  format version
 *     10      1  kind of file, see {@link FileKind}
 *     11      5  zero
 *     16      8  file number
 *     24      4  store id, see {@link StoreId}; 0 in SSTables and value files, and in version 1
 *     28      4  CRC-32C of (file number, offset 0) and bytes 0 to 27
 * </pre>
 */
public final class FileHeader {
  /** Length of the header, in bytes. */
  public static final int BYTES = 32;

  /**
   * Format version of the logs and manifests that are written: from this one on they name their
   * store.
   */
  public static final int VERSION = 2;

  /** Format version of the SSTables and value files that are written. */
  public static final int TABLE_VERSION = 1;

  /**
   * Format version of an SSTable whose rows have the sequence number that the manifest says, and
   * not their own.
   */
  public static final int INGESTED_VERSION = 2;

  /** Lowest format version that is read. */
  public static final int LOWEST_VERSION = 1;

  /** The magic as the little-endian number at offset 0. */
  public static final long MAGIC = 0x0A0D_4641_4548_5389L;

  /** Where the id of the store stands, in bytes. */
  static final int STORE_ID_OFFSET = 24;

  private FileHeader() {}

  /**
   * What a header says, whether it is right or not: for who shows it.
   *
   * @param magic whether the file begins as one of a store does
   * @param version format version
   * @param kind code of the kind of file
   * @param fileNumber file number
   * @param storeId the store that it names; 0: none
   * @param checksumRight whether the header is as it was written
   */
  public record Fields(
      boolean magic, int version, int kind, long fileNumber, int storeId, boolean checksumRight) {
    /**
     * Reads a header.
     *
     * @param header position to limit: {@link #BYTES} or more
     */
    public static Fields of(ByteBuffer header) {
      ByteBuffer bytes = header.slice(header.position(), BYTES).order(ByteOrder.LITTLE_ENDIAN);
      long fileNumber = bytes.getLong(16);
      int expected = new Crc32c().begin(fileNumber, 0).update(bytes.slice(0, BYTES - 4)).value();
      return new Fields(
          bytes.getLong(0) == MAGIC,
          bytes.getShort(8) & 0xFFFF,
          bytes.get(10) & 0xFF,
          fileNumber,
          bytes.getInt(STORE_ID_OFFSET),
          bytes.getInt(28) == expected);
    }

    /** Whether it is whole, and that of this file. */
    public boolean isOf(FileKind ofKind, long number) {
      return magic && checksumRight && kind == ofKind.code() && fileNumber == number;
    }
  }

  /**
   * The number with which the checksums of records in a log or manifest begin: it binds them to
   * their store too, and is the file number itself where the file names none.
   */
  public static long place(long fileNumber, int storeId) {
    return fileNumber ^ (long) storeId << Integer.SIZE;
  }

  /**
   * Appends the header of a log or manifest to {@code target}, which must be empty.
   *
   * @param storeId the store that it names; 0: none
   */
  public static void append(FileKind kind, long fileNumber, int storeId, GrowableBuffer target) {
    append(kind, VERSION, fileNumber, storeId, target);
  }

  /** Appends the header of an SSTable or value file to {@code target}, which must be empty. */
  public static void appendOfTable(
      FileKind kind, int version, long fileNumber, GrowableBuffer target) {
    append(kind, version, fileNumber, 0, target);
  }

  private static void append(
      FileKind kind, int version, long fileNumber, int storeId, GrowableBuffer target) {
    assert target.size() == 0;
    target.putLong(MAGIC);
    target.putInt(version | kind.code() << 16);
    target.putInt(0);
    target.putLong(fileNumber);
    target.putInt(storeId);
    target.putInt(
        new Crc32c().begin(fileNumber, 0).update(target.byteBuffer(0, BYTES - 4)).value());
  }

  /**
   * Checks the first bytes of a file.
   *
   * @param file name of the file, for errors
   * @param header position to limit: the first bytes of the file, all {@link #BYTES} where the file
   *     is that long
   * @return its format version
   * @throws CorruptionException when it is no file of this store with this kind and number
   * @throws UnsupportedFormatException when it is of a version that is not read
   */
  public static int check(String file, ByteBuffer header, FileKind kind, long fileNumber)
      throws IOException {
    if (header.remaining() < BYTES) {
      throw new CorruptionException(
          file, 0, "a header of " + BYTES + " bytes", header.remaining() + " bytes");
    }
    ByteBuffer bytes = header.slice(header.position(), BYTES).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.getLong(0) != MAGIC) {
      throw new CorruptionException(
          file, 0, "the magic of a Sheaf file", "0x" + Long.toHexString(bytes.getLong(0)));
    }
    int version = bytes.getShort(8) & 0xFFFF;
    int found = bytes.getInt(28);
    int expected =
        new Crc32c().begin(bytes.getLong(16), 0).update(bytes.slice(0, BYTES - 4)).value();
    boolean whole = found == expected;
    int highest = highest(kind);
    if (version < LOWEST_VERSION || version > highest) {
      throw new UnsupportedFormatException(file, version, LOWEST_VERSION, highest, whole);
    }
    if (!whole) {
      throw new CorruptionException(
          file,
          28,
          "checksum 0x" + Integer.toHexString(expected),
          "0x" + Integer.toHexString(found));
    }
    if (bytes.get(10) != kind.code() || bytes.getLong(16) != fileNumber) {
      throw new CorruptionException(
          file,
          10,
          kind + " number " + fileNumber,
          FileKind.describe(bytes.get(10)) + " number " + bytes.getLong(16));
    }
    return version;
  }

  private static int highest(FileKind kind) {
    return switch (kind) {
      case LOG, MANIFEST -> VERSION;
      case SSTABLE -> INGESTED_VERSION;
      case VALUES -> TABLE_VERSION;
    };
  }
}
