package io.sheaf.lsm.db;

import io.sheaf.lsm.io.BackgroundThread;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.sstable.TableSource;
import io.sheaf.lsm.value.ValueStore;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableState;
import io.sheaf.lsm.version.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spares the first readers of a store that was just opened what they would wait for.
 *
 * <p>Files are opened, with indexes, filters and dictionaries: the key files, and the newest value
 * files, up to some dozens, a fraction of a millisecond each on a fast device. Then the key files
 * are brought into the operating system's memory, beside what is read meanwhile, in the order of
 * the device, if all of them together take at most a quarter of the store's memory. Where the
 * values of groups lie in value files, key files are small: a twelfth of the store, which is read
 * at once in less time than a hundred reads of single blocks would take, and every read after that
 * goes to the device for its value alone. Where they take more, which of their blocks will be read
 * is a guess.
 *
 * <p><b>Thread safety.</b> Closed once. <b>Ownership.</b> Holds no version: files that nobody needs
 * any more go at once, and are passed over here.
 */
final class WarmUp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
  private static final int MEMORY_FRACTION = 4;

  private static final int MOST_KEY_FILES = 64;
  private static final int MOST_VALUE_FILES = 64;

  /** Each value file that is opened may take a dictionary: of so much memory, one. */
  private static final long MEMORY_BYTES_A_VALUE_FILE = 4L << 20;

  private final FileSystem fileSystem;
  private final Path directory;
  private final TableSource tables;
  private final ValueStore values;
  private volatile boolean stopped;
  private @Nullable Thread thread;

  WarmUp(FileSystem fileSystem, Path directory, TableSource tables, ValueStore values) {
    this.fileSystem = fileSystem;
    this.directory = directory;
    this.tables = tables;
    this.values = values;
  }

  /**
   * Opens the files of {@code version} and begins to warm, where it is worth it for a store that
   * may take {@code memoryBytes}. Called before anything makes files obsolete: one that was opened
   * after it was forgotten would never be closed.
   */
  void start(Version version, long memoryBytes) {
    List<FileMetadata> files = files(version);
    open(files);
    newestValueFiles(version, memoryBytes).forEach(this::openValueFile);
    long bytes = files.stream().mapToLong(FileMetadata::sizeBytes).sum();
    if (bytes == 0 || bytes > memoryBytes / MEMORY_FRACTION) {
      return;
    }
    Thread started = BackgroundThread.of("sheaf-warm-up", () -> run(files));
    thread = started;
    started.start();
  }

  private void open(List<FileMetadata> files) {
    for (FileMetadata file : files.subList(0, Math.min(files.size(), MOST_KEY_FILES))) {
      try {
        tables.reader(file);
      } catch (IOException | RuntimeException | OutOfMemoryError e) {
        LOG.debug("who needs key file {} will see why it cannot be opened", file.number(), e);
      }
    }
  }

  private static List<Long> newestValueFiles(Version version, long memoryBytes) {
    return version.tables().values().stream()
        .flatMap(table -> table.valueFiles().keySet().stream())
        .sorted(Comparator.reverseOrder())
        .limit(Math.min(MOST_VALUE_FILES, memoryBytes / MEMORY_BYTES_A_VALUE_FILE))
        .toList();
  }

  private void openValueFile(long number) {
    try {
      values.open(number);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      LOG.debug("who needs value file {} will see why it cannot be opened", number, e);
    }
  }

  private static List<FileMetadata> files(Version version) {
    List<FileMetadata> files = new ArrayList<>();
    for (TableState table : version.tablesInOrder().values()) {
      for (Run run : table.runs()) {
        files.addAll(run.files());
      }
    }
    return files;
  }

  private void run(List<FileMetadata> files) {
    for (FileMetadata file : files) {
      if (stopped) {
        return;
      }
      Path path = directory.resolve(FileNames.of(FileKind.SSTABLE, file.number()));
      try {
        fileSystem.warm(path, () -> stopped);
      } catch (IOException e) {
        LOG.debug("{} is gone, or who needs it will see why it cannot be read", path, e);
      }
    }
  }

  /** Stops it and waits until it has let go of its files. */
  @Override
  public void close() {
    stopped = true;
    Thread started = thread;
    if (started != null) {
      BackgroundThread.awaitEnd(started);
    }
  }
}
