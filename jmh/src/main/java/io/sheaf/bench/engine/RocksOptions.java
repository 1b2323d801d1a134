package io.sheaf.bench.engine;

import io.sheaf.testdata.RowKey;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.Env;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Priority;
import org.rocksdb.WriteBufferManager;

/**
 * RocksDB set up as its own experts would for this load.
 *
 * <p><b>Memory.</b> One LRU cache has all of it, and a {@link WriteBufferManager} charges the write
 * buffers to it, so that the cache has what they do not need: half of the memory is write buffers,
 * each of half of that. Indexes and filters are pinned outside the cache, where no read has to look
 * them up; about {@value #TABLE_BYTES_PER_ROW} bytes a row are taken off the cache for them.
 *
 * <p><b>Files.</b> Blocks of 16 KB, ten bits a key of bloom filter for whole keys and for prefixes,
 * levels of dynamic size. Where all is ZSTD, each file has a dictionary of {@value
 * #DICTIONARY_BYTES} bytes, learned from what is to be its blocks: a sixth less on the disk for two
 * fifths more CPU time of a load.
 *
 * <p><b>Threads.</b> Those of the background have the lowest priority, so that a writer that wakes
 * up comes first.
 *
 * <p><b>Tried</b>, a million rows, by CPU time and bytes written: four write buffers, each of an
 * eighth of the memory, take a tenth to a fifth more of both; a memtable of hashed skip lists a
 * tenth more. Subcompactions and a sync of each megabyte make no difference to one writer, which is
 * all that the race has; pipelined writes cost it some 5 % of CPU time and are left out. Three
 * millions: three quarters of the memory for write buffers take a fifth more CPU time and write no
 * less; logs that are used again save no bytes and take room on the disk.
 *
 * <p><b>Not there.</b> Through the Java API there is no cache of blobs and no asynchronous I/O (its
 * library is built without io_uring).
 *
 * <p><b>Rows that expire.</b> {@link org.rocksdb.TtlDB} drops them in compactions, and {@code ttl}
 * and periodic compaction see to it that each file meets one soon after its rows have expired. FIFO
 * compaction would drop files whole and write nothing twice, but never merge them: a user's queue
 * would be read from every file there is, which nobody does to a queue that is read all the time.
 *
 * <p><em>Thread safety:</em> none.
 *
 * <p><em>Ownership:</em> who made it closes it, after the store that was opened with it.
 */
final class RocksOptions implements AutoCloseable {
  private static final int BLOCK_BYTES = 16 << 10;
  private static final double FILTER_BITS_PER_KEY = 10;
  private static final int WRITE_BUFFERS_SHARE = 2;
  private static final int MOST_WRITE_BUFFERS = 4;
  private static final int TABLE_BYTES_PER_ROW = 4;
  private static final long LEAST_CACHE_BYTES = 1 << 20;
  private static final long LEAST_WRITE_BUFFER_BYTES = 64 << 10;
  private static final long SYNC_STEP_BYTES = 1 << 20;
  private static final int LEVEL_ZERO_FILES = 4;
  private static final long LEAST_BLOB_BYTES = 256;
  private static final int DICTIONARY_BYTES = 64 << 10;

  /** ZSTD is said to learn best from a hundred times the length of a dictionary. */
  private static final int LEARNED_FROM_BYTES = 100 * DICTIONARY_BYTES;

  /**
   * Of a file that is begun so much waits in memory until it is learned from; without a bound all
   * of it, and 2 GB are not enough for a process that writes and reads.
   */
  private static final int LEARNED_WITHIN_BYTES = 16 << 20;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final DBOptions database;
  private final ColumnFamilyOptions family;
  private final String note;

  private RocksOptions(EngineName name, EngineSettings settings) {
    this.database = owned(databaseOptions(name));
    this.family = owned(familyOptions(name));
    this.note =
        name.label()
            + ": indexes and filters pinned, write buffers charged to one cache; no cache of blobs"
            + " and no asynchronous I/O through its Java API";
    set(settings);
    setCompaction(name);
    for (Priority background : List.of(Priority.LOW, Priority.HIGH)) {
      Env.getDefault().lowerThreadPoolCPUPriority(background);
    }
  }

  static RocksOptions of(EngineName name, EngineSettings settings) {
    return new RocksOptions(name, settings);
  }

  DBOptions database() {
    return database;
  }

  ColumnFamilyOptions family() {
    return family;
  }

  String note() {
    return note;
  }

