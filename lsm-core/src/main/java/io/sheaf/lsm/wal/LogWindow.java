package io.sheaf.lsm.wal;

import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ReadableFile;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * A part of a log in memory that moves on as the log is read; offsets are those of the file.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> The creator closes it.
 */
final class LogWindow implements AutoCloseable {
  private static final int USUAL_BYTES = 256 << 10;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path path;
  private final ReadableFile file;
  private NativeBuffer memory;
  private long size;
  private long start;
  private int length;
  private boolean closed;

  LogWindow(FileSystem files, Path path) throws IOException {
    this.path = path;
    file = files.open(path);
    memory = NativeBuffer.allocate(USUAL_BYTES);
    try {
      size = file.size();
    } catch (IOException | RuntimeException e) {
      memory.close();
      try {
        file.close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  /** Length of the file when it was opened or last asked, in bytes. */
  long size() {
    return size;
  }

  /** Asks again how long the file is, and forgets what was read. */
  void refresh() throws IOException {
    size = file.size();
    length = 0;
  }

  /** The same, but keeps what was read before {@code offset}, which does not change any more. */
  void grow(long offset) throws IOException {
    size = file.size();
    length = Math.clamp(offset - start, 0, length);
  }

  /** Whether {@code count} bytes from {@code offset} are inside the file. */
  boolean has(long offset, long count) {
    return count >= 0 && offset >= 0 && count <= size - offset;
  }

  /**
   * Brings {@code count} bytes from {@code offset} into memory; they must be in the file.
   *
   * @throws EOFException when they are not there any more. It is no {@code CorruptionException}: a
   *     log is given up for damage that stays, and not for a read that came short once
   */
  void load(long offset, int count) throws IOException {
    assert has(offset, count);
    if (offset >= start && offset + count <= start + length) {
      return;
    }
    if (count > memory.capacity()) {
      NativeBuffer larger = NativeBuffer.allocate(count);
      memory.close();
      memory = larger;
    }
    start = offset;
    length = 0;
    int wanted = (int) Math.min(memory.capacity(), size - offset);
    length = file.read(memory.byteBuffer(0, wanted), offset);
    if (length < count) {
      throw new EOFException(
          path
              + " ends at byte "
              + (offset + length)
              + ", and had "
              + size
              + " bytes before: another has cut it, or the device reads too little; open the store"
              + " again");
    }
  }

  /** The loaded number at {@code offset}. */
  int intAt(long offset) {
    return memory.segment().get(INT, offset - start);
  }

  /** The loaded number at {@code offset}. */
  long longAt(long offset) {
    return memory.segment().get(LONG, offset - start);
  }

  /** A view of loaded bytes, valid until the next load. */
  ByteBuffer bytes(long offset, int count) {
    return memory.byteBuffer((int) (offset - start), count);
  }

  /** The memory that holds the loaded bytes, valid until the next load. */
  MemorySegment segment() {
    return memory.segment();
  }

  /** Where in {@link #segment()} the loaded byte at {@code offset} is. */
  long index(long offset) {
    return offset - start;
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      memory.close();
      file.close();
    }
  }
}
