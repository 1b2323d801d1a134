package io.sheaf.valuelog;

import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.ValueReference;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Value blocks that lie side by side in one file and are fetched by one read from the device, by
 * whoever comes first: a thread that reads ahead, or the reader who needs one of them. Each block
 * is handed out once.
 *
 * <p>The reader takes blocks from the front; a thread that reads ahead decompresses from the back,
 * so that both can work on one span and meet once.
 *
 * <p><b>Failures.</b> What could not be read ahead is not handed out: the reader reads for itself
 * and sees for itself what is wrong.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. Reading a span takes no lock of a cache,
 * so a cache's loader may wait for it. <b>Ownership.</b> {@link #drop} gives back what nobody took.
 */
final class ReadSpan {
  private static final Logger LOG = LoggerFactory.getLogger(ReadSpan.class);

  /** A block of a span. */
  record Block(long fileNumber, long offset, int storedBytes, int rawBytes) {
    long end() {
      return offset + storedBytes;
    }
  }

  private final OpenValueFiles files;
  private final Statistics statistics;
  private final List<Block> blocks;
  private final long fileNumber;
  private final long offset;
  private final int length;
  private final long memoryBytes;
  private final AtomicBoolean claimed = new AtomicBoolean();
  private final CompletableFuture<@Nullable Void> read = new CompletableFuture<>();

  /** Bytes of a file, with the file that knows how to decompress them. */
  private record Stored(NativeBuffer bytes, OpenValueFile file) implements AutoCloseable {
    Stored retain() {
      boolean open = file.tryAcquire();
      assert open : "a file in use was closed";
      bytes.retain();
      return this;
    }

    @Override
    public void close() {
      bytes.close();
      file.close();
    }
  }

  // Guarded by this.
  private final boolean[] gone;
  private final @Nullable NativeBuffer[] values;
  private @Nullable Stored stored;
  private int left;

  /** A span of {@code blocks}, which are of one file, in the order in which they will be taken. */
  ReadSpan(OpenValueFiles files, Statistics statistics, List<Block> blocks) {
    this.files = files;
    this.statistics = statistics;
    this.blocks = List.copyOf(blocks);
    this.fileNumber = blocks.getFirst().fileNumber();
    long begin = Long.MAX_VALUE;
    long end = 0;
    long rawBytes = 0;
    for (Block block : blocks) {
      begin = Math.min(begin, block.offset());
      end = Math.max(end, block.end());
      rawBytes += block.rawBytes();
    }
    this.offset = begin;
    this.length = (int) (end - begin);
    this.memoryBytes = length + rawBytes;
    this.gone = new boolean[blocks.size()];
    this.values = new @Nullable NativeBuffer[blocks.size()];
    this.left = blocks.size();
  }

  List<Block> blocks() {
    return blocks;
  }

  long fileNumber() {
    return fileNumber;
  }

  /** Whether the block that {@code reference} points into lies in the span. */
  boolean covers(ValueReference reference) {
    return reference.fileNumber == fileNumber
        && reference.blockOffset >= offset
        && reference.blockOffset < offset + length;
  }

  /** Most memory that the span takes, in bytes. */
  long memoryBytes() {
    return memoryBytes;
  }

  /**
   * Has the system read the span while its reader does something else.
   *
   * @return false: it does not
   */
  boolean announce() {
    try (OpenValueFile file = files.acquire(fileNumber)) {
      if (finished()) {
        files.forget(fileNumber); // as in fetch
        return false;
      }
      return file.announce(offset, length);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      LOG.debug("cannot announce a read of value file {}", fileNumber, e);
      return false; // who reads it meets the failure
    }
  }

  /** Reads the span and decompresses its blocks, as far as nobody else is at it. */
  void readAhead() {
    fetch();
    for (int i = blocks.size() - 1; i >= 0; i--) {
      try {
        decompressAhead(i);
      } catch (IOException damaged) {
        return; // the reader meets the damage itself, with the block's offset
      }
    }
    releaseStored();
  }

  /**
   * The values of block {@code index}, which the caller owns; null when they were taken before or
   * could not be read.
   *
   * @throws CorruptionException when the block is not what was written there
   */
  @Nullable NativeBuffer take(int index) throws CorruptionException {
    fetch();
    Block block = blocks.get(index);
    Stored source;
    synchronized (this) {
      NativeBuffer ready = values[index];
      if (gone[index] || (ready == null && stored == null)) {
        return null;
      }
      source = ready == null && stored != null ? stored.retain() : null;
      values[index] = null;
      leave(index);
      if (source == null) {
        return ready;
      }
    }
    try (source) {
      return decode(source, block);
    }
  }

  /** Gives back all that nobody took, now or when the read under way ends. */
  synchronized void drop() {
    for (int i = 0; i < gone.length; i++) {
      if (!gone[i]) {
        leave(i);
      }
    }
  }

  /** Whether every block was taken or dropped. */
  synchronized boolean finished() {
    return left == 0;
  }

  private void leave(int index) {
    gone[index] = true;
    left--;
    NativeBuffer ready = values[index];
    if (ready != null) {
      ready.close();
      values[index] = null;
    }
    if (left == 0 && stored != null) {
      stored.close();
      stored = null;
    }
  }

  /** Gives the stored bytes back once each block is decompressed or gone. */
  private synchronized void releaseStored() {
    for (int i = 0; i < gone.length; i++) {
      if (!gone[i] && values[i] == null) {
        return;
      }
    }
    if (stored != null) {
      stored.close();
      stored = null;
    }
  }

  /** Returns when the span's bytes are here, or cannot be had. */
  private void fetch() {
    if (!claimed.compareAndSet(false, true)) {
      read.join();
      return;
    }
    try {
      if (finished()) {
        return;
      }
      try (OpenValueFile file = files.acquire(fileNumber)) {
        if (finished()) {
          files.forget(fileNumber); // the file may be about to be deleted, and was opened here
          return;
        }
        NativeBuffer bytes = file.read(offset, length);
        statistics.increment(Counter.VALUE_READS);
        statistics.add(Counter.VALUE_READ_BYTES, length);
        publish(bytes, file);
      }
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      // Nothing is published: each reader reads its block for itself and meets the failure there.
      LOG.debug("cannot read ahead in value file {}", fileNumber, e);
    } finally {
      read.complete(null);
    }
  }

  private synchronized void publish(NativeBuffer bytes, OpenValueFile file) {
    if (left == 0) {
      bytes.close();
    } else {
      boolean open = file.tryAcquire();
      assert open : "a file in use was closed";
      stored = new Stored(bytes, file);
    }
  }

  private void decompressAhead(int index) throws CorruptionException {
    Stored source;
    synchronized (this) {
      if (gone[index] || stored == null) {
        return;
      }
      source = stored.retain();
    }
    NativeBuffer decoded;
    try (source) {
      decoded = decode(source, blocks.get(index));
    }
    synchronized (this) {
      if (gone[index]) {
        decoded.close();
      } else {
        values[index] = decoded;
      }
    }
  }

  private NativeBuffer decode(Stored source, Block block) throws CorruptionException {
    return ValueBlockDecoder.decode(
        source.file().name(),
        fileNumber,
        block.offset(),
        source.bytes().byteBuffer((int) (block.offset() - offset), block.storedBytes()),
        block.rawBytes(),
        source.file().dictionary());
  }
}
