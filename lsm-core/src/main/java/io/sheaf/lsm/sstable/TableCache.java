package io.sheaf.lsm.sstable;

import io.sheaf.lsm.cache.BlockCache;
import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.ValueStore;
import io.sheaf.lsm.version.FileMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The open SSTables of a store: each is opened at its first use and stays open until its file is
 * gone.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads; finding an open one takes no lock.
 *
 * <p><b>Ownership.</b> Owns the readers. The store closes it after every cursor.
 */
public final class TableCache implements TableSource, AutoCloseable {
  private final FileSystem fileSystem;
  private final Path directory;
  private final BlockCache cache;
  private final MemoryBudget budget;
  private final ValueStore values;
  private final Statistics statistics;
  private final Map<Long, TableReader> readers = new ConcurrentHashMap<>();

  /** No open tables yet. */
  public TableCache(
      FileSystem fileSystem,
      Path directory,
      BlockCache cache,
      MemoryBudget budget,
      ValueStore values,
      Statistics statistics) {
    this.fileSystem = fileSystem;
    this.directory = directory;
    this.cache = cache;
    this.budget = budget;
    this.values = values;
    this.statistics = statistics;
  }

  @Override
  public TableReader reader(FileMetadata file) throws IOException {
    TableReader reader = readers.get(file.number());
    return reader != null ? reader : open(file);
  }

  /** Closes the reader of a file that no version has any more. */
  public void forget(long fileNumber) {
    TableReader reader = readers.remove(fileNumber);
    if (reader != null) {
      reader.close();
    }
    cache.forget(fileNumber);
  }

  /** Number of open tables. */
  public int size() {
    return readers.size();
  }

  @Override
  public synchronized void close() {
    readers.values().forEach(TableReader::close);
    readers.clear();
  }

  private synchronized TableReader open(FileMetadata file) throws IOException {
    TableReader present = readers.get(file.number());
    if (present != null) {
      return present;
    }
    Path path = directory.resolve(FileNames.of(FileKind.SSTABLE, file.number()));
    TableReader opened =
        TableReader.open(fileSystem, path, file.number(), cache, budget, values, statistics);
    opened.date(file);
    readers.put(file.number(), opened);
    return opened;
  }
}
