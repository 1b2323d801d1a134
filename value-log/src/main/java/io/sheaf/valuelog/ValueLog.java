package io.sheaf.valuelog;

import io.sheaf.lsm.cache.BlockCache;
import io.sheaf.lsm.cache.BlockLoader;
import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.ScrubObserver;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.value.ValueStore;
import io.sheaf.lsm.value.ValueWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps values in value files apart from their keys, and reads them back by block: the value store
 * of groups. {@link ValueFileFormat} has the bytes.
 *
 * <p>A block is read from the device at once, checked, decompressed and, if asked, offered to the
 * store's block cache; {@link ReadAhead} tells how blocks are read before they are needed.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> The store closes it
 * after every cursor and job; the cache, the budget and the statistics are the store's.
 */
public final class ValueLog implements ValueStore {
  /** Most value files kept open; more are open only while they are read. */
  private static final int MOST_OPEN_FILES = 1024;

  /** Most memory for blocks that were asked for ahead, in bytes. */
  private static final long MOST_READ_AHEAD_BYTES = 16 << 20;

  /** Part of the memory budget that blocks asked for ahead may take. */
  private static final int READ_AHEAD_FRACTION = 16;

  private final FileSystem fileSystem;
  private final Path directory;
  private final LongSupplier fileNumbers;
  private final BlockCache cache;
  private final MemoryBudget budget;
  private final Statistics statistics;
  private final ValueLogOptions options;
  private final OpenValueFiles files;
  private final ReadAhead readAhead;
  private final ThreadPoolExecutor syncer;
  private final ThreadLocal<Loader> loaders = ThreadLocal.withInitial(() -> new Loader());
  private volatile boolean closed;

  /**
   * The value files in {@code directory}.
   *
   * @param fileNumbers gives a number that no file of the store has or had, each time it is asked
   */
  public ValueLog(
      FileSystem fileSystem,
      Path directory,
      LongSupplier fileNumbers,
      BlockCache cache,
      MemoryBudget budget,
      Statistics statistics,
      ValueLogOptions options) {
    this(
        fileSystem,
        directory,
        fileNumbers,
        cache,
        budget,
        statistics,
        options,
        Math.min(MOST_READ_AHEAD_BYTES, budget.totalBytes() / READ_AHEAD_FRACTION),
        System::nanoTime);
  }

