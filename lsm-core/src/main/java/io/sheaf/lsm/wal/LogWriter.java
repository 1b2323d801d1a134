package io.sheaf.lsm.wal;

import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.NoSpaceException;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.io.WritableFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes one log: each group of writes is one record and one call to the file system.
 *
 * <p><b>Failures are final</b>, but for a full device: what found no room there is taken back, and
 * the next append may find some. After any other failed append none is taken; what was written
 * before can still be synced, and a {@link #successor} may go on (it states where this log ended,
 * so that the torn record does not count). After a failed sync nothing is taken any more, not even
 * by the successors, because what was not synced may be lost while a later sync succeeds.
 *
 * <p><b>Thread safety.</b> One thread at a time appends, makes the successor and closes; {@link
 * #sync} and the offsets may be used by any thread beside it, syncs one after another.
 *
 * <p><b>Ownership.</b> Who created it closes it, the successor's included; a log that has a
 * successor may be closed by another thread while that one is written.
 */
public final class LogWriter implements AutoCloseable {
  private static final int USUAL_RECORD_BYTES = 64 << 10;
  private static final int KEPT_RECORD_BYTES = 4 << 20;

  private final FileSystem files;
  private final Path directory;
  private final Path path;
  private final StoreId store;
  private final long number;
  private final LogOptions options;
  private final WritableFile file;
  private final RecordBuilder record;
  private final Object syncing = new Object();

  private @Nullable PayloadCompressor compressor; // until it is handed on to the successor
  private long nextSequence;
  private boolean trimmed;
  private @Nullable LogWriter previous; // until it is durable; guarded by syncing
  private boolean nameDurable; // guarded by syncing
  private boolean closed; // guarded by syncing
  private volatile long end;
  private volatile long synced;
  private volatile @Nullable Throwable appendFailure;
  private volatile @Nullable IOException syncFailure;

  private LogWriter(
      FileSystem files,
      Path directory,
      StoreId store,
      long number,
      LogOptions options,
      WritableFile file,
      RecordBuilder record,
      @Nullable LogWriter previous) {
    this.files = files;
    this.directory = directory;
    this.path = path(directory, number);
    this.store = store;
    this.number = number;
    this.options = options;
    this.file = file;
    this.record = record;
    this.previous = previous;
    this.end = file.position();
  }

  /**
   * Creates the first log that this process writes.
   *
   * @param store the store that the log names
   * @param previous the log it follows, see {@link LogSequence#settle}
   * @throws java.nio.file.FileAlreadyExistsException when there is a log of this number
   */
  public static LogWriter create(
      FileSystem files,
      Path directory,
      StoreId store,
      long number,
      LogOptions options,
      PreviousLog previous)
      throws IOException {
    if (number <= previous.number()) {
      throw new IllegalArgumentException(
          "log " + number + " cannot follow log " + previous.number());
    }
    WritableFile file = files.create(path(directory, number));
    LogWriter log = begin(files, directory, store, number, options, file, null, previous, true);
    try {
      log.compressor = new PayloadCompressor(options);
      return log;
    } catch (RuntimeException | Error e) {
      closeAfter(e, log::release);
      throw e;
    }
  }

  /**
   * Creates the log that follows this one, which takes no more records.
   *
   * @param recycled number of a log that is no longer needed, to be renamed and overwritten; see
   *     {@link LogFormat} for when it may be
   */
  public LogWriter successor(long newNumber, OptionalLong recycled) throws IOException {
    if (newNumber <= number) {
      throw new IllegalArgumentException("log " + newNumber + " cannot follow log " + number);
    }
    if (compressor == null) {
      throw new IllegalStateException(path + " has a successor already");
    }
    checkSync();
    Path newPath = path(directory, newNumber);
    WritableFile newFile;
    if (recycled.isPresent()) {
      if (files.exists(newPath)) {
        throw new FileAlreadyExistsException(newPath.toString());
      }
      files.rename(path(directory, recycled.getAsLong()), newPath);
      newFile = files.overwrite(newPath);
    } else {
      newFile = files.create(newPath);
    }
    PreviousLog stated = new PreviousLog(number, end, synced);
    boolean fresh = recycled.isEmpty();
    LogWriter next;
    try {
      next = begin(files, directory, store, newNumber, options, newFile, this, stated, fresh);
    } catch (NoSpaceException e) {
      closeAfter(e, () -> files.delete(newPath)); // or it would stand between this log and the next
      throw e;
    }
    next.nextSequence = nextSequence;
    next.compressor = handOn();
    return next;
  }

  /** From here on this log takes no more records. */
  private PayloadCompressor handOn() {
    PayloadCompressor handed = Objects.requireNonNull(compressor, "compressor");
    compressor = null;
    handed.restart();
    return handed;
  }

  /** A log without a compressor, to be given one. */
  private static LogWriter begin(
      FileSystem files,
      Path directory,
      StoreId store,
      long number,
      LogOptions options,
      WritableFile file,
      @Nullable LogWriter before,
      PreviousLog previous,
      boolean fresh)
      throws IOException {
    try {
      RecordBuilder record = new RecordBuilder(number, store.in(number), USUAL_RECORD_BYTES);
      try {
        if (fresh && options.preallocatedBytes() > 0) {
          file.preallocate(options.preallocatedBytes());
        }
        file.write(record.logHeader(previous));
        return new LogWriter(files, directory, store, number, options, file, record, before);
      } catch (IOException | RuntimeException | Error e) {
        record.close();
        throw e;
      }
    } catch (IOException | RuntimeException | Error e) {
      closeAfter(e, file::close);
      throw e;
    }
  }

  private static void closeAfter(Throwable failure, Closeable opened) {
    try {
      opened.close();
    } catch (IOException closing) {
      failure.addSuppressed(closing);
    }
  }

  /**
   * Appends one group of writes as a record.
   *
   * @param payload the group, kept as it is; may be reused when this returns
   * @param firstSequence sequence number of its first entry, above those appended before
   * @param entryCount number of its entries, 1 or more
   * @param writeTimeMillis time of the write, in milliseconds since 1970
   * @return offset behind the record, in bytes: it is durable when {@link #syncedOffset} has
   *     reached this
   * @throws NoSpaceException when the device is full; the log is as it was before
   * @throws IOException when it could not be written; see the class
   */
  public long append(
      GrowableBuffer payload, long firstSequence, int entryCount, long writeTimeMillis)
      throws IOException {
    if (payload.size() > LogFormat.MAX_PAYLOAD_BYTES || entryCount <= 0) {
      throw new IllegalArgumentException(
          "group of "
              + entryCount
              + " entries, "
              + payload.size()
              + " bytes: 1 or more, and at most "
              + LogFormat.MAX_PAYLOAD_BYTES
              + " bytes");
    }
    if (firstSequence < nextSequence) {
      throw new IllegalArgumentException(
          "sequence number " + firstSequence + " appended after " + (nextSequence - 1));
    }
    PayloadCompressor usable = checkAppend();
    try {
      record.begin(LogFormat.GROUP, firstSequence, entryCount, writeTimeMillis, synced);
      usable.compress(payload, record);
      write();
    } catch (NoSpaceException e) {
      usable.lose();
      takeBack(e);
      throw e;
    } catch (IOException | RuntimeException | Error e) {
      appendFailure = e; // what follows could refer to a piece of the stream that is not there
      throw e;
    } finally {
      record.shrink(KEPT_RECORD_BYTES);
    }
    nextSequence = firstSequence + entryCount;
    return end;
  }

  /**
   * Makes everything durable that was appended before the call: the logs before this one first,
   * then its name, then its content.
   *
   * @return {@link #syncedOffset}
   * @throws IOException when it, or an earlier one, failed; see the class
   */
  public long sync() throws IOException {
    synchronized (syncing) {
      if (closed) {
        throw new ClosedException("log " + path);
      }
      return makeDurable();
    }
  }

  /** Offset up to which the log is durable, in bytes; never goes back. */
  public long syncedOffset() {
    return synced;
  }

  /** Offset behind the last record, in bytes. */
  public long endOffset() {
    return end;
  }

  /** Number of the log. */
  public long number() {
    return number;
  }

  /** Name of the file. */
  public Path path() {
    return path;
  }

  /**
   * Makes the log durable and, where it is the newest one, marks its end, unless something failed
   * before; then closes the file.
   *
   * @throws IOException when the log is not durable, a sync that failed earlier included
   */
  @Override
  public void close() throws IOException {
    synchronized (syncing) {
      if (closed) {
        return;
      }
      closed = true;
      try {
        makeDurable();
        if (appendFailure == null) {
          finish();
        }
      } finally {
        release();
      }
    }
  }

  /** A log that has a successor ends where that one says: without it, it is not complete. */
  private void finish() throws IOException {
    if (compressor == null) {
      trim();
    } else {
      markEnd();
    }
  }

  private void markEnd() throws IOException {
    try {
      record.begin(LogFormat.END, nextSequence, 0, 0, synced);
      file.write(record.finish(end));
      file.truncate(file.position());
    } catch (NoSpaceException e) {
      takeBack(e); // all is durable; without the mark it is read as after a crash
    }
    file.sync();
  }

  /**
   * Closes the file without making it durable: its writes are durable elsewhere, so that a
   * successor has nothing to wait for.
   */
  public void discard() throws IOException {
    synchronized (syncing) {
      if (closed) {
        return;
      }
      closed = true;
      synced = end;
      previous = null;
      release();
    }
  }

  /** Gives room that was reserved, or left by a recycled file, back to the file system. */
  public void trim() throws IOException {
    if (!trimmed) {
      file.truncate(end);
      trimmed = true;
    }
  }

  /** Removes what found room of a record that did not as a whole. */
  private void takeBack(NoSpaceException failure) {
    try {
      file.truncate(end);
      trimmed = true;
    } catch (IOException | RuntimeException | Error e) {
      failure.addSuppressed(e);
      appendFailure = failure;
    }
  }

  private void write() throws IOException {
    if (trimmed) {
      file.preallocate(options.preallocatedBytes());
      trimmed = false;
    }
    file.write(record.finish(end));
    end = file.position();
  }

  /** Syncs what is not durable yet. The caller holds {@link #syncing}. */
  private long makeDurable() throws IOException {
    checkSync();
    long covered = end;
    if (covered == synced) {
      return covered;
    }
    try {
      LogWriter before = previous;
      if (before != null) {
        before.settled();
        previous = null;
      }
      if (!nameDurable) {
        files.syncDirectory(directory);
        nameDurable = true;
      }
      file.sync();
    } catch (IOException e) {
      syncFailure = e;
      throw e;
    }
    synced = covered;
    return covered;
  }

  /** For the successor: returns when all of this log is durable. */
  private void settled() throws IOException {
    synchronized (syncing) {
      if (synced < end) {
        makeDurable();
      }
    }
  }

  private PayloadCompressor checkAppend() throws IOException {
    checkSync();
    Throwable failure = appendFailure;
    if (failure != null) {
      throw new IOException(
          path + " takes no more writes since one failed: " + failure.getMessage(), failure);
    }
    PayloadCompressor usable = compressor;
    if (usable == null) {
      throw new IllegalStateException(path + " has a successor and takes no more writes");
    }
    return usable;
  }

  private void checkSync() throws IOException {
    IOException failure = syncFailure;
    if (failure != null) {
      throw new IOException(
          path
              + " takes no more writes since a sync failed; close the store and open it again: "
              + failure.getMessage(),
          failure);
    }
  }

  private void release() throws IOException {
    if (compressor != null) {
      compressor.close();
    }
    record.close();
    file.close();
  }

  private static Path path(Path directory, long number) {
    return directory.resolve(FileNames.of(FileKind.LOG, number));
  }
}
