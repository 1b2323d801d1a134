package io.sheaf.lsm.wal;

import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.FileKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header of a log, see {@link LogFormat}.
 *
 * @param storeId the store that it names; 0: none
 * @param previous the log that it follows
 */
record LogHeader(int storeId, PreviousLog previous) {
  private static final int CHECKSUM_OFFSET = LogFormat.HEADER_BYTES - Integer.BYTES;

  /** Appends the header of a log of this store to {@code target}, which must be empty. */
  static void append(long number, int storeId, PreviousLog previous, GrowableBuffer target) {
    FileHeader.append(FileKind.LOG, number, storeId, target);
    target.putLong(previous.number());
    target.putLong(previous.endOffset());
    target.putLong(previous.syncedOffset());
    target.putInt(0);
    int length = CHECKSUM_OFFSET - FileHeader.BYTES;
    target.putInt(
        new Crc32c()
            .begin(number, FileHeader.BYTES)
            .update(target.byteBuffer(FileHeader.BYTES, length))
            .value());
  }

  /**
   * Reads the header of log {@code number}, of whatever store.
   *
   * @throws CorruptionException when these bytes are not the header of this log
   * @throws io.sheaf.lsm.io.UnsupportedFormatException when it is of a version that is not read
   */
  static LogHeader read(String file, LogWindow window, long number) throws IOException {
    int length = (int) Math.min(LogFormat.HEADER_BYTES, window.size());
    window.load(0, length);
    ByteBuffer header = window.bytes(0, length).order(ByteOrder.LITTLE_ENDIAN);
    FileHeader.check(file, header.duplicate(), FileKind.LOG, number);
    if (length < LogFormat.HEADER_BYTES) {
      throw new CorruptionException(
          file, length, "a header of " + LogFormat.HEADER_BYTES + " bytes", length + " bytes");
    }
    int expected =
        new Crc32c()
            .begin(number, FileHeader.BYTES)
            .update(header.slice(FileHeader.BYTES, CHECKSUM_OFFSET - FileHeader.BYTES))
            .value();
    int found = header.getInt(CHECKSUM_OFFSET);
    long previous = header.getLong(32);
    long end = header.getLong(40);
    long synced = header.getLong(48);
    if (found != expected || previous < 0 || synced < 0 || synced > end) {
      throw new CorruptionException(
          file,
          FileHeader.BYTES,
          "checksum 0x" + Integer.toHexString(expected),
          "0x" + Integer.toHexString(found));
    }
    int storeId = FileHeader.Fields.of(header).storeId();
    return new LogHeader(storeId, new PreviousLog(previous, end, synced));
  }
}