  /** With the memory for reading ahead and the clock that tells when it was in vain. */
  ValueLog(
      FileSystem fileSystem,
      Path directory,
      LongSupplier fileNumbers,
      BlockCache cache,
      MemoryBudget budget,
      Statistics statistics,
      ValueLogOptions options,
      long readAheadBytes,
      LongSupplier nanoClock) {
    this.fileSystem = fileSystem;
    this.directory = directory;
    this.fileNumbers = fileNumbers;
    this.cache = cache;
    this.budget = budget;
    this.statistics = statistics;
    this.options = options;
    this.files = new OpenValueFiles(fileSystem, directory, MOST_OPEN_FILES, budget);
    this.readAhead =
        new ReadAhead(
            files, cache, budget, statistics, options.prefetchThreads(), readAheadBytes, nanoClock);
    this.syncer =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> Thread.ofPlatform().name("sheaf-value-sync").daemon().unstarted(task));
    syncer.allowCoreThreadTimeOut(true);
  }

  @Override
  public ValueWriter newWriter(
      int tableId, Compression compression, @Nullable Dictionary dictionary) {
    checkOpen();
    return new ValueLogWriter(
        fileSystem,
        directory,
        fileNumbers,
        tableId,
        compression,
        dictionary,
        options,
        budget,
        syncer);
  }

  @Override
  public NativeBuffer read(ValueReference reference, boolean cached) throws IOException {
    checkOpen();
    Loader loader = loaders.get();
    settle(loader, reference);
    NativeBuffer values;
    if (cached) {
      values = loader.read(this, reference);
    } else {
      NativeBuffer hit = cache.get(reference.fileNumber, reference.blockOffset);
      values = hit != null ? hit : load(reference);
    }
    return checked(values, reference);
  }

  @Override
  public @Nullable NativeBuffer readCached(ValueReference reference) throws IOException {
    checkOpen();
    NativeBuffer values = cache.getIfCached(reference.fileNumber, reference.blockOffset);
    if (values == null) {
      return null;
    }
    settle(loaders.get(), reference);
    return checked(values, reference);
  }

  private NativeBuffer checked(NativeBuffer values, ValueReference reference)
      throws CorruptionException {
    if (values.capacity() != reference.rawBytes) {
      values.close();
      throw wrongLength(reference, values.capacity());
    }
    return values;
  }

  private NativeBuffer load(ValueReference reference) throws IOException {
    NativeBuffer ahead = readAhead.take(reference);
    return ahead != null ? ahead : readNow(reference);
  }

  private NativeBuffer readNow(ValueReference reference) throws IOException {
    budget.add(MemoryBudget.Use.BUFFERS, reference.storedBytes);
    try (OpenValueFile file = files.acquire(reference.fileNumber);
        NativeBuffer stored = file.read(reference.blockOffset, reference.storedBytes)) {
      statistics.increment(Counter.VALUE_READS);
      statistics.add(Counter.VALUE_READ_BYTES, reference.storedBytes);
      return ValueBlockDecoder.decode(
          file.name(),
          reference.fileNumber,
          reference.blockOffset,
          stored.byteBuffer(0, reference.storedBytes),
          reference.rawBytes,
          file.dictionary());
    } finally {
      budget.add(MemoryBudget.Use.BUFFERS, -reference.storedBytes);
    }
  }

  /**
   * Decides about a span held back for a thread, which reads {@code next} now; null: it has asked
   * for other blocks.
   */
  private void settle(Loader loader, @Nullable ValueReference next) {
    ReadSpan heldBack = loader.heldBack;
    if (heldBack != null) {
      loader.heldBack = null;
      if (next == null || !heldBack.covers(next)) {
        readAhead.start(heldBack);
      }
    }
  }

  /**
   * What a thread is about to read. Kept by thread, so that a hit in the cache allocates nothing;
   * between calls it refers to no log, so that a thread does not keep a closed one alive.
   */
  private static final class Loader implements BlockLoader {
    private @Nullable ReadSpan heldBack;
    private @Nullable ValueLog log;
    private @Nullable ValueReference reference;

    NativeBuffer read(ValueLog log, ValueReference reference) throws IOException {
      this.log = log;
      this.reference = reference;
      try {
        return log.cache.getOrLoad(reference.fileNumber, reference.blockOffset, this);
      } finally {
        this.log = null;
        this.reference = null;
      }
    }

    @Override
    public NativeBuffer load(long fileNumber, long offset) throws IOException {
      if (log == null || reference == null) {
        throw new IllegalStateException("the cache loads a block that nobody reads");
      }
      return log.load(reference);
    }
  }

  private CorruptionException wrongLength(ValueReference reference, int found) {
    return new CorruptionException(
        files.path(reference.fileNumber).toString(),
        reference.blockOffset,
        "a value block of " + reference.rawBytes + " raw bytes, as a key file says",
        found + " bytes");
  }

  @Override
  public void prefetch(List<ValueReference> references) {
    checkOpen();
    Loader loader = loaders.get();
    settle(loader, null);
    loader.heldBack = readAhead.request(references);
  }

  @Override
  public void open(long fileNumber) throws IOException {
    files.acquire(fileNumber).close();
  }

  @Override
  public void scrub(long fileNumber, ScrubObserver observer) throws IOException {
    checkOpen();
    try (ValueFileReader reader =
        ValueFileReader.open(fileSystem, files.path(fileNumber), fileNumber)) {
      boolean more = true;
      while (more) {
        try {
          ValueBlock block = reader.next();
          more = block != null && observer.read(block.storedBytes());
        } catch (CorruptionException damage) {
          observer.damaged(damage);
          long passedOver = reader.skipDamage();
          more = passedOver > 0 && observer.read(passedOver);
        }
      }
    } catch (CorruptionException damage) {
      observer.damaged(damage);
    }
  }

  @Override
  public void forget(long fileNumber) {
    readAhead.forget(fileNumber);
    files.forget(fileNumber);
    cache.forget(fileNumber);
  }

  @Override
  public String fileName(long fileNumber) {
    return FileNames.of(FileKind.VALUES, fileNumber);
  }

  private void checkOpen() {
    if (closed) {
      throw new ClosedException("value log in " + directory);
    }
  }

  /** Reads under way end well; what begins after this throws {@link ClosedException}. */
  @Override
  public void close() {
    closed = true;
    readAhead.close();
    files.close();
    syncer.shutdown();
  }
}
