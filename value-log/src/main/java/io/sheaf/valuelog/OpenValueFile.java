package io.sheaf.valuelog;

import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.coding.DecompressionDictionary;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ReadableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value file that is open for reading, shared by its readers: the file itself is closed when the
 * last of them is done with it, so that nobody's read meets a closed file.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> Who opened it holds a
 * reference; each {@link #tryAcquire} that succeeds is matched by one {@link #close}.
 */
final class OpenValueFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenValueFile.class);

  private final String name;
  private final long number;
  private final ReadableFile file;
  private final long sizeBytes;
  private final ValueFileBeginning beginning;
  private final MemoryBudget budget;
  private final AtomicInteger references = new AtomicInteger(1);
  private volatile boolean recentlyUsed = true;

  private OpenValueFile(
      String name,
      long number,
      ReadableFile file,
      long sizeBytes,
      ValueFileBeginning beginning,
      MemoryBudget budget) {
    this.name = name;
    this.number = number;
    this.file = file;
    this.sizeBytes = sizeBytes;
    this.beginning = beginning;
    this.budget = budget;
    budget.add(MemoryBudget.Use.INDEXES, memoryBytes());
  }

  /**
   * Opens a value file and reads what stands before its blocks.
   *
   * @throws CorruptionException when it is not the value file of this number
   */
  static OpenValueFile open(FileSystem fileSystem, Path path, long number, MemoryBudget budget)
      throws IOException {
    ReadableFile file = fileSystem.openForRandomReads(path);
    try {
      String name = path.toString();
      long sizeBytes = file.size();
      ValueFileBeginning beginning = ValueFileBeginning.read(name, file, number);
      return new OpenValueFile(name, number, file, sizeBytes, beginning, budget);
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  /** Counts one more reader unless the file is closed already; returns whether it did. */
  boolean tryAcquire() {
    while (true) {
      int now = references.get();
      if (now == 0) {
        return false;
      }
      if (references.compareAndSet(now, now + 1)) {
        if (!recentlyUsed) {
          recentlyUsed = true;
        }
        return true;
      }
    }
  }

  /** Whether it was acquired since the last call. */
  boolean testAndClearRecentlyUsed() {
    boolean was = recentlyUsed;
    recentlyUsed = false;
    return was;
  }

  String name() {
    return name;
  }

  long number() {
    return number;
  }

  /** What its blocks are compressed with, as long as the file is acquired; null: nothing. */
  @Nullable DecompressionDictionary dictionary() {
    return beginning.dictionary();
  }

  private long memoryBytes() {
    DecompressionDictionary dictionary = beginning.dictionary();
    return dictionary == null ? 0 : dictionary.memoryBytes();
  }

  /** Length when it was opened, in bytes. */
  long sizeBytes() {
    return sizeBytes;
  }

  /**
   * The {@code length} bytes from {@code offset}; the caller owns the buffer.
   *
   * @throws CorruptionException when the file does not reach that far
   */
  NativeBuffer read(long offset, int length) throws IOException {
    if (offset < beginning.blocksOffset()
        || length < ValueFileFormat.MIN_BLOCK_BYTES
        || offset > sizeBytes - length) {
      throw new CorruptionException(
          name, offset, "a block of " + length + " bytes", "a file of " + sizeBytes + " bytes");
    }
    NativeBuffer bytes = NativeBuffer.allocate(length);
    try {
      int read = file.read(bytes.byteBuffer(0, length), offset);
      if (read < length) {
        throw new CorruptionException(
            name, offset, "a block of " + length + " bytes", "the end after " + read + " bytes");
      }
      return bytes;
    } catch (Throwable e) {
      bytes.close();
      throw e;
    }
  }

  /** See {@link ReadableFile#announce}. */
  boolean announce(long offset, int length) {
    return file.announce(offset, length);
  }

  /** Gives a reference back. That closing fails is logged: nothing was written through it. */
  @Override
  public void close() {
    int left = references.decrementAndGet();
    assert left >= 0;
    if (left == 0) {
      budget.add(MemoryBudget.Use.INDEXES, -memoryBytes());
      DecompressionDictionary dictionary = beginning.dictionary();
      if (dictionary != null) {
        dictionary.close();
      }
      try {
        file.close();
      } catch (IOException e) {
        LOG.warn("cannot close {} after reading", name, e);
      }
    }
  }
}
