package io.sheaf.lsm.db;

import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.wal.LogReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that only {@link ChangeTail tails} read, oldest first, and which of them go.
 *
 * <p><b>Thread safety.</b> The caller holds the lock of the write queue.
 */
final class KeptLogs {
  private static final Logger LOG = LoggerFactory.getLogger(KeptLogs.class);

  /**
   * One of them.
   *
   * @param endMillis time that none of its writes is behind
   */
  private record Kept(long number, long bytes, long endMillis) {}

  private final FileSystem fileSystem;
  private final Path directory;
  private final LogRetention retention;
  private final Deque<Kept> logs = new ArrayDeque<>();
  private long mostBytes;
  private long bytes;

  KeptLogs(FileSystem fileSystem, Path directory, LogRetention retention) {
    this.fileSystem = fileSystem;
    this.directory = directory;
    this.retention = retention;
    this.mostBytes = retention.bytes();
  }

  /**
   * Takes the logs that an earlier opening kept out of the files that the store does not need.
   *
   * @return the other files
   */
  List<Numbered> takeFrom(List<Numbered> obsolete, long nowMillis) {
    if (!retention.keeps()) {
      return obsolete;
    }
    List<Numbered> others = new ArrayList<>();
    List<Long> found = new ArrayList<>();
    for (Numbered file : obsolete) {
      if (file.kind() == FileKind.LOG) {
        found.add(file.number());
      } else {
        others.add(file);
      }
    }
    found.sort(Comparator.reverseOrder());
    long endMillis = nowMillis; // that of a log is the first time of the one behind it
    for (long number : found) {
      try {
        long firstMillis = firstTimeMillis(number, endMillis);
        logs.addFirst(new Kept(number, fileSystem.size(path(number)), endMillis));
        bytes += logs.getFirst().bytes();
        endMillis = firstMillis;
      } catch (IOException e) {
        LOG.warn("log {} of an earlier opening is not kept", path(number), e);
        others.add(new Numbered(number, FileKind.LOG));
      }
    }
    if (retention.asFound()) {
      mostBytes = Math.max(mostBytes, bytes);
    }
    trim(nowMillis);
    return others;
  }

  /** Takes over a log whose writes are all in SSTables; the newest of all. */
  void add(long number, long endMillis, long nowMillis) throws IOException {
    logs.addLast(new Kept(number, fileSystem.size(path(number)), endMillis));
    bytes += logs.getLast().bytes();
    trim(nowMillis);
  }

  /** Whether logs are kept from now on. */
  boolean keeps() {
    return retention.keeps() && !(retention.asFound() && logs.isEmpty());
  }

  /** Lets those go that are beyond the limits. */
  void trim(long nowMillis) {
    while (!logs.isEmpty() && (bytes > mostBytes || isOld(logs.getFirst(), nowMillis))) {
      removeOldest();
    }
  }

  /** Lets the oldest go, whatever the limits say: its room is needed. False: there is none. */
  boolean giveUpOldest() {
    if (logs.isEmpty()) {
      return false;
    }
    LOG.warn(
        "log {} is given up before its time: the disk is full", path(logs.getFirst().number()));
    removeOldest();
    return true;
  }

  private void removeOldest() {
    Kept oldest = logs.removeFirst();
    bytes -= oldest.bytes();
    StoreFiles.delete(fileSystem, directory, FileKind.LOG, oldest.number());
  }

  private boolean isOld(Kept log, long nowMillis) {
    return retention.millis() != LogRetention.ANY_AGE
        && nowMillis - log.endMillis() > retention.millis();
  }

  private long firstTimeMillis(long number, long otherwise) throws IOException {
    try (LogReader log = LogReader.open(fileSystem, directory, number)) {
      return log.next() ? log.writeTimeMillis() : otherwise;
    }
  }

  private Path path(long number) {
    return directory.resolve(FileNames.of(FileKind.LOG, number));
  }
}
