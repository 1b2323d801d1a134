package io.sheaf.valuelog;

import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.DecompressionDictionary;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.io.Cleanup;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ReadableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads a value file from its beginning to its end, for who checks, shows or salvages it: what each
 * block says of itself, and its values. Every block is checked as it is passed; the end is reached
 * only when the blocks are as many as the footer says.
 *
 * <p>A file that was not finished, or whose footer is damaged, can be opened and read as far as it
 * goes.
 *
 * <p><b>Thread safety.</b> One thread. <b>Ownership.</b> Who opened it closes it.
 */
public final class ValueFileReader implements AutoCloseable {
  private static final int WINDOW_BYTES = 256 << 10;
  private static final int FIRST_LOOK_BYTES = 4 << 10;

  /** Longest block looked for behind damage: a wrong length must not cost a read of the file. */
  private static final int MAX_RESUME_BYTES = 4 << 20;

  private final String name;
  private final long number;
  private final ReadableFile file;
  private final ValueFileBeginning beginning;
  private final long end;
  private final @Nullable ValueFileTotals totals;
  private final @Nullable CorruptionException totalsFailure;
  private final ByteReader reader = new ByteReader();

  private NativeBuffer window = NativeBuffer.allocate(WINDOW_BYTES);
  private long windowOffset;
  private int windowBytes;
  private long position;
  private @Nullable ValueBlock block;
  private ValueFileTotals passed;
  private boolean skipped;
  private boolean closed;

