package io.sheaf.engine.inspect;

import io.sheaf.lsm.cache.BlockCache;
import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.io.Cleanup;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.sstable.TableReader;
import io.sheaf.lsm.sstable.TableSalvage;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.ValueStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * Opens files of a store that is not open itself, with a little memory.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> Who made it closes it,
 * after all that it has opened.
 */
public final class StoreFileReaders implements AutoCloseable {
  private static final long MEMORY_BYTES = 64L << 20;

  private final FileSystem fileSystem;
  private final Path directory;
  private final Statistics statistics = new Statistics();
  private final MemoryBudget budget;
  private final BlockCache cache;
  private final ValueStore values;

  /**
   * For files in {@code directory}.
   *
   * @param fileNumbers numbers of new value files
   */
  public StoreFileReaders(Components parts, Path directory, LongSupplier fileNumbers) {
    this(parts, directory, fileNumbers, MEMORY_BYTES);
  }

  /** The same with this much memory, in bytes. */
  public StoreFileReaders(
      Components parts, Path directory, LongSupplier fileNumbers, long memoryBytes) {
    this.budget = new MemoryBudget(memoryBytes);
    this.fileSystem = parts.fileSystem();
    this.directory = directory;
    Cleanup undo = new Cleanup();
    try {
      this.cache = undo.add(new BlockCache(budget, statistics));
      this.values =
          parts.values().create(fileSystem, directory, fileNumbers, cache, budget, statistics);
    } catch (Throwable e) {
      undo.run(e);
      throw e;
    }
  }

  /** An SSTable; the caller closes it. */
  public TableReader table(long number) throws IOException {
    return TableReader.open(fileSystem, path(number), number, cache, budget, values, statistics);
  }

  /** What can be read of an SSTable; the caller closes it. */
  public TableSalvage salvage(long number) throws IOException {
    return TableSalvage.open(fileSystem, path(number), number, cache, budget, values, statistics);
  }

  /** The separated values. */
  public ValueStore values() {
    return values;
  }

  /** The memory that is used. */
  public MemoryBudget budget() {
    return budget;
  }

  private Path path(long number) {
    return directory.resolve(FileNames.of(FileKind.SSTABLE, number));
  }

  @Override
  public void close() throws IOException {
    try {
      values.close();
    } finally {
      cache.close();
    }
  }
}
