package io.sheaf.lsm.wal;

import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ForeignFileException;
import io.sheaf.lsm.io.StoreId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the logs that a store needs, one after another, as one series of records: a prefix of what
 * was written, and no shorter than what was durable. {@link LogFormat} has the rules.
 *
 * <p>Opening a store goes: read until {@link #next} is false; {@link #settle}; create the next log
 * after what that returned.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> The creator closes it.
 */
public final class LogSequence implements AutoCloseable {
  private final FileSystem files;
  private final Path directory;
  private final StoreId store;
  private final List<Long> numbers;
  private final long oldestNeeded;
  private @Nullable LogReader reader;
  private final List<PreviousLog> ends = new ArrayList<>(); // of the logs that were read
  private int acceptedLogs;
  private long touched; // number of the log from which something was read last
  private long syncedOffset; // of the log that is read, as far as its records say
  private long nextSequence;
  private String ending = "there is no log";
  private long recordsBehindEnd;
  private boolean ended;
  private boolean closed;

  /**
   * A sequence that stands before the first record.
   *
   * @param store the store that they must be of
   * @param numbers numbers of the logs in {@code directory}; those below {@code oldestNeeded} are
   *     passed over
   * @param oldestNeeded lowest number of a log that may hold writes that are nowhere else
   */
  public LogSequence(
      FileSystem files, Path directory, StoreId store, List<Long> numbers, long oldestNeeded) {
    this.files = files;
    this.directory = directory;
    this.store = store;
    this.numbers =
        numbers.stream().filter(number -> number >= oldestNeeded).sorted().distinct().toList();
    this.oldestNeeded = oldestNeeded;
  }

  /**
   * Steps to the next record.
   *
   * @return false behind the last one
   * @throws ForeignFileException when a log is of another store
   * @throws CorruptionException when something that was durable is damaged or missing
   */
  public boolean next() throws IOException {
    if (closed) {
      throw new ClosedException("sequence of logs in " + directory);
    }
    while (!ended) {
      LogReader current = reader;
      touched = current == null ? touched : current.number();
      if (current != null && current.next()) {
        check(current);
        syncedOffset = current.syncedOffset();
        return true;
      }
      advance(current);
    }
    return false;
  }

  /**
   * The reader that shows the record.
   *
   * @throws IllegalStateException when there is no record
   */
  public LogReader record() {
    LogReader current = reader;
    if (current == null || ended) {
      throw new IllegalStateException("no record: next() has not returned true");
    }
    return current;
  }

  /**
   * Number of the log from which something was read last: that of the record, or the one of which a
   * failure tells; 0: none.
   */
  public long number() {
    return touched;
  }

  /**
   * Whether something stands behind the end that was written after it, and is not accepted because
   * what was written before it is lost: after a power cut what was not synced may be lost in any
   * order; a killed process leaves no such thing, so after that it tells of damage.
   */
  public boolean leavesRecords() {
    return recordsBehindEnd > 0 || !abandoned().isEmpty();
  }

  /** Where and why the sequence ended, in words. */
  public String ending() {
    return ending;
  }

  /**
   * Logs that are not accepted because writes before theirs are lost, none of them durable. Once
   * settled they are gone.
   */
  public List<Long> abandoned() {
    return ended ? numbers.subList(acceptedLogs, numbers.size()) : List.of();
  }

  /**
   * Makes what was read final, so that a new log can follow it: writes the logs that were accepted
   * again and syncs them, unless they are known to be durable (the process before may have been
   * killed before it synced them, or may have failed to), and removes those behind them that were
   * not accepted. Where none was, the oldest that is needed stays, since the manifest may name it:
   * without records, and from now on accepted.
   *
   * @return what the new log follows
   */
  public PreviousLog settle() throws IOException {
    if (!ended) {
      throw new IllegalStateException("the logs were not read to their end");
    }
    for (PreviousLog log : ends) {
      if (log.syncedOffset() < log.endOffset()) {
        LogRewrite.rewrite(files, path(log.number()), log.number(), log.endOffset());
      }
    }
    if (ends.isEmpty() && numbers.contains(oldestNeeded)) {
      ends.add(LogRewrite.empty(files, path(oldestNeeded), store, oldestNeeded));
      acceptedLogs++;
    }
    for (long number : abandoned()) {
      files.delete(path(number));
    }
    files.syncDirectory(directory);
    if (ends.isEmpty()) {
      return PreviousLog.NONE;
    }
    PreviousLog last = ends.getLast();
    return new PreviousLog(last.number(), last.endOffset(), last.endOffset());
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      LogReader current = reader;
      if (current != null) {
        current.close();
      }
    }
  }

  private void check(LogReader current) throws CorruptionException {
    if (current.firstSequence() < nextSequence) {
      throw new CorruptionException(
          path(current.number()).toString(),
          current.offset(),
          "sequence number " + nextSequence + " or higher",
          String.valueOf(current.firstSequence()));
    }
    nextSequence = current.firstSequence() + current.entryCount();
  }

  /** Goes on to the log behind {@code current}, or ends. */
  private void advance(@Nullable LogReader current) throws IOException {
    if (current != null) {
      long end = current.endOffset();
      boolean closed = current.end() == LogReader.End.CLOSED; // after a sync
      ends.add(new PreviousLog(current.number(), end, closed ? end : syncedOffset));
      syncedOffset = 0;
      ending = describe(current);
      recordsBehindEnd = current.recordsBehindEnd();
      current.close();
    }
    if (acceptedLogs == numbers.size()) {
      ended = true;
      return;
    }
    long number = numbers.get(acceptedLogs);
    CorruptionException unreadable = null;
    touched = number;
    try {
      LogReader opened = LogReader.open(files, directory, store, number);
      if (follows(opened.previous(), current)) {
        if (current != null) {
          ends.set(ends.size() - 1, longer(ends.getLast(), opened.previous()));
        }
        reader = opened;
        acceptedLogs++;
        limitToSuccessor(opened);
        return;
      }
      opened.close();
    } catch (ForeignFileException e) {
      throw e;
    } catch (CorruptionException e) {
      unreadable = e;
    }
    refuseIfDurable(current, unreadable);
    ended = true;
  }

  private boolean follows(PreviousLog stated, @Nullable LogReader current) {
    return current == null
        ? stated.number() < oldestNeeded
        : stated.number() == current.number() && stated.endOffset() == current.endOffset();
  }

  /** The same log with the larger one of two offsets up to where it is known to be durable. */
  private static PreviousLog longer(PreviousLog read, PreviousLog stated) {
    return stated.syncedOffset() > read.syncedOffset() ? stated : read;
  }

  /** Where the next log says that this one ended, nothing behind that counts. */
  private void limitToSuccessor(LogReader opened) throws IOException {
    if (acceptedLogs < numbers.size()) {
      PreviousLog stated = headerOf(numbers.get(acceptedLogs));
      if (stated != null
          && stated.number() == opened.number()
          && stated.endOffset() >= opened.endOffset()) {
        opened.limit(stated.endOffset());
      }
    }
  }

  /**
   * Writes are missing between {@code current} and the logs behind it; nothing of these may have
   * been durable.
   */
  private void refuseIfDurable(
      @Nullable LogReader current, @Nullable CorruptionException unreadable) throws IOException {
    long lastNumber = current == null ? 0 : current.number();
    long lastOffset = current == null ? 0 : current.endOffset();
    for (long number : numbers.subList(acceptedLogs, numbers.size())) {
      PreviousLog stated = headerOf(number);
      boolean durable =
          stated != null
              && (stated.number() == lastNumber
                  ? stated.syncedOffset() > lastOffset
                  : stated.number() > lastNumber && stated.syncedOffset() > 0);
      if (durable || recordsStateDurable(number)) {
        throw damage(current, unreadable, number);
      }
    }
    ending =
        (current == null ? "the oldest log needed was never durable" : ending)
            + "; later logs, never durable, are not accepted: "
            + numbers.subList(acceptedLogs, numbers.size());
  }

  private CorruptionException damage(
      @Nullable LogReader current, @Nullable CorruptionException unreadable, long witness)
      throws IOException {
    String proof = "since log " + witness + " shows that it was durable";
    long next = numbers.get(acceptedLogs);
    PreviousLog stated = headerOf(next);
    if (stated == null && unreadable != null) {
      return new CorruptionException(
          path(next).toString(),
          unreadable.offset(),
          "the header of a log, " + proof + ": " + unreadable.expected(),
          unreadable.found() + CorruptionException.HOW_TO_GO_ON);
    }
    if (current != null && (stated == null || stated.number() <= current.number())) {
      return new CorruptionException(
          path(current.number()).toString(),
          current.endOffset(),
          "records up to " + (stated == null ? "its end" : stated.endOffset()) + ", " + proof,
          "no whole record" + CorruptionException.HOW_TO_GO_ON);
    }
    long missing = stated == null ? oldestNeeded : stated.number();
    return new CorruptionException(
        path(missing).toString(),
        0,
        "a log, " + proof,
        "no such file" + CorruptionException.HOW_TO_GO_ON);
  }

  private @Nullable PreviousLog headerOf(long number) throws IOException {
    touched = number;
    try (LogWindow window = new LogWindow(files, path(number))) {
      LogHeader header = LogHeader.read(path(number).toString(), window, number);
      store.check(path(number).toString(), number, header.storeId());
      return header.previous();
    } catch (ForeignFileException e) {
      throw e;
    } catch (CorruptionException e) {
      return null; // judged by what stands behind it, see refuseIfDurable
    }
  }

  private boolean recordsStateDurable(long number) throws IOException {
    touched = number;
    try (LogWindow window = new LogWindow(files, path(number))) {
      long place = FileHeader.place(number, store.in(number));
      return LogScan.behind(window, place, LogFormat.HEADER_BYTES).syncedOffset() > 0;
    }
  }

  private static String describe(LogReader log) {
    return "log "
        + log.number()
        + " ends at "
        + log.endOffset()
        + " ("
        + log.end()
        + "), "
        + log.bytesBehindEnd()
        + " bytes of the file behind that, with "
        + log.recordsBehindEnd()
        + " records";
  }

  private Path path(long number) {
    return directory.resolve(FileNames.of(FileKind.LOG, number));
  }
}