  /**
   * Opens a value file.
   *
   * @throws CorruptionException when it is not the value file of this number
   * @throws io.sheaf.lsm.io.UnsupportedFormatException when it is of a format that is not read
   */
  public static ValueFileReader open(FileSystem fileSystem, Path path, long number)
      throws IOException {
    ReadableFile file = fileSystem.open(path);
    try {
      return new ValueFileReader(path.toString(), number, file);
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  private ValueFileReader(String name, long number, ReadableFile file) throws IOException {
    this.name = name;
    this.number = number;
    this.file = file;
    Cleanup undo = new Cleanup();
    undo.add(() -> window.close());
    try {
      long size = file.size();
      this.beginning = ValueFileBeginning.read(name, file, number);
      DecompressionDictionary dictionary = beginning.dictionary();
      if (dictionary != null) {
        undo.add(dictionary);
      }
      this.position = beginning.blocksOffset();
      long footer = Math.max(position, size - ValueFileTotals.BYTES);
      ValueFileTotals found = null;
      CorruptionException failure = null;
      try {
        found =
            ValueFileTotals.read(name, number, footer, load(footer, (int) (size - footer), size));
      } catch (CorruptionException e) {
        failure = e;
      }
      this.totals = found;
      this.totalsFailure = failure;
      this.end = found == null ? size : footer;
      this.passed = new ValueFileTotals(beginning.tableId(), 0, 0, 0, 0);
    } catch (Throwable e) {
      undo.run(e);
      throw e;
    }
  }

  /** The table whose values the file holds. */
  public int tableId() {
    return beginning.tableId();
  }

  /**
   * What the footer says.
   *
   * @throws CorruptionException when there is no footer, or a damaged one
   */
  public ValueFileTotals totals() throws CorruptionException {
    if (totals == null) {
      throw totalsFailure();
    }
    return totals;
  }

  /**
   * Goes to the next block and describes it; null behind the last.
   *
   * @throws CorruptionException when there is no whole block, or blocks and footer do not agree
   */
  public @Nullable ValueBlock next() throws IOException {
    checkOpen();
    block = null;
    if (position == end) {
      checkTotals();
      return null;
    }
    ValueBlock found = blockAt(position, ValueFileFormat.MAX_BLOCK_HEADER_BYTES, Integer.MAX_VALUE);
    pass(found);
    return found;
  }

  /** The values of the block that {@link #next} described last; the caller owns the buffer. */
  public NativeBuffer values() throws IOException {
    checkOpen();
    ValueBlock current = block;
    if (current == null) {
      throw new IllegalStateException("stands on no block of " + name);
    }
    return ValueBlockDecoder.decode(
        name,
        number,
        current.offset(),
        load(current.offset(), current.storedBytes(), end),
        current.rawBytes(),
        beginning.dictionary());
  }

  /**
   * After {@link #next} failed: goes to the nearest place behind the damage from where a block can
   * be read, if there is one.
   *
   * @return number of bytes passed over
   */
  public long skipDamage() throws IOException {
    checkOpen();
    long damaged = position;
    skipped = true;
    boolean found = false;
    while (!found && position < end) {
      position++;
      found = isBlockAt(position);
    }
    return position - damaged;
  }

  private boolean isBlockAt(long offset) throws IOException {
    try {
      blockAt(offset, FIRST_LOOK_BYTES, MAX_RESUME_BYTES);
      return true;
    } catch (CorruptionException stillDamaged) {
      return false;
    }
  }

  private void pass(ValueBlock found) {
    block = found;
    position += found.storedBytes();
    passed =
        new ValueFileTotals(
            beginning.tableId(),
            passed.blocks() + 1,
            passed.rows() + found.rows(),
            passed.rawBytes() + found.rawBytes(),
            Math.max(passed.newestTimeMillis(), found.newestTimeMillis()));
  }

  private void checkTotals() throws CorruptionException {
    if (!totals().equals(passed) && !skipped) {
      throw new CorruptionException(name, end, totals + "", passed + "");
    }
  }

  private CorruptionException totalsFailure() {
    if (totalsFailure == null) {
      throw new IllegalStateException("neither a footer nor what is wrong with it");
    }
    return totalsFailure;
  }

  /** The block at {@code offset}, checked, if header and block are no longer than this. */
  private ValueBlock blockAt(long offset, int mostHeaderBytes, int mostBytes) throws IOException {
    ValueBlock found = headerAt(offset, FIRST_LOOK_BYTES);
    if (found == null && mostHeaderBytes > FIRST_LOOK_BYTES) {
      found = headerAt(offset, mostHeaderBytes);
    }
    long bytes = found == null ? 0 : (long) found.headerBytes() + found.payloadBytes();
    if (found == null || bytes > mostBytes || bytes > end - offset) {
      throw new CorruptionException(
          name,
          offset,
          "a value block",
          found == null
              ? "bytes that are none"
              : "one of " + bytes + " bytes, with " + (end - offset) + " left in the file");
    }
    ValueBlockDecoder.checkChecksum(name, number, offset, load(offset, (int) bytes, end));
    return found;
  }

  private @Nullable ValueBlock headerAt(long offset, int mostBytes) throws IOException {
    int bytes = (int) Math.min(mostBytes, end - offset);
    load(offset, bytes, end);
    try {
      return ValueBlock.readHeader(
          reader.set(window.segment(), offset - windowOffset, bytes), offset);
    } catch (MalformedException none) {
      return null;
    }
  }

  /** The {@code length} bytes from {@code offset} of a file of {@code fileBytes}, in the window. */
  private ByteBuffer load(long offset, int length, long fileBytes) throws IOException {
    if (offset < windowOffset || offset + length > windowOffset + windowBytes) {
      if (window.capacity() < length) {
        NativeBuffer larger = NativeBuffer.allocate(length);
        window.close();
        window = larger;
      }
      windowOffset = offset;
      int wanted = (int) Math.min(window.capacity(), fileBytes - offset);
      windowBytes = file.read(window.byteBuffer(0, wanted), offset);
      if (windowBytes < length) {
        throw new CorruptionException(
            name, offset, length + " bytes", "the end after " + windowBytes + " bytes");
      }
    }
    return window.byteBuffer((int) (offset - windowOffset), length);
  }

  private void checkOpen() {
    if (closed) {
      throw new ClosedException("reader of " + name);
    }
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      window.close();
      DecompressionDictionary dictionary = beginning.dictionary();
      if (dictionary != null) {
        dictionary.close();
      }
      file.close();
    }
  }
}
