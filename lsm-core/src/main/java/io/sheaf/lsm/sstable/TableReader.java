package io.sheaf.lsm.sstable;

import io.sheaf.lsm.cache.BlockCache;
import io.sheaf.lsm.cache.BlockLoader;
import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.DecompressionDictionary;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.PointResult;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.ScrubObserver;
import io.sheaf.lsm.value.ValueStore;
import io.sheaf.lsm.version.FileMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads an SSTable. Index, filter and range tombstones stay in memory while it is open; data blocks
 * come from the cache or the file, checked each time they come from the file.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads; a cursor belongs to one.
 *
 * <p><b>Ownership.</b> Who opened it closes it, when no read is under way. A cursor that is still
 * open then keeps the memory it needs and throws at the next read from the file. Cache, budget,
 * value store and statistics are the opener's.
 */
public final class TableReader implements AutoCloseable {
  private static final long OWN_TIMES = -1;

  private final ReadableFile file;
  private final String fileName;
  private final long fileNumber;
  private final BlockCache cache;
  private final MemoryBudget budget;
  private final ValueStore values;
  private final Statistics statistics;
  private final StoredBlockReader blocks;
  private final TableIndex index;
  private final @Nullable PrefixFilter filter;
  private final @Nullable DecompressionDictionary dictionary;
  private final RangeTombstones tombstones;
  private TableProperties properties;
  private long sequenceOfAll;
  private long timeOfAll = OWN_TIMES;
  private final BlockLoader loader = this::loadAt;
  private final long memoryBytes;
  private volatile boolean closed;

  /** A rule that is known to be the file's: its name need not be made and compared again. */
  private @Nullable PrefixExtractor grouping;

  /** A reader that takes over the file and the parts when it returns. */
  TableReader(
      ReadableFile file,
      String fileName,
      TableParts parts,
      BlockCache cache,
      MemoryBudget budget,
      ValueStore values,
      Statistics statistics) {
    this.file = file;
    this.fileName = fileName;
    this.dictionary = parts.dictionary();
    this.index = parts.index();
    this.filter = parts.filter();
    this.tombstones = parts.tombstones();
    this.properties = parts.properties();
    this.fileNumber = properties.metadata().number();
    this.blocks = new StoredBlockReader(file, fileName, fileNumber, dictionary);
    this.cache = cache;
    this.budget = budget;
    this.values = values;
    this.statistics = statistics;
    this.memoryBytes =
        index.memoryBytes()
            + (filter == null ? 0L : filter.memoryBytes())
            + (dictionary == null ? 0L : dictionary.memoryBytes());
    budget.add(MemoryBudget.Use.INDEXES, memoryBytes);
  }

  /**
   * Opens a table and reads all of it but its data.
   *
   * @throws io.sheaf.lsm.io.CorruptionException when the file is not what was written under this
   *     number
   * @throws io.sheaf.lsm.io.UnsupportedFormatException when it is of a format not known here
   */
  public static TableReader open(
      FileSystem fileSystem,
      Path file,
      long fileNumber,
      BlockCache cache,
      MemoryBudget budget,
      ValueStore values,
      Statistics statistics)
      throws IOException {
    String fileName = file.toString();
    ReadableFile opened = fileSystem.openForRandomReads(file);
    try {
      StoredBlockReader blocks = new StoredBlockReader(opened, fileName, fileNumber, null);
      long fileBytes = opened.size();
      int version;
      try (NativeBuffer header = blocks.readBytes(0, (int) Math.min(fileBytes, FileHeader.BYTES))) {
        version =
            FileHeader.check(
                fileName, header.byteBuffer(0, header.capacity()), FileKind.SSTABLE, fileNumber);
      }
      TableParts parts = TableParts.read(blocks, fileNumber, fileBytes);
      if (parts.properties().ingested() != (version == FileHeader.INGESTED_VERSION)) {
        parts.close();
        throw blocks.damaged(
            0, "the header of a file that is ingested, or not", "format version " + version);
      }
      return new TableReader(opened, fileName, parts, cache, budget, values, statistics);
    } catch (Throwable e) {
      opened.close();
      throw e;
    }
  }

  /**
   * Says which sequence number and write time the rows of an {@link TableProperties#ingested
   * ingested} file have, as the manifest states them; no harm for others. Before the reader is
   * handed to other threads.
   */
  public void date(FileMetadata stated) {
    date(stated.smallestSequence(), stated.newestTimeMillis());
  }

  /** The same, for a file that no manifest names. */
  public void date(long sequence, long timeMillis) {
    if (properties.ingested()) {
      sequenceOfAll = sequence;
      timeOfAll = timeMillis;
      properties = properties.ingestedAt(sequence, timeMillis);
    }
  }

  /** Sequence number of a row that is stored with {@code sequence}. */
  long sequence(long sequence) {
    return Math.max(sequence, sequenceOfAll);
  }

  /** Write time of a row that is stored with {@code timeMillis}. */
  long timeMillis(long timeMillis) {
    return timeOfAll == OWN_TIMES ? timeMillis : timeOfAll;
  }

  /** What the file says of itself. */
  public TableProperties properties() {
    return properties;
  }

  /**
   * Whether the file was written with this prefix rule: its suffix bounds and prefix filter hold.
   */
  public boolean groupedBy(PrefixExtractor extractor) {
    if (extractor.equals(grouping)) {
      return true;
    }
    boolean grouped = properties.table().prefixRule().equals(extractor.name());
    if (grouped) {
      grouping = extractor;
    }
    return grouped;
  }

