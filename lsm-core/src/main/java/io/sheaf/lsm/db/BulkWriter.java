package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.Compression.Codec;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.DictionaryTrainer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.RunBuilder;
import io.sheaf.lsm.io.BackgroundThread;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.NoSpaceException;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.key.SequenceNumber;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.VersionEdit;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows that come in key order into finished files, with as many threads as the store has for
 * its background: one takes the rows, the others group, compress and write them, a chunk at a time.
 * {@link Db#ingest} makes the files part of the store; until then nobody sees them, and where that
 * never comes they are removed, at the latest by the next opening.
 *
 * <p>It ends with its store: {@link Db#close} waits for what is being written and removes it, and
 * whatever is asked of it then throws a {@link ClosedException} and touches no file, as these may
 * be another opener's.
 *
 * <p>Once rows could not be written, nothing of it can become part of the store: each call but
 * {@link #close} throws. Where a file failed, and not only room or memory was out, the store is
 * read-only then, as after any write that failed.
 *
 * <p><b>Thread safety.</b> One thread at a time, beside the one that closes the store.
 *
 * <p><b>Ownership.</b> Who asked for it closes it. It holds a chunk of {@value #CHUNK_BYTES} bytes
 * for each thread and one more, beside the memory of the store.
 */
public final class BulkWriter implements AutoCloseable {
  /** Bytes of rows that a thread takes at a time. */
  static final int CHUNK_BYTES = 32 << 20;

  /** Makes the builder of a chunk. */
  @FunctionalInterface
  interface Builders {
    RunBuilder create(@Nullable Dictionary dictionary) throws IOException;
  }

  private final Store store;
  private final TableDescriptor table;
  private final PrefixExtractor extractor;
  private final long timeMillis;
  private final int threads;
  private final Builders builders;
  private final ThreadFactory starter;
  private final List<FutureTask<RunBuilder.Result>> running = new ArrayList<>(); // guarded by this
  private final List<RunBuilder.Result> written = new ArrayList<>(); // guarded by this
  private final Slice prefix = new Slice();
  private final Slice lastPrefix = new Slice();
  private final Slice last = new Slice();
  private MemorySegment lastBytes = MemorySegment.ofArray(new byte[64]);
  private @Nullable Dictionary dictionary;
  private boolean learned;
  private BulkChunk chunk = new BulkChunk(CHUNK_BYTES);
  private long rows;
  private boolean finished;
  private volatile @Nullable Throwable failure; // set while this is held
  private boolean handedOver; // guarded by this
  private boolean ended; // guarded by this
  private boolean closed;

  BulkWriter(
      Store store,
      TableDescriptor table,
      long timeMillis,
      int threads,
      @Nullable Dictionary dictionary,
      Builders builders,
      ThreadFactory starter) {
    this.store = store;
    this.table = table;
    this.extractor = table.options().prefix();
    this.timeMillis = timeMillis;
    this.threads = threads;
    this.dictionary = dictionary;
    this.learned = dictionary != null;
    this.builders = builders;
    this.starter = starter;
  }

  /** See {@link #put(Slice, Slice)}. */
  public void put(byte[] key, byte[] value) throws IOException {
    put(Slice.of(key), Slice.of(value));
  }

  /**
   * Appends a row; both are copied.
   *
   * @throws IllegalArgumentException when the key is not above the one before, or key or value is
   *     too long
   * @throws NoSpaceException when there was no room for files, now or before; close it then
   * @throws IOException when files could not be written, now or before; close it then
   * @throws ClosedException after it or its store was closed, or it was ingested
   */
  public void put(Slice key, Slice value) throws IOException {
    if (closed || finished) {
      throw new ClosedException("the bulk writer of table '" + table.name() + "'");
    }
    checkWhole();
    store.health().checkOpen();
    WriteBatch.checkKey(key);
    WriteBatch.checkValue(key, value);
    if (rows > 0) {
      if (key.compareTo(last) <= 0) {
        throw new IllegalArgumentException(
            "key " + key + " does not come after " + last + ": sort the rows by their keys");
      }
      boolean newGroup = !sameGroup(key);
      if (!chunk.hasRoom(key, value) || (newGroup && chunk.isNearlyFull())) {
        handOff();
      }
    }
    chunk.add(key, value);
    rows++;
    remember(key);
  }

  private void checkWhole() throws IOException {
    Throwable before = failure;
    if (before != null) {
      throw describe(before);
    }
  }

  private void remember(Slice key) {
    if (lastBytes.byteSize() < key.length()) {
      lastBytes = MemorySegment.ofArray(new byte[2 * key.length()]);
    }
    key.copyTo(lastBytes, 0);
    last.set(lastBytes, 0, key.length());
    lastPrefix.set(last, 0, extractor.prefixLength(last));
  }

  /** Number of rows so far. */
  public long rows() {
    return rows;
  }

  private boolean sameGroup(Slice key) {
    return prefix.set(key, 0, extractor.prefixLength(key)).equals(lastPrefix);
  }

  TableDescriptor table() {
    return table;
  }

  boolean belongsTo(Store other) {
    return store == other;
  }

  /** Completes all files and makes them durable. */
  synchronized void finish() throws IOException {
    if (closed) {
      throw new ClosedException("the bulk writer of table '" + table.name() + "'");
    }
    if (finished) {
      return;
    }
    if (ended) {
      throw new ClosedException("the store");
    }
    checkWhole();
    if (chunk.rows() > 0) {
      handOff();
    }
    while (!running.isEmpty()) {
      takeOldest();
    }
    finished = true;
  }

  /**
   * What makes the files part of the store, as a run of each table.
   *
   * @param ingested says that all up to their sequence number is in files
   * @param tables as they are now, by their numbers: rows get a write time where their table
   *     expires by now
   */
  static VersionEdit edit(
      List<BulkWriter> writers,
      long runId,
      VersionEdit.Flushed ingested,
      Map<Integer, TableDescriptor> tables) {
    List<VersionEdit.Change> changes = new ArrayList<>();
    changes.add(ingested); // or a copy of the store without the mark would not know the number
    for (BulkWriter writer : writers) {
      TableDescriptor now = tables.getOrDefault(writer.table.id(), writer.table);
      long timeMillis = now.options().expires() ? ingested.lastTimeMillis() : 0;
      writer.addTo(changes, runId, ingested.lastSequence(), timeMillis);
    }
    return new VersionEdit(changes);
  }

  private synchronized void addTo(
      List<VersionEdit.Change> changes, long runId, long sequence, long writeTimeMillis) {
    for (RunBuilder.Result result : written) {
      for (ValueFileMetadata file : result.valueFiles()) {
        changes.add(new VersionEdit.AddValueFile(file));
      }
      for (FileMetadata file : result.files()) {
        changes.add(
            new VersionEdit.AddFile(table.id(), runId, file.ingestedAt(sequence, writeTimeMillis)));
      }
    }
  }

  /** The files are the store's now, or the next opening decides whose they are. */
  synchronized void handOver() {
    handedOver = true;
  }

  /** They are its own again: nothing of the store knows of them. */
  synchronized void takeBack() {
    handedOver = false;
  }

  /** Whether they are the store's. */
  synchronized boolean isHandedOver() {
    return handedOver;
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    boolean known = failure != null;
    IOException reason = end();
    store.bulkWriters().remove(this);
    chunk.close();
    if (reason != null && !known) {
      throw reason;
    }
  }

  /**
   * Waits for what is being written, and removes it with what was written before, unless it is the
   * store's. It touches no file from then on.
   *
   * @return why a part of it could not be written; null: all was
   */
  synchronized @Nullable IOException end() {
    ended = true;
    IOException reason = null;
    while (!running.isEmpty()) {
      try {
        takeOldest();
      } catch (IOException e) {
        reason = e; // its own files are gone; those of others go below
      }
    }
    if (!handedOver) {
      written.forEach(this::discard);
    }
    written.clear();
    return reason;
  }

  private void discard(RunBuilder.Result result) {
    for (FileMetadata file : result.files()) {
      StoreFiles.delete(store.fileSystem(), store.directory(), FileKind.SSTABLE, file.number());
    }
    for (ValueFileMetadata file : result.valueFiles()) {
      store.valueStore().forget(file.number());
      StoreFiles.delete(store.fileSystem(), store.directory(), FileKind.VALUES, file.number());
    }
  }

  /** Has the chunk written by a thread, and begins the next. */
  private synchronized void handOff() throws IOException {
    if (ended) {
      throw new ClosedException("the store");
    }
    if (!learned) {
      learned = true;
      dictionary = learn();
    }
    while (running.size() >= threads) {
      takeOldest();
    }
    BulkChunk full = chunk;
    chunk = new BulkChunk(CHUNK_BYTES);
    Dictionary with = dictionary;
    FutureTask<RunBuilder.Result> task =
        new FutureTask<>(() -> {
          try (full;
              RunBuilder builder = builders.create(with)) {
            builder.setIngested();
            for (full.rewind(timeMillis); full.next(); ) {
              builder.add(full, SequenceNumber.ZERO);
            }
            return builder.finish();
          } catch (IOException e) {
            if (!(e instanceof NoSpaceException)) {
              store.failed(e); // it may be a sync that failed
            }
            throw e;
          }
        });
    Thread thread = starter.newThread(task);
    running.add(task);
    BackgroundThread.startOrRun(thread, task);
  }

  private void takeOldest() throws IOException {
    FutureTask<RunBuilder.Result> oldest = running.removeFirst();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          written.add(oldest.get());
          return;
        } catch (InterruptedException e) {
          interrupted = true; // what was written must be known
        } catch (ExecutionException e) {
          Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
          failure = cause;
          throw describe(cause);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private IOException describe(Throwable cause) {
    String text =
        "rows of table '" + table.name() + "' could not be written: " + cause.getMessage();
    return cause instanceof NoSpaceException
        ? new NoSpaceException(text, cause)
        : new IOException(text, cause);
  }

  private @Nullable Dictionary learn() {
    int wanted = table.options().dictionaryBytes();
    if (wanted == 0
        || table.options().compression().codec() != Codec.ZSTD
        || chunk.bytes() < (long) wanted * Dictionaries.LEAST_DATA_FACTOR) {
      return null;
    }
    DictionaryTrainer trainer = new DictionaryTrainer(wanted);
    double share = (double) wanted * DictionaryTrainer.SAMPLE_FACTOR / chunk.bytes();
    double due = 0;
    for (chunk.rewind(timeMillis); chunk.next() && !trainer.isFull(); ) {
      due += share;
      if (due >= 1) {
        due -= Math.floor(due);
        trainer.add(chunk.value());
      }
    }
    return trainer.train();
  }
}
