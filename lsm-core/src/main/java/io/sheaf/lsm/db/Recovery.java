package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.Version;
import io.sheaf.lsm.wal.LogReader;
import io.sheaf.lsm.wal.LogSequence;
import io.sheaf.lsm.wal.PreviousLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the logs that the manifest still needs into memtables, one generation for each log, as they
 * were before the crash. They are flushed when the store is open, as they would have been without
 * it.
 *
 * <p>Writes to a table that was dropped are passed over. Writes to a table that no edit of the
 * manifest has created show that the manifest has lost the edit: the store is refused.
 *
 * <p><b>Thread safety.</b> None; used once, before the store is open. <b>Ownership.</b> Owns what
 * it read until it is taken.
 */
final class Recovery implements AutoCloseable {
  /** Flushes a generation when what was read does not fit the write buffer. */
  @FunctionalInterface
  interface EarlyFlush {
    /** Writes {@code full} to files; logs below {@code nextLogNumber} are not needed afterwards. */
    void flush(Generation full, long nextLogNumber) throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  /** Up to this part of the write buffer, a memtable takes the writes of the next log, too. */
  private static final int SMALL_FRACTION = 8;

  private final FileSystem fileSystem;
  private final Path directory;
  private final StoreId store;
  private final Map<Integer, TableDescriptor> tables;
  private final LongFunction<Generation> generations;
  private final List<Generation> read = new ArrayList<>();
  private final List<Long> logs = new ArrayList<>();
  private final long oldestNeeded;
  private final boolean named;
  private final int nextTableId;
  private final long flushedSequence;
  private long lastLog;
  private long lastSequence;
  private long lastTimeMillis;
  private PreviousLog end = PreviousLog.NONE;

  /**
   * A recovery of what {@code version} does not hold.
   *
   * @param generations makes memtables for the log of this number
   */
  Recovery(
      FileSystem fileSystem,
      Path directory,
      Version version,
      Map<Integer, TableDescriptor> tables,
      LongFunction<Generation> generations) {
    this.fileSystem = fileSystem;
    this.directory = directory;
    this.store = version.store();
    this.tables = tables;
    this.generations = generations;
    this.oldestNeeded = Math.max(1, version.logNumber());
    this.named = version.logNumber() > 0;
    this.nextTableId = version.nextTableId();
    this.flushedSequence = version.lastSequence();
    this.lastSequence = flushedSequence;
    this.lastTimeMillis = version.lastTimeMillis();
  }

  /**
   * Reads the logs and makes them final.
   *
   * @param writeBufferBytes memory that the memtables may take before the oldest are flushed early
   */
  void replay(long writeBufferBytes, EarlyFlush earlyFlush) throws IOException {
    for (String name : fileSystem.list(directory)) {
      FileNames.parse(name)
          .filter(file -> file.kind() == FileKind.LOG && file.number() >= oldestNeeded)
          .ifPresent(file -> logs.add(file.number()));
    }
    if (named && !logs.contains(oldestNeeded)) {
      throw new CorruptionException(
          directory.resolve(FileNames.of(FileKind.LOG, oldestNeeded)).toString(),
          0,
          "a log, since the manifest names it",
          "no such file" + CorruptionException.HOW_TO_GO_ON);
    }
    try (LogSequence sequence = new LogSequence(fileSystem, directory, store, logs, oldestNeeded)) {
      while (sequence.next()) {
        apply(sequence.record(), writeBufferBytes, earlyFlush);
      }
      if (sequence.leavesRecords()) {
        LOG.warn(
            "writes that were never made durable are lost in {}, and later ones are not accepted,"
                + " as they would leave a hole: {}. After a power cut that is to be expected; after"
                + " a killed process the file is damaged",
            directory,
            sequence.ending());
      }
      end = sequence.settle();
      logs.removeAll(sequence.abandoned());
    }
  }

  /** What was read, newest first. The caller takes the references over. */
  List<Generation> takeGenerations() {
    List<Generation> newestFirst = new ArrayList<>(read.reversed());
    read.clear();
    return newestFirst;
  }

  /** Frees what was read and not taken. */
  @Override
  public void close() {
    read.forEach(Generation::release);
    read.clear();
  }

  /** Numbers of the logs that were accepted, oldest first. */
  List<Long> logs() {
    return logs;
  }

  /** What the next log follows. */
  PreviousLog end() {
    return end;
  }

  long lastSequence() {
    return lastSequence;
  }

  long lastTimeMillis() {
    return lastTimeMillis;
  }

  private void apply(LogReader record, long writeBufferBytes, EarlyFlush earlyFlush)
      throws IOException {
    String file = directory.resolve(FileNames.of(FileKind.LOG, record.number())).toString();
    if (record.lastSequence() <= flushedSequence) {
      return; // the mark of files that were ingested, and are in the manifest
    }
    record.checkFollows(lastSequence);
    if (record.number() != lastLog) {
      lastLog = record.number();
      makeRoom(lastLog, writeBufferBytes, earlyFlush);
      if (read.isEmpty() || read.getLast().memoryBytes() > writeBufferBytes / SMALL_FRACTION) {
        read.add(generations.apply(lastLog));
      }
    }
    Generation target = read.getLast();
    BatchApplier applier = new BatchApplier();
    applier.begin(target, tables, lastSequence, record.writeTimeMillis());
    Slice payload = record.payload();
    try {
      WriteBatch.visit(payload.segment(), payload.offset(), payload.length(), applier);
    } catch (MalformedException e) {
      throw new CorruptionException(
          file, record.offset(), "batches of writes", String.valueOf(e.getMessage()));
    }
    if (applier.highestUnknownTable() >= nextTableId) { // a lower one was dropped
      throw new CorruptionException(
          file,
          record.offset(),
          "writes to tables below " + nextTableId + ", which the manifest has created so far",
          "a write to table "
              + applier.highestUnknownTable()
              + ": the manifest has lost the edit that created it; put back CURRENT and the"
              + " manifest that has it"
              + CorruptionException.HOW_TO_GO_ON);
    }
    if (applier.sequence() != lastSequence + record.entryCount()) {
      throw new CorruptionException(
          file,
          record.offset(),
          record.entryCount() + " writes",
          (applier.sequence() - lastSequence) + " in the payload");
    }
    lastSequence = applier.sequence();
    lastTimeMillis = Math.max(lastTimeMillis, record.writeTimeMillis());
    target.wrote(lastSequence, record.writeTimeMillis(), record.entryCount());
  }

  private void makeRoom(long nextLogNumber, long writeBufferBytes, EarlyFlush earlyFlush)
      throws IOException {
    long bytes = 0;
    for (Generation generation : read) {
      bytes += generation.memoryBytes();
    }
    while (bytes > writeBufferBytes && !read.isEmpty()) {
      Generation oldest = read.getFirst();
      bytes -= oldest.memoryBytes();
      earlyFlush.flush(oldest, read.size() == 1 ? nextLogNumber : read.get(1).logNumber());
      read.removeFirst().release();
    }
  }
}
