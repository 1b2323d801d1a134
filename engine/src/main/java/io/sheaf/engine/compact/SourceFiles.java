package io.sheaf.engine.compact;

import io.sheaf.engine.inspect.StoreFileReaders;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.io.Cleanup;
import io.sheaf.lsm.sstable.TableReader;
import io.sheaf.lsm.version.FileMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The SSTables that are merged, each opened once.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads once all were opened. <b>Ownership.</b>
 * Who made it closes it, after all cursors.
 */
final class SourceFiles implements AutoCloseable {
  private final StoreFileReaders files;
  private final Map<Long, TableReader> readers = new HashMap<>();

  SourceFiles(Components parts, Path directory, long memoryBytes) {
    files =
        new StoreFileReaders(
            parts,
            directory,
            () -> {
              throw new IllegalStateException("the store that is read is not written to");
            },
            memoryBytes);
  }

  /** Opens a file that is not open yet. */
  void open(FileMetadata file) throws IOException {
    if (!readers.containsKey(file.number())) {
      TableReader opened = files.table(file.number());
      readers.put(file.number(), opened);
      opened.date(file);
    }
  }

  /** The reader of a file that was opened. */
  TableReader reader(FileMetadata file) {
    return Objects.requireNonNull(readers.get(file.number()));
  }

  @Override
  public void close() throws IOException {
    Cleanup all = new Cleanup();
    all.add(files);
    readers.values().forEach(all::add);
    IOException failure = new IOException("closing the files that were read");
    all.run(failure);
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }
}
