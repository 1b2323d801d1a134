package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.NoSpaceException;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.wal.LogEnd;
import io.sheaf.lsm.wal.LogOptions;
import io.sheaf.lsm.wal.LogWriter;
import io.sheaf.lsm.wal.PreviousLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The logs of an open store: the one that is written, and older ones whose writes are not all in
 * SSTables yet. One that is no longer needed is kept to be overwritten by the next, which saves the
 * file system the allocation.
 *
 * <p><b>Thread safety.</b> The caller holds the lock of the write queue. <b>Ownership.</b> The
 * store closes it.
 */
final class Logs implements AutoCloseable {
  private final FileSystem fileSystem;
  private final Path directory;
  private final StoreId store;
  private final LogOptions options;
  private final Statistics statistics;
  private final KeptLogs kept;
  private final LongSupplier clock;
  private final Map<Long, Long> endMillis = new HashMap<>();
  private final List<LogWriter> older = new ArrayList<>();
  private final List<Long> recovered = new ArrayList<>();
  private OptionalLong recyclable = OptionalLong.empty();
  private int tails;
  private @Nullable LogWriter current;

  Logs(
      FileSystem fileSystem,
      Path directory,
      StoreId store,
      LogOptions options,
      KeptLogs kept,
      LongSupplier clock,
      Statistics statistics) {
    this.fileSystem = fileSystem;
    this.directory = directory;
    this.store = store;
    this.options = options;
    this.kept = kept;
    this.clock = clock;
    this.statistics = statistics;
  }

  /** Begins the first log that this opening writes, behind logs that were read at recovery. */
  void begin(long number, PreviousLog previous, List<Long> recoveredLogs) throws IOException {
    current = LogWriter.create(fileSystem, directory, store, number, options, previous);
    recovered.addAll(recoveredLogs);
    statistics.add(Counter.LOG_BYTES, current.endOffset());
  }

  /** Begins the next log; the one before is kept until {@link #retireBelow}. */
  void begin(long number) throws IOException {
    LogWriter full = current();
    if (tails > 0) {
      deleteRecyclable(); // it may be read: an open file outlives its name, but not its bytes
    }
    OptionalLong reused = recyclable;
    recyclable = OptionalLong.empty();
    try {
      current = full.successor(number, reused);
    } catch (NoSpaceException e) {
      reused.ifPresent(log -> recyclable = there(log) ? reused : recyclable);
      throw e;
    }
    endMillis.put(full.number(), clock.getAsLong());
    older.add(full);
    statistics.add(Counter.LOG_BYTES, current().endOffset());
  }

  /** Hands one group of writes to the operating system. */
  void append(GrowableBuffer payload, long firstSequence, int count, long timeMillis)
      throws IOException {
    LogWriter log = current();
    long before = log.endOffset();
    long after = log.append(payload, firstSequence, count, timeMillis);
    statistics.increment(Counter.WRITE_GROUPS);
    statistics.add(Counter.LOG_BYTES, after - before);
  }

  /** Makes all that was appended durable, in this log and the older ones. */
  void sync() throws IOException {
    current().sync();
    statistics.increment(Counter.LOG_SYNCS);
  }

  /** The logs below {@code number} that are going to be kept and may not be durable yet. */
  List<LogWriter> toKeepBelow(long number) {
    return kept.keeps() ? older.stream().filter(log -> log.number() < number).toList() : List.of();
  }

  /**
   * Lets go of the logs below {@code number}: all their writes are in SSTables, durably. The newest
   * of them is kept to be overwritten, so that the logs on the disk have no gap: who rebuilds the
   * store from them alone reads nothing that a log no longer there has changed.
   */
  void retireBelow(long number) throws IOException {
    List<Long> retired = new ArrayList<>();
    for (LogWriter log : List.copyOf(older)) {
      if (log.number() < number) {
        older.remove(log);
        log.discard();
        retired.add(log.number());
      }
    }
    for (Long log : List.copyOf(recovered)) {
      if (log < number) {
        recovered.remove(log);
        retired.add(log);
      }
    }
    retired.sort(null);
    for (Long log : retired) {
      long now = clock.getAsLong();
      Long end = endMillis.remove(log);
      if (kept.keeps()) {
        kept.add(log, end == null ? now : end, now);
      } else {
        recycle(log);
      }
    }
  }

  private void recycle(long retired) {
    long newest = Math.max(retired, recyclable.orElse(retired));
    if (recyclable.isPresent()) {
      StoreFiles.delete(
          fileSystem, directory, FileKind.LOG, Math.min(retired, recyclable.getAsLong()));
    }
    recyclable = OptionalLong.of(newest);
  }

  /** Where the log that is written ends by now. */
  LogEnd end(long lastSequence) {
    LogWriter log = current();
    return new LogEnd(log.number(), log.endOffset(), lastSequence);
  }

  /** Somebody begins to follow the logs. */
  void tailOpened() {
    tails++;
  }

  /** Somebody follows the logs no more. */
  void tailClosed() {
    tails--;
  }

  /** Lets go of logs that are kept for tails only, where they are older than they may be. */
  void trimKept() {
    kept.trim(clock.getAsLong());
  }

  /** Lets go of the oldest log that is kept for tails only; false: there is none. */
  boolean giveUpKept() {
    return kept.giveUpOldest();
  }

  /** Gives back the room that is only kept for writes to come. */
  void trim() throws IOException {
    current().trim();
    deleteRecyclable();
  }

  /** Makes everything durable, marks the end of the log and closes the files. */
  @Override
  public void close() throws IOException {
    List<LogWriter> open = new ArrayList<>(older);
    if (current != null) {
      open.addFirst(current);
    }
    current = null;
    older.clear();
    IOException failure = null;
    for (LogWriter log : open) {
      try {
        log.close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
    deleteRecyclable();
  }

  private boolean there(long log) {
    return fileSystem.exists(directory.resolve(FileNames.of(FileKind.LOG, log)));
  }

  private void deleteRecyclable() {
    if (recyclable.isPresent()) {
      StoreFiles.delete(fileSystem, directory, FileKind.LOG, recyclable.getAsLong());
      recyclable = OptionalLong.empty();
    }
  }

  private LogWriter current() {
    if (current == null) {
      throw new IllegalStateException("no log was begun");
    }
    return current;
  }
}
