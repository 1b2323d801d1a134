package io.sheaf.engine.backup;

import io.sheaf.lsm.db.Components;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Copies an image of a store that may go on meanwhile. Its logs are copied first, then the store is
 * looked at again: logs that were copied and are still needed were not touched, and with the
 * SSTables of the later look they are what a crash would leave. Only where all of them were given
 * up meanwhile are they copied anew, and where a file that is to be copied is gone, the rest is
 * taken from another look.
 *
 * <p><b>Thread safety.</b> Confined to one thread.
 */
final class StillImage {
  private static final int MOST_ATTEMPTS = 50;

  /** Where the parts of an image go. */
  interface Target {
    /** Copies a log of the image. */
    void copyLog(StoreImage image, long log) throws IOException;

    /** Removes the copy of a log, or what there is of it: it is not needed. */
    void removeLog(long log) throws IOException;

    /**
     * Copies or links SSTables and value files; called again for a later image where one of them
     * was gone.
     */
    void copyFiles(StoreImage image) throws IOException;
  }

  private final Components parts;
  private final Path directory;
  private final Target target;
  private final NavigableSet<Long> copied = new TreeSet<>();

  private StillImage(Components parts, Path directory, Target target) {
    this.parts = parts;
    this.directory = directory;
    this.target = target;
  }

  /**
   * Has an image copied.
   *
   * @return the image that was copied whole
   * @throws IOException when the store cannot be read, or goes on too fast
   */
  static StoreImage copy(Components parts, Path directory, Target target) throws IOException {
    return new StillImage(parts, directory, target).copy();
  }

  private StoreImage copy() throws IOException {
    NoSuchFileException gone = null;
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      StoreImage image = imageWithLogs();
      if (image != null) {
        try {
          image.checkLengths(parts.fileSystem(), directory);
          target.copyFiles(image);
          return image;
        } catch (NoSuchFileException e) { // merged into others meanwhile, or the store misses it
          if (look().files().equals(image.files())) {
            throw e;
          }
          gone = e;
        }
      }
    }
    throw new IOException(
        directory + " changes faster than it is copied; try again when less is written", gone);
  }

  /** An image whose logs are copied; null where they were given up while they were copied. */
  private @Nullable StoreImage imageWithLogs() throws IOException {
    StoreImage now = look();
    Map<Long, IOException> failures = new TreeMap<>();
    if (!isCopied(now)) {
      copyLogs(now, failures);
      now = look();
    }
    for (Long log : copied.headSet(now.version().logNumber())) {
      target.removeLog(log);
      failures.remove(log);
    }
    copied.headSet(now.version().logNumber()).clear();
    for (IOException failure : failures.values()) { // of a log that nobody has touched
      throw failure;
    }
    return isCopied(now) ? now.withLogs(copied) : null;
  }

  private void copyLogs(StoreImage image, Map<Long, IOException> failures) throws IOException {
    for (Long log : copied) {
      target.removeLog(log);
    }
    copied.clear();
    for (Long log : image.logs()) {
      copied.add(log);
      try {
        target.copyLog(image, log);
      } catch (IOException e) {
        failures.put(log, e);
      }
    }
  }

  /** Whether the oldest log that is needed, and so each behind it, was copied. */
  private boolean isCopied(StoreImage image) {
    return image.logs().isEmpty() || copied.contains(image.logs().getFirst());
  }

  private StoreImage look() throws IOException {
    return StoreImage.of(parts.fileSystem(), directory, parts.extractors());
  }
}
