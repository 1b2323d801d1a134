package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.io.ReadableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the stored blocks of an SSTable whose index or footer is lost, see {@link TableFormat}: one
 * behind the other, and behind damage at the nearest byte where a whole one begins.
 *
 * <p><b>Thread safety.</b> One thread. <b>Ownership.</b> The file is the creator's.
 */
final class StoredBlockWalk {
  /** Longest block looked for behind damage: bytes that are no length must not cost much. */
  private static final int MAX_RESUME_BYTES = 4 << 20;

  private static final int WINDOW_BYTES = 1 << 20;

  /** What a device loses at once. */
  private static final int DEVICE_BLOCK_BYTES = 4 << 10;

  private static final int HIGHEST_CODEC = 2;

  /** Where a whole block lies. */
  record Found(long offset, int storedBytes) {
    long end() {
      return offset + storedBytes;
    }
  }

  private final ReadableFile file;
  private final long fileNumber;
  private final Crc32c crc = new Crc32c();
  private ByteBuffer window = ByteBuffer.allocate(0);
  private long windowOffset;

  StoredBlockWalk(ReadableFile file, long fileNumber) {
    this.file = file;
    this.fileNumber = fileNumber;
  }

  /** The whole blocks that begin at or behind {@code from} and end at or before {@code to}. */
  List<Found> between(long from, long to) {
    List<Found> found = new ArrayList<>();
    long at = from;
    int mostBytes = Integer.MAX_VALUE;
    while (at <= to - TableFormat.STORED_OVERHEAD_BYTES) {
      int storedBytes;
      try {
        storedBytes = storedBytesAt(at, to, mostBytes);
      } catch (IOException unreadable) { // whoever reads the place for its own sake says so
        at = (at / DEVICE_BLOCK_BYTES + 1) * DEVICE_BLOCK_BYTES;
        mostBytes = MAX_RESUME_BYTES;
        continue;
      }
      if (storedBytes == 0) {
        at++;
        mostBytes = MAX_RESUME_BYTES;
      } else {
        found.add(new Found(at, storedBytes));
        at += storedBytes;
        mostBytes = Integer.MAX_VALUE;
      }
    }
    return found;
  }

  /** Length of the whole block at {@code at} with head and checksum, in bytes; 0: there is none. */
  private int storedBytesAt(long at, long to, int mostBytes) throws IOException {
    if (!load(at, TableFormat.STORED_HEADER_BYTES)) {
      return 0;
    }
    int index = (int) (at - windowOffset);
    int payload = window.getInt(index);
    int raw = window.getInt(index + 4);
    int codec = window.get(index + 8) & 0xFF;
    if (codec > HIGHEST_CODEC
        || payload < 0
        || raw < payload
        || raw > TableFormat.MAX_RAW_BYTES
        || (codec == 0 && raw != payload)
        || payload > to - at - TableFormat.STORED_OVERHEAD_BYTES
        || payload > mostBytes) {
      return 0;
    }
    int storedBytes = payload + TableFormat.STORED_OVERHEAD_BYTES;
    if (!load(at, storedBytes)) {
      return 0;
    }
    index = (int) (at - windowOffset);
    int covered = storedBytes - Integer.BYTES;
    int expected = crc.begin(fileNumber, at).update(window.slice(index, covered)).value();
    return expected == window.getInt(index + covered) ? storedBytes : 0;
  }

  /** Brings {@code length} bytes from {@code offset} into the window; false: they are not there. */
  private boolean load(long offset, int length) throws IOException {
    if (offset < windowOffset || offset + length > windowOffset + window.limit()) {
      try {
        read(offset, Math.max(length, WINDOW_BYTES));
      } catch (IOException unreadable) { // perhaps only behind what is wanted
        read(offset, length);
      }
    }
    return offset + length <= windowOffset + window.limit();
  }

  private void read(long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    int read = file.read(bytes, offset);
    windowOffset = offset;
    window = bytes.limit(Math.max(0, read));
  }
}
