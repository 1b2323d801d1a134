package io.sheaf.engine.compact;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.version.TableOptions;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link OfflineCompaction} is to do.
 *
 * @param tables names of the tables; none: all
 * @param range of prefixes
 * @param effort how much of the machine it may take
 * @param form how it writes
 * @param dropExpired whether rows go whose time to live is over
 * @param altered the options that each of the tables has from now on, made of those it had
 */
public record CompactionRequest(
    Set<String> tables,
    Range range,
    Effort effort,
    Form form,
    boolean dropExpired,
    UnaryOperator<TableOptions> altered) {
  /** The size that a table has. */
  public static final int AS_THE_TABLE = 0;

  /** Fewest bytes of memory. */
  public static final long LEAST_MEMORY_BYTES = 16 << 20;

  /** All of a store, as its tables are, with two threads and 256 MB. */
  public static final CompactionRequest ALL =
      new CompactionRequest(
          Set.of(),
          new Range(null, null),
          new Effort(2, 256L << 20),
          new Form(null, AS_THE_TABLE, AS_THE_TABLE),
          false,
          UnaryOperator.identity());

  /**
   * A range of prefixes.
   *
   * @param lower the first, inclusive; null: from the first
   * @param upper their end, exclusive; null: to the last
   */
  public record Range(@Nullable Slice lower, @Nullable Slice upper) {
    /** Checks that it does not end before it begins. */
    public Range {
      if (lower != null && upper != null && lower.compareTo(upper) >= 0) {
        throw new IllegalArgumentException("the range of prefixes ends before it begins");
      }
    }
  }

  /**
   * How much of the machine a compaction may take.
   *
   * @param threads ranges of keys that are merged at the same time
   * @param memoryBytes memory for blocks that are read, in bytes
   */
  public record Effort(int threads, long memoryBytes) {
    /** Checks both. */
    public Effort {
      if (threads < 1) {
        throw new IllegalArgumentException("threads must be at least 1, not " + threads);
      }
      if (memoryBytes < LEAST_MEMORY_BYTES) {
        throw new IllegalArgumentException(
            "memory must be at least " + LEAST_MEMORY_BYTES + " bytes, not " + memoryBytes);
      }
    }
  }

  /**
   * How a compaction writes.
   *
   * @param compression of what is written; null: what each table has for its oldest run
   * @param targetBlockBytes raw size of the value blocks, in bytes; {@link #AS_THE_TABLE}: what
   *     each table has
   * @param dictionaryBytes length of the dictionary that is learned where the codec is ZSTD, in
   *     bytes; {@link #AS_THE_TABLE}: what each table has
   */
  public record Form(
      @Nullable Compression compression, int targetBlockBytes, int dictionaryBytes) {}

  /** Copies the names. */
  public CompactionRequest {
    tables = Set.copyOf(tables);
  }

  /** Whether a table of this name is to be merged. */
  boolean concerns(String table) {
    return tables.isEmpty() || tables.contains(table);
  }

  /** The same for these tables only. */
  public CompactionRequest withTables(Set<String> tables) {
    return new CompactionRequest(tables, range, effort, form, dropExpired, altered);
  }

  /** The same for these prefixes only. */
  public CompactionRequest withRange(Range range) {
    return new CompactionRequest(tables, range, effort, form, dropExpired, altered);
  }

  /** The same with other threads and memory. */
  public CompactionRequest withEffort(Effort effort) {
    return new CompactionRequest(tables, range, effort, form, dropExpired, altered);
  }

  /** The same, written in another way. */
  public CompactionRequest withForm(Form form) {
    return new CompactionRequest(tables, range, effort, form, dropExpired, altered);
  }

  /** The same with expired rows dropped or not. */
  public CompactionRequest withDropExpired(boolean dropExpired) {
    return new CompactionRequest(tables, range, effort, form, dropExpired, altered);
  }

  /** The same with other options of the tables. */
  public CompactionRequest withAltered(UnaryOperator<TableOptions> altered) {
    return new CompactionRequest(tables, range, effort, form, dropExpired, altered);
  }
}
