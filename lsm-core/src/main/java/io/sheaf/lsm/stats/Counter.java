package io.sheaf.lsm.stats;

/** What a store counts while it is open. Each counter only rises. */
public enum Counter {
  /** Rows written by users, deletes included. */
  ROWS_WRITTEN(Unit.ROWS, "rows written, deletes included"),
  /** Bytes of keys and values written by users. */
  USER_BYTES(Unit.BYTES, "bytes of keys and values written by users"),
  /** Batches written. */
  BATCHES(Unit.OPERATIONS, "batches written"),
  /** Write groups: one log record each. */
  WRITE_GROUPS(Unit.OPERATIONS, "write groups, one log record each"),
  /** Bytes written to logs. */
  LOG_BYTES(Unit.BYTES, "bytes written to logs"),
  /** Syncs of logs. */
  LOG_SYNCS(Unit.OPERATIONS, "syncs of logs"),
  /** Bytes of SSTables written by flushes. */
  FLUSH_KEY_BYTES(Unit.BYTES, "bytes of SSTables written by minor compactions"),
  /** Bytes of value files written by flushes. */
  FLUSH_VALUE_BYTES(Unit.BYTES, "bytes of value files written by minor compactions"),
  /** Rows that flushes wrote. */
  FLUSH_ROWS(Unit.ROWS, "rows written by minor compactions"),
  /** Rows whose values flushes separated. */
  FLUSH_SEPARATED_ROWS(Unit.ROWS, "rows separated by minor compactions"),
  /** Value bytes before compression that flushes wrote. */
  FLUSH_RAW_VALUE_BYTES(Unit.BYTES, "value bytes before compression, in minor compactions"),
  /** Value bytes before compression that flushes separated. */
  FLUSH_RAW_SEPARATED_BYTES(Unit.BYTES, "value bytes separated by minor compactions, raw"),
  /** Flushes. */
  FLUSHES(Unit.OPERATIONS, "minor compactions"),
  /** Time spent in flushes. */
  FLUSH_NANOS(Unit.NANOSECONDS, "time spent in minor compactions"),
  /** Bytes of SSTables read by compactions. */
  COMPACTION_READ_BYTES(Unit.BYTES, "bytes of SSTables and blocks read by major compactions"),
  /** Bytes of SSTables written by compactions. */
  COMPACTION_KEY_BYTES(Unit.BYTES, "bytes of SSTables written by major compactions"),
  /** Bytes of value files written by compactions. */
  COMPACTION_VALUE_BYTES(Unit.BYTES, "bytes of value files written by major compactions"),
  /** Bytes of SSTables and value files written to collect garbage. */
  COLLECTION_BYTES(Unit.BYTES, "bytes written to collect garbage in value files"),
  /** Compactions. */
  COMPACTIONS(Unit.OPERATIONS, "major compactions"),
  /** Time spent in compactions. */
  COMPACTION_NANOS(Unit.NANOSECONDS, "time spent in major compactions"),
  /** Rows that compactions dropped: shadowed, deleted or expired. */
  ROWS_DROPPED(Unit.ROWS, "rows dropped by compactions: shadowed, deleted, expired"),
  /** SSTables that went whole. */
  FILES_EXPIRED(Unit.FILES, "SSTables dropped whole because all their rows had expired"),
  /** Value files deleted. */
  VALUE_FILES_DELETED(Unit.FILES, "value files deleted because nothing refers to them"),
  /** Bytes written to the manifest. */
  MANIFEST_BYTES(Unit.BYTES, "bytes written to manifests"),
  /** Time that writers were slowed. */
  WRITE_DELAY_NANOS(Unit.NANOSECONDS, "time that writers were slowed or stopped"),
  /** Point reads. */
  GETS(Unit.OPERATIONS, "point reads"),
  /** Cursors opened. */
  CURSORS(Unit.OPERATIONS, "cursors opened"),
  /** Runs that a cursor could leave closed. */
  RUNS_PASSED_OVER(Unit.FILES, "files a read passed over by bounds, suffix range or filter"),
  /** Files that a read went into. */
  RUNS_OPENED(Unit.FILES, "files a read went into"),
  /** Blocks found in the cache. */
  CACHE_HITS(Unit.OPERATIONS, "blocks found in the cache"),
  /** Blocks read from a file, which may lie in the system's page cache. */
  CACHE_MISSES(Unit.OPERATIONS, "blocks not found in the cache"),
  /** Reads of key blocks from files. */
  KEY_BLOCK_READS(Unit.OPERATIONS, "reads of SSTable blocks from files"),
  /** Bytes of key blocks read. */
  KEY_BLOCK_READ_BYTES(Unit.BYTES, "bytes of SSTable blocks read from files"),
  /** Reads of value blocks from files. */
  VALUE_READS(Unit.OPERATIONS, "reads from value files"),
  /** Bytes of value blocks read. */
  VALUE_READ_BYTES(Unit.BYTES, "bytes read from value files"),
  /** Value blocks asked for ahead. */
  PREFETCHED_BLOCKS(Unit.OPERATIONS, "value blocks asked for ahead of the reader"),
  /** Bytes that the scrub has read. */
  SCRUBBED_BYTES(Unit.BYTES, "bytes read in the background to find damage"),
  /** Files that the scrub has read to their end. */
  SCRUBBED_FILES(Unit.FILES, "files read in the background to find damage"),
  /** Damaged pieces that the scrub has met. */
  SCRUB_DAMAGES(Unit.OPERATIONS, "damaged pieces of files found in the background");

  /** Units of counters. */
  public enum Unit {
    /** Rows. */
    ROWS,
    /** Bytes. */
    BYTES,
    /** Files. */
    FILES,
    /** Operations. */
    OPERATIONS,
    /** Nanoseconds. */
    NANOSECONDS
  }

  private final Unit unit;
  private final String description;

  Counter(Unit unit, String description) {
    this.unit = unit;
    this.description = description;
  }

  /** What one step of the counter is. */
  public Unit unit() {
    return unit;
  }

  /** What is counted, in words. */
  public String description() {
    return description;
  }
}