  /** The Java API has no method for the compression of the log. */
  private static DBOptions databaseOptions(EngineName name) {
    if (name != EngineName.ROCKSDB_ZSTD) {
      return new DBOptions();
    }
    Properties compressedLog = new Properties();
    compressedLog.setProperty("wal_compression", "kZSTD");
    return known(DBOptions.getDBOptionsFromProps(compressedLog), compressedLog);
  }

  /** Nor one for how much a file's dictionary is learned from. */
  private static ColumnFamilyOptions familyOptions(EngineName name) {
    if (name != EngineName.ROCKSDB_ZSTD) {
      return new ColumnFamilyOptions();
    }
    String learned =
        String.format(
            Locale.ROOT,
            "{enabled=true;max_dict_bytes=%d;zstd_max_train_bytes=%d;max_dict_buffer_bytes=%d}",
            DICTIONARY_BYTES,
            LEARNED_FROM_BYTES,
            LEARNED_WITHIN_BYTES);
    Properties dictionaries = new Properties();
    dictionaries.setProperty("compression_opts", learned);
    dictionaries.setProperty("bottommost_compression_opts", learned);
    return known(ColumnFamilyOptions.getColumnFamilyOptionsFromProps(dictionaries), dictionaries);
  }

  private static <T> T known(@Nullable T options, Properties named) {
    if (options == null) {
      throw new IllegalStateException("this RocksDB does not know the options " + named);
    }
    return options;
  }

  private void set(EngineSettings settings) {
    long tables = Math.min(settings.rows() * TABLE_BYTES_PER_ROW, settings.memoryBytes() / 4);
    Cache cache = owned(new LRUCache(Math.max(LEAST_CACHE_BYTES, settings.memoryBytes() - tables)));
    long writeBufferBytes =
        Math.max(LEAST_WRITE_BUFFER_BYTES, settings.memoryBytes() / WRITE_BUFFERS_SHARE / 2);
    int cores = Runtime.getRuntime().availableProcessors();
    database
        .setCreateIfMissing(true)
        .setIncreaseParallelism(cores + 1)
        .setMaxSubcompactions(cores)
        .setWriteBufferManager(
            owned(new WriteBufferManager(settings.memoryBytes() / WRITE_BUFFERS_SHARE, cache)))
        .setBytesPerSync(SYNC_STEP_BYTES)
        .setWalBytesPerSync(SYNC_STEP_BYTES)
        .setMaxOpenFiles(-1)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL);
    family
        .useFixedLengthPrefixExtractor(RowKey.PREFIX_BYTES)
        .setWriteBufferSize(writeBufferBytes)
        .setMaxWriteBufferNumber(MOST_WRITE_BUFFERS)
        .setTableFormatConfig(
            new BlockBasedTableConfig()
                .setBlockSize(BLOCK_BYTES)
                .setBlockCache(cache)
                .setCacheIndexAndFilterBlocks(false)
                .setFilterPolicy(owned(new BloomFilter(FILTER_BITS_PER_KEY)))
                .setWholeKeyFiltering(true)
                .setOptimizeFiltersForMemory(true))
        .setLevel0FileNumCompactionTrigger(LEVEL_ZERO_FILES)
        .setLevelCompactionDynamicLevelBytes(true)
        .setMaxBytesForLevelBase(LEVEL_ZERO_FILES * writeBufferBytes);
    if (settings.expires()) {
      long seconds = settings.timeToLive().toSeconds();
      family.setTtl(seconds).setPeriodicCompactionSeconds(seconds);
      database.setMaxCompactionTriggerWakeupSeconds(seconds);
    }
  }

  private void setCompaction(EngineName name) {
    switch (name) {
      case ROCKSDB_LEVELED -> compress(CompressionType.LZ4_COMPRESSION);
      case ROCKSDB_UNIVERSAL -> {
        compress(CompressionType.LZ4_COMPRESSION);
        family.setCompactionStyle(CompactionStyle.UNIVERSAL);
      }
      case ROCKSDB_ZSTD -> compress(CompressionType.ZSTD_COMPRESSION);
      case ROCKSDB_BLOB -> {
        compress(CompressionType.LZ4_COMPRESSION);
        family
            .setEnableBlobFiles(true)
            .setMinBlobSize(LEAST_BLOB_BYTES)
            .setBlobCompressionType(CompressionType.LZ4_COMPRESSION)
            .setEnableBlobGarbageCollection(true);
      }
      case SHEAF -> throw new IllegalArgumentException("sheaf is no RocksDB");
    }
  }

  private void compress(CompressionType type) {
    family.setCompressionType(type).setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION);
  }

  private <T extends AutoCloseable> T owned(T part) {
    parts.push(part);
    return part;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("an option cannot be closed", e);
      }
    }
  }
}
