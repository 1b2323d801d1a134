package io.sheaf.engine.backup;

import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.wal.LogFormat;
import io.sheaf.lsm.wal.LogReader;
import io.sheaf.lsm.wal.LogSequence;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * How much of a log a copy takes: all up to the last whole record, and an end record. What lies
 * before that is never written again.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class LogEnd {
  private static final int MOST_LOOKS = 5;

  private LogEnd() {}

  /**
   * Length to copy of a log of {@code image}, in bytes. Somebody may be writing it: a record that
   * is half written now is whole a moment later, while one that is damaged stays so.
   *
   * @throws CorruptionException when a record is damaged that was durable
   */
  static long find(FileSystem fileSystem, Path directory, StoreImage image, long number)
      throws IOException {
    CorruptionException before = null;
    int looks = 0;
    while (true) {
      try (LogReader reader =
          LogReader.open(fileSystem, directory, image.version().store(), number)) {
        try {
          while (reader.next()) {
            assert reader.entryCount() > 0;
          }
          return reader.end() == LogReader.End.CLOSED
              ? reader.endOffset() + LogFormat.RECORD_HEADER_BYTES
              : reader.endOffset();
        } catch (CorruptionException failure) {
          if (before != null && reader.endOffset() > before.offset()) {
            return before.offset(); // it is whole by now, and so is all before it
          }
          if (++looks == MOST_LOOKS) {
            throw failure;
          }
          before = failure;
        }
      } catch (NoSuchFileException gone) {
        throw gone;
      } catch (IOException failure) { // it was cut to its end meanwhile, or has no header yet
        if (looks == MOST_LOOKS) {
          throw failure;
        }
        if (++looks == MOST_LOOKS) {
          checkNeverDurable(fileSystem, directory, image, number, failure);
          return 0;
        }
      }
    }
  }

  /** Throws unless an opening of the store would pass over the log, as a crash has left it. */
  private static void checkNeverDurable(
      FileSystem fileSystem, Path directory, StoreImage image, long number, IOException failure)
      throws IOException {
    try (LogSequence sequence =
        new LogSequence(
            fileSystem,
            directory,
            image.version().store(),
            image.logs(),
            Math.max(1, image.version().logNumber()))) {
      while (sequence.next()) {
        assert sequence.record().entryCount() > 0;
      }
      if (!sequence.abandoned().contains(number)) {
        throw failure;
      }
    }
  }
}
