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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows the logs of a store from a sequence number on, also while they are written, by this
 * process or another one: each record once, in order, none left out. A record that is only half
 * there is looked at again.
 *
 * <p>Sequence numbers tell that nothing is missing between logs; that one ended where its records
 * end, the header of the next says.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> The creator closes it.
 */
public final class LogTail implements AutoCloseable {
  /** How often damage must be seen at a place that another process may be writing. */
  private static final int LOOKS = 3;

  private final FileSystem files;
  private final Path directory;
  private final Supplier<StoreId> store;
  private final Supplier<LogEnd> end;
  private @Nullable LogReader reader;
  private long nextSequence;
  private long lastSequence;
  private @Nullable CorruptionException doubted;
  private int doubtedLooks;
  private boolean inDoubt;
  private boolean closed;

  /**
   * A tail that stands before the record with {@code fromSequence} in it.
   *
   * @param store the store that the logs must be of, as its manifest says by then
   * @param end asked again and again how far to read
   */
  public LogTail(
      FileSystem files,
      Path directory,
      Supplier<StoreId> store,
      long fromSequence,
      Supplier<LogEnd> end) {
    if (fromSequence < 1) {
      throw new IllegalArgumentException(
          "sequence numbers begin with 1: there is no " + fromSequence);
    }
    this.files = files;
    this.directory = directory;
    this.store = store;
    this.nextSequence = fromSequence;
    this.end = end;
  }

  /**
   * Steps to the next record.
   *
   * @return false when there is none now; there may be one later
   * @throws SequenceNotKeptException when the log that held it is gone
   * @throws CorruptionException when it was durable and is not whole; where another process may be
   *     writing it, after some steps that found the same
   */
  public boolean next() throws IOException {
    if (closed) {
      throw new ClosedException("tail of the logs in " + directory);
    }
    inDoubt = false;
    while (true) {
      LogEnd limit = end.get();
      lastSequence = limit.lastSequence();
      LogReader current = reader;
      if (current == null) {
        if (!openFirst(limit)) {
          return false;
        }
        continue;
      }
      if (step(current, limit)) {
        long last = current.firstSequence() + current.entryCount() - 1;
        if (last < nextSequence) {
          continue;
        }
        nextSequence = last + 1;
        return true;
      }
      if (inDoubt) {
        return false;
      }
      if (current.number() >= limit.number() || !advance(current, limit)) {
        if (!inDoubt && nextSequence <= lastSequence && isNewest(current, limit)) {
          throw notKept(nextSequence); // the logs behind the one before were not kept
        }
        return false;
      }
    }
  }

  /**
   * Whether {@link #next} found no record but what looks like damage, and may be half written by
   * another process: who takes the logs for complete asks it again, some moments apart, until this
   * is false or it throws.
   */
  public boolean inDoubt() {
    return inDoubt;
  }

  /** The reader that shows the record. */
  public LogReader record() {
    return Objects.requireNonNull(reader);
  }

  /** Sequence number from which on to go on later. */
  public long nextSequence() {
    return nextSequence;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    LogReader open = reader;
    reader = null;
    if (open != null) {
      open.close();
    }
  }

  private boolean isNewest(LogReader current, LogEnd limit) throws IOException {
    List<Long> numbers = numbers();
    return current.number() >= limit.number()
        || numbers.isEmpty()
        || numbers.getLast() <= current.number();
  }

  private boolean step(LogReader current, LogEnd limit) throws IOException {
    if (current.number() == limit.number()) {
      current.limit(Math.max(limit.endOffset(), current.endOffset()));
    } else if (current.isLimited()) {
      current.limit(Long.MAX_VALUE); // the writer has gone on to another log
    } else if (current.end() == LogReader.End.TORN) {
      current.lookAgain();
    }
    try {
      boolean found = current.next();
      if (found && current.firstSequence() > nextSequence) {
        throw notKept(nextSequence); // a log in between has gone
      }
      return found;
    } catch (CorruptionException damage) {
      if (limit.number() != LogEnd.ANY) {
        throw damage;
      }
      if (!files.exists(path(current.number()))) {
        throw notKept(nextSequence); // another process has overwritten it as a new log
      }
      doubt(damage);
      current.lookAgain();
      return false;
    }
  }

  /**
   * Notes what looks like damage.
   *
   * @throws CorruptionException when it was seen often enough
   */
  private void doubt(CorruptionException damage) throws CorruptionException {
    CorruptionException before = doubted;
    boolean same =
        before != null && before.file().equals(damage.file()) && before.offset() == damage.offset();
    doubtedLooks = same ? doubtedLooks + 1 : 1;
    doubted = damage;
    inDoubt = true;
    if (doubtedLooks >= LOOKS) {
      throw damage;
    }
  }

