package io.sheaf.lsm.wal;

import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
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
  private final Supplier<LogEnd> end;
  private @Nullable LogReader reader;
  private long nextSequence;
  private long lastSequence;
  private long damagedAt;
  private int damagedLooks;
  private boolean closed;

  /**
   * A tail that stands before the record with {@code fromSequence} in it.
   *
   * @param end asked again and again how far to read
   */
  public LogTail(FileSystem files, Path directory, long fromSequence, Supplier<LogEnd> end) {
    if (fromSequence < 1) {
      throw new IllegalArgumentException(
          "sequence numbers begin with 1: there is no " + fromSequence);
    }
    this.files = files;
    this.directory = directory;
    this.nextSequence = fromSequence;
    this.end = end;
  }

  /**
   * Steps to the next record.
   *
   * @return false when there is none now; there may be one later
   * @throws SequenceNotKeptException when the log that held it is gone
   * @throws CorruptionException when it was durable and is not whole
   */
  public boolean next() throws IOException {
    if (closed) {
      throw new ClosedException("tail of the logs in " + directory);
    }
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
      if (current.number() >= limit.number() || !advance(current)) {
        if (nextSequence <= lastSequence && isNewest(current, limit)) {
          throw notKept(nextSequence); // the logs behind the one before were not kept
        }
        return false;
      }
    }
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
    } else if (current.end() == LogReader.End.LIMIT) {
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
      damagedLooks = damage.offset() == damagedAt ? damagedLooks + 1 : 1;
      damagedAt = damage.offset();
      if (damagedLooks >= LOOKS) {
        throw damage;
      }
      current.lookAgain();
      return false;
    }
  }

  /** Opens the newest log that does not begin behind the record that is wanted. */
  private boolean openFirst(LogEnd limit) throws IOException {
    List<Long> numbers = numbers();
    long oldest = limit.lastSequence() + 1;
    boolean any = false;
    for (long number : numbers.reversed()) {
      if (number > limit.number()) {
        continue;
      }
      LogReader opened = open(number);
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
      } finally {
        opened.close();
      }
      if (taken) {
        reader = open(number);
        return reader != null;
      }
    }
    if (nextSequence <= limit.lastSequence() || (any && nextSequence < oldest)) {
      throw new SequenceNotKeptException(nextSequence, oldest);
    }
    return false;
  }

  /** Goes on to the next log, if there is one and this one was read to its end. */
  private boolean advance(LogReader current) throws IOException {
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
    LogReader next = open(successor);
    if (next == null) {
      return false;
    }
    PreviousLog stated = next.previous();
    if (stated.number() == current.number() && stated.endOffset() > current.endOffset()) {
      next.close();
      if (current.end() == LogReader.End.CLOSED || !files.exists(path(current.number()))) {
        throw notKept(nextSequence); // another process has overwritten it as a new log
      }
      return false; // its last records were not seen yet
    }
    reader = next;
    current.close();
    return true;
  }

  private @Nullable LogReader open(long number) throws IOException {
    try {
      return LogReader.open(files, directory, number);
    } catch (NoSuchFileException gone) {
      return null;
    } catch (CorruptionException unfinished) {
      return null; // its header is being written, or was cut short by a crash
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
      LogReader opened = open(number);
      if (opened != null) {
        try (opened) {
          if (opened.next()) {
            return new SequenceNotKeptException(sequence, opened.firstSequence());
          }
        } catch (CorruptionException next) {
          // the one behind it tells
        }
      }
    }
    return new SequenceNotKeptException(sequence, Math.max(sequence, lastSequence) + 1);
  }

  private Path path(long number) {
    return directory.resolve(FileNames.of(FileKind.LOG, number));
  }
}