  /** What the data is compressed with, where it is compressed with anything. */
  public Optional<Dictionary> dictionary() {
    return Optional.ofNullable(dictionary).map(DecompressionDictionary::dictionary);
  }

  /**
   * Number of entries with keys from {@code start} on and below {@code end}, estimated from the
   * index: to a block more or less, and none where both lie in one block.
   */
  public long estimatedEntries(Slice start, Slice end) {
    checkOpen();
    int first = index.firstNotBelow(start);
    int last = index.lastBelow(end, false);
    return last <= first
        ? 0
        : properties.metadata().entries() * (last - first) / Math.max(1, index.blocks());
  }

  /** Number of data blocks. */
  public int dataBlocks() {
    checkOpen();
    return index.blocks();
  }

  /**
   * A copy of the lower bound of a data block: its first key, or what tells it from the block
   * before where that is long.
   *
   * @param block from 0 to {@link #dataBlocks} - 1
   */
  public Slice lowerBound(int block) {
    checkOpen();
    return index.lower(Objects.checkIndex(block, index.blocks()));
  }

  /**
   * Reads all data blocks from the file and checks them, past those that are damaged.
   *
   * @throws IOException when the file cannot be read
   */
  public void scrub(ScrubObserver observer) throws IOException {
    boolean more = true;
    for (int block = 0; block < index.blocks() && more; block++) {
      try (NativeBuffer checked = load(block)) {
        assert checked.capacity() > 0;
      } catch (CorruptionException damage) {
        observer.damaged(damage);
      }
      more = observer.read(index.storedBytes(block));
    }
  }

  /** Range tombstones of the table. */
  public RangeTombstones rangeTombstones() {
    return tombstones;
  }

  /**
   * False: no entry has this prefix. Reads nothing from the device.
   *
   * @param prefix a whole prefix, as the rule yields it that the file was written under: see {@link
   *     #groupedBy}
   */
  public boolean mayContainPrefix(Slice prefix) {
    checkOpen();
    return filter == null ? index.blocks() > 0 : filter.mayContain(prefix.hash64());
  }

  /** False: no entry has this key. Reads nothing from the device. */
  public boolean mayContainKey(Slice key) {
    checkOpen();
    return filter == null ? index.blocks() > 0 : filter.mayContain(key.hash64());
  }

  /**
   * Finds the newest version of {@code key} with a sequence number up to {@code snapshot}. Range
   * tombstones are not looked at.
   *
   * @return whether there is one; {@code into} holds it then
   */
  public boolean get(Slice key, long snapshot, PointResult into) throws IOException {
    return mayContainKey(key) && PointRead.ofThread().get(this, key, snapshot, into);
  }

  /** A cursor over the entries, not positioned yet; the caller closes it. */
  public InternalCursor cursor(ScanBounds bounds) {
    return cursor(bounds, null);
  }

  /** The same made of {@code used}, where there is one; it must be closed. */
  TableCursor cursor(ScanBounds bounds, @Nullable TableCursor used) {
    checkOpen();
    if (used == null) {
      return new TableCursor(this, bounds);
    }
    used.open(this, bounds);
    return used;
  }

  TableIndex index() {
    return index;
  }

  ValueStore values() {
    return values;
  }

  BlockCache cache() {
    return cache;
  }

  MemoryBudget budget() {
    return budget;
  }

  long fileNumber() {
    return fileNumber;
  }

  String fileName() {
    return fileName;
  }

  /** The block from the cache or the file; the caller closes it. */
  NativeBuffer block(int block) throws IOException {
    return cache.getOrLoad(fileNumber, index.offset(block), loader);
  }

  /** The block from the file; the caller closes it. */
  NativeBuffer load(int block) throws IOException {
    long offset = index.offset(block);
    int storedBytes = index.storedBytes(block);
    try (NativeBuffer bytes = readStored(offset, storedBytes)) {
      return unpack(bytes, 0, block);
    }
  }

  private NativeBuffer loadAt(long file, long offset) throws IOException {
    assert file == fileNumber;
    return load(index.blockAt(offset));
  }

  /** Bytes of data blocks as they are stored; the caller closes them. */
  NativeBuffer readStored(long offset, int length) throws IOException {
    checkOpen();
    statistics.increment(Counter.KEY_BLOCK_READS);
    statistics.add(Counter.KEY_BLOCK_READ_BYTES, length);
    return blocks.readBytes(offset, length);
  }

  /**
   * The block, whose stored form begins at {@code start} of {@code bytes}; the caller closes it.
   */
  NativeBuffer unpack(NativeBuffer bytes, int start, int block) throws IOException {
    long offset = index.offset(block);
    NativeBuffer raw = blocks.unpack(bytes, start, offset, index.storedBytes(block));
    try {
      BlockReader.check(raw);
      return raw;
    } catch (MalformedException | IndexOutOfBoundsException e) {
      raw.close();
      throw blocks.damaged(offset, "a data block", String.valueOf(e.getMessage()));
    } catch (Throwable e) {
      raw.close();
      throw e;
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new ClosedException("table " + fileName);
    }
  }

  /**
   * Closes the file and gives back the memory; may be called more than once.
   *
   * @throws UncheckedIOException when the file cannot be closed
   */
  @Override
  public void close() {
    synchronized (loader) {
      if (closed) {
        return;
      }
      closed = true;
    }
    budget.add(MemoryBudget.Use.INDEXES, -memoryBytes);
    index.release();
    if (filter != null) {
      filter.close();
    }
    if (dictionary != null) {
      dictionary.close();
    }
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing " + fileName, e);
    }
  }
}