  /** Opens the newest log that does not begin behind the record that is wanted. */
  private boolean openFirst(LogEnd limit) throws IOException {
    List<Long> numbers = numbers();
    long oldest = limit.lastSequence() + 1;
    boolean any = false;
    CorruptionException damaged = null;
    for (long number : numbers.reversed()) {
      if (number > limit.number()) {
        continue;
      }
      LogReader opened;
      try {
        opened = open(number);
      } catch (CorruptionException damage) {
        damaged = damage; // a log before it may hold what is wanted
        continue;
      }
      if (opened == null) {
        continue;
      }
      boolean taken = false;
      try {
        if (number == limit.number()) {
          opened.limit(Math.max(limit.endOffset(), opened.endOffset()));
        }
        if (opened.next()) {
          oldest = any ? Math.min(oldest, opened.firstSequence()) : opened.firstSequence();
          any = true;
          if (oldest <= nextSequence) {
            taken = true;
          }
        }
      } catch (CorruptionException damage) {
        if (limit.number() != LogEnd.ANY) {
          throw damage;
        }
        damaged = damage;
      } finally {
        opened.close();
      }
      if (taken) {
        reader = open(number);
        return reader != null;
      }
    }
    if (damaged != null) {
      doubt(damaged); // which writes it held, nothing tells
      return false;
    }
    if (nextSequence <= limit.lastSequence() || (any && nextSequence < oldest)) {
      throw new SequenceNotKeptException(nextSequence, oldest);
    }
    return false;
  }

  /** Goes on to the next log, if there is one and this one was read to its end. */
  private boolean advance(LogReader current, LogEnd limit) throws IOException {
    long successor = 0;
    for (long number : numbers()) {
      if (number > current.number()) {
        successor = number;
        break;
      }
    }
    if (successor == 0) {
      return false;
    }
    LogReader next;
    try {
      next = open(successor);
    } catch (CorruptionException damage) {
      doubt(damage);
      return false;
    }
    if (next == null) {
      return false;
    }
    PreviousLog stated = next.previous();
    if (stated.number() == current.number() && stated.endOffset() > current.endOffset()) {
      next.close();
      if (limit.number() != LogEnd.ANY) {
        throw notKept(nextSequence); // a power cut has torn it when only tails needed it
      }
      if (current.end() == LogReader.End.CLOSED || !files.exists(path(current.number()))) {
        throw notKept(nextSequence); // another process has overwritten it as a new log
      }
      doubt(
          new CorruptionException(
              path(current.number()).toString(),
              current.endOffset(),
              "records up to " + stated.endOffset() + ", where log " + successor + " goes on",
              "no whole record")); // or its last records were not seen yet
      return false;
    }
    reader = next;
    current.close();
    return true;
  }

  /**
   * Opens a log; null: it is gone, or was not begun, or a crash has cut its beginning short.
   *
   * @throws CorruptionException when its header is damaged, or is being written, or is of another
   *     store
   */
  private @Nullable LogReader open(long number) throws IOException {
    try {
      return LogReader.open(files, directory, store.get(), number);
    } catch (NoSuchFileException gone) {
      return null;
    } catch (ForeignFileException other) {
      throw other;
    } catch (CorruptionException damage) {
      if (holdsNothing(number)) {
        return null;
      }
      throw damage;
    }
  }

  /** Whether nothing shows that a log whose header is not whole was ever durable. */
  private boolean holdsNothing(long number) throws IOException {
    try (LogWindow window = new LogWindow(files, path(number))) {
      long place = FileHeader.place(number, store.get().in(number));
      boolean newest = numbers().stream().noneMatch(other -> other > number);
      return LogReader.neverBegun(files, directory, number)
          || (newest && LogScan.behind(window, place, LogFormat.HEADER_BYTES).syncedOffset() == 0);
    } catch (NoSuchFileException gone) {
      return true;
    }
  }

  private List<Long> numbers() throws IOException {
    List<Long> numbers = new ArrayList<>();
    for (String name : files.list(directory)) {
      FileNames.parse(name)
          .filter(file -> file.kind() == FileKind.LOG)
          .ifPresent(file -> numbers.add(file.number()));
    }
    numbers.sort(null);
    return numbers;
  }

  private SequenceNotKeptException notKept(long sequence) throws IOException {
    for (long number : numbers()) {
      try (LogReader opened = open(number)) {
        if (opened != null && opened.next() && opened.firstSequence() > sequence) {
          return new SequenceNotKeptException(sequence, opened.firstSequence());
        }
      } catch (CorruptionException next) {
        // the one behind it tells
      }
    }
    return new SequenceNotKeptException(sequence, Math.max(sequence, lastSequence) + 1);
  }

  private Path path(long number) {
    return directory.resolve(FileNames.of(FileKind.LOG, number));
  }
}
