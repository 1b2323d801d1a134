package io.sheaf.lsm.wal;

import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.io.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Writes the records of a log again, over themselves, and makes them durable. To sync is not
 * enough: after a sync that failed Linux shows pages that are not on the disk and takes them for
 * clean, in the next process too.
 *
 * <p>What is written is what was checked just before, so a read that goes wrong once does no harm;
 * behind the last record the rest of its page becomes zero. The codecs of payloads are not asked.
 *
 * <p><b>Thread safety.</b> None.
 *
 * <p><b>Source.</b> Rebello and others, "Can Applications Recover from fsync Failures?", USENIX ATC
 * 2020.
 */
final class LogRewrite {
  /** Whole pages: what a power cut on the way leaves of a page is what it was before. */
  private static final int PORTION_BYTES = 256 * FileSystem.PAGE_BYTES;

  private final String file;
  private final LogWindow window;
  private final RecordHeader header;
  private final WritableFile target;
  private final ByteBuffer portion;

  private LogRewrite(
      String file, LogWindow window, RecordHeader header, WritableFile target, ByteBuffer portion) {
    this.file = file;
    this.window = window;
    this.header = header;
    this.target = target;
    this.portion = portion;
  }

  /**
   * Rewrites log {@code number}, which has whole records up to {@code endOffset}.
   *
   * @throws CorruptionException when it has not; what was written then is what was there
   */
  static void rewrite(FileSystem files, Path path, long number, long endOffset) throws IOException {
    String file = path.toString();
    try (LogWindow window = new LogWindow(files, path);
        NativeBuffer portion = NativeBuffer.allocate(PORTION_BYTES);
        WritableFile target = files.overwrite(path)) {
      long place = FileHeader.place(number, LogHeader.read(file, window, number).storeId());
      LogRewrite rewrite =
          new LogRewrite(
              file, window, new RecordHeader(place), target, portion.byteBuffer(0, PORTION_BYTES));
      rewrite.add(0, LogFormat.HEADER_BYTES);
      rewrite.records(endOffset);
      target.sync();
    }
  }

  /**
   * Makes log {@code number}, of which nothing was durable, one without records that follows none.
   *
   * @return what a log states that follows it
   */
  static PreviousLog empty(FileSystem files, Path path, StoreId store, long number)
      throws IOException {
    try (RecordBuilder header =
            new RecordBuilder(number, store.in(number), LogFormat.HEADER_BYTES);
        WritableFile target = files.overwrite(path)) {
      target.truncate(0);
      target.write(header.logHeader(PreviousLog.NONE));
      target.sync();
      return new PreviousLog(number, target.position(), target.position());
    }
  }

  private void records(long endOffset) throws IOException {
    long offset = LogFormat.HEADER_BYTES;
    while (offset < endOffset) {
      int length = load(offset);
      add(offset, length);
      offset += length;
    }
    write();
  }

  /** Brings a whole record into memory and checks it there; returns its length. */
  private int load(long offset) throws IOException {
    if (header.read(window, offset)) {
      int length = Math.toIntExact(LogFormat.recordBytes(header.storedBytes));
      if (window.has(offset, length)) {
        window.load(offset, length);
        if (header.read(window, offset)
            && LogFormat.recordBytes(header.storedBytes) == length
            && header.loadPayload(window, offset)) {
          return length;
        }
      }
    }
    throw new CorruptionException(
        file, offset, "the whole record that was read here before", "a wrong checksum or length");
  }

  private void add(long offset, int length) throws IOException {
    ByteBuffer bytes = window.bytes(offset, length);
    while (bytes.hasRemaining()) {
      int count = Math.min(bytes.remaining(), portion.remaining());
      portion.put(bytes.slice(bytes.position(), count));
      bytes.position(bytes.position() + count);
      if (!portion.hasRemaining()) {
        write();
      }
    }
  }

  private void write() throws IOException {
    target.write(portion.flip());
    portion.clear();
  }
}
