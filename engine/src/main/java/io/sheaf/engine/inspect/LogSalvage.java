package io.sheaf.engine.inspect;

import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.wal.LogReader;
import io.sheaf.lsm.wal.PreviousLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads all records of a store's logs that are whole, whatever stands between them, in the order of
 * their writes. A store that is opened stops at the first record that is not; what stands behind it
 * is there all the same.
 *
 * <p><b>Thread safety.</b> One thread.
 */
public final class LogSalvage {
  /** Takes the records that can be read. */
  @FunctionalInterface
  public interface Records {
    /**
     * A record, which the reader shows.
     *
     * @throws CorruptionException when its payload is none
     */
    void record(LogReader record) throws IOException;
  }

  private final FileSystem fileSystem;
  private final Path directory;
  private final StoreId store;
  private final Findings damages;
  private final Findings losses;
  private long expectedSequence;
  private boolean endsOpen;
  private boolean headerDamaged;

  /**
   * A reader of logs.
   *
   * @param store the store that the logs must be of
   * @param expectedSequence sequence number of the first write that must be in a log; 0: not known
   * @param damages takes what is wrong with the logs
   * @param losses takes which writes are missing
   */
  public LogSalvage(
      FileSystem fileSystem,
      Path directory,
      StoreId store,
      long expectedSequence,
      Findings damages,
      Findings losses) {
    this.fileSystem = fileSystem;
    this.directory = directory;
    this.store = store;
    this.expectedSequence = expectedSequence;
    this.damages = damages;
    this.losses = losses;
  }

  /** Whether nothing tells that the last log that was read is not cut short. */
  public boolean endsOpen() {
    return endsOpen;
  }

  /**
   * Reads these logs, in rising order. Where the last of them was never begun, it is as if it were
   * not there.
   */
  public void read(List<Long> numbers, Records records) throws IOException {
    for (int i = 0; i < numbers.size(); i++) {
      Long successor = i + 1 < numbers.size() ? numbers.get(i + 1) : null;
      read(numbers.get(i), successor, records);
    }
  }

  private void read(long number, @Nullable Long successor, Records records) throws IOException {
    String name = FileNames.of(FileKind.LOG, number);
    if (successor == null && neverBegun(number)) {
      endsOpen = true;
      return;
    }
    try (LogReader reader = open(name, number)) {
      if (reader == null) {
        nothingReadable(name);
        return;
      }
      PreviousLog stated = successor == null ? null : previousOf(successor);
      if (stated != null && stated.number() == number && stated.endOffset() >= reader.endOffset()) {
        reader.limit(stated.endOffset()); // what stands behind was refused when it was written
      }
      try {
        while (step(name, reader, records)) {
          // all is done there
        }
      } catch (IOException unreadable) {
        losses.add(
            new Finding(
                name,
                reader.endOffset(),
                "cannot be read from here on ("
                    + unreadable.getMessage()
                    + "): "
                    + endMayBeMissing(),
                null));
      }
      endsOpen = reader.end() == LogReader.End.TORN;
      if (reader.highestSequence() > 0) {
        missing(name, reader.endOffset(), reader.highestSequence() + 1);
      } else if (headerDamaged) {
        nothingReadable(name);
      }
    }
  }

  private boolean neverBegun(long number) throws IOException {
    try {
      return LogReader.neverBegun(fileSystem, directory, number);
    } catch (IOException e) {
      OwnTrouble.throwIfSo(e);
      return false; // found when it is read
    }
  }

  private void nothingReadable(String name) {
    losses.add(new Finding(name, 0, "nothing of it can be read: " + endMayBeMissing(), null));
  }

  private String endMayBeMissing() {
    return "the writes with sequence numbers from "
        + Math.max(1, expectedSequence)
        + " on may be missing, where they are in no SSTable";
  }

  private @Nullable LogReader open(String name, long number) throws IOException {
    headerDamaged = false;
    try {
      return LogReader.open(fileSystem, directory, store, number);
    } catch (IOException e) {
      OwnTrouble.throwIfSo(e);
      damages.add(name, e, null);
    }
    headerDamaged = true;
    try {
      return LogReader.openWithoutHeader(fileSystem, directory, store, number);
    } catch (IOException same) {
      OwnTrouble.throwIfSo(same);
      return null;
    }
  }

  private @Nullable PreviousLog previousOf(long number) throws IOException {
    try (LogReader next = LogReader.open(fileSystem, directory, store, number)) {
      return next.previous();
    } catch (IOException damaged) {
      OwnTrouble.throwIfSo(damaged);
      return null; // found when its turn comes
    }
  }

  /** Reads a record, or passes over damage; false behind the last record. */
  private boolean step(String name, LogReader reader, Records records) throws IOException {
    try {
      if (reader.next()) {
        take(name, reader, records);
        return true;
      }
      if (reader.end() != LogReader.End.TORN) {
        return false;
      }
      long torn = reader.offset();
      boolean goesOn = reader.skipDamage();
      if (goesOn) {
        damages.add(
            new Finding(
                name,
                torn,
                "no whole record, but there are whole ones behind it; a store that is opened drops"
                    + " them",
                null));
      }
      return goesOn;
    } catch (CorruptionException e) {
      damages.add(name, e, null);
      return reader.skipDamage();
    }
  }

  private void take(String name, LogReader record, Records records) throws IOException {
    missing(name, record.offset(), record.firstSequence());
    try {
      records.record(record);
    } catch (CorruptionException e) {
      throw e;
    } catch (IOException e) { // nothing that the log is to blame for
      throw new UncheckedIOException(e);
    }
    expectedSequence = Math.max(expectedSequence, record.firstSequence() + record.entryCount());
  }

  /** Notes that writes before the one with this sequence number should have come, and did not. */
  private void missing(String name, long offset, long sequence) {
    if (expectedSequence != 0 && sequence > expectedSequence) {
      losses.add(
          new Finding(
              name,
              offset,
              "the writes with sequence numbers "
                  + expectedSequence
                  + " to "
                  + (sequence - 1)
                  + " are in no log before this place",
              null));
    }
    expectedSequence = Math.max(expectedSequence, sequence);
  }
}
