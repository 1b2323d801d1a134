package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.compact.RunBuilder;
import io.sheaf.lsm.memtable.MemTable;
import io.sheaf.lsm.value.ValueStore;
import io.sheaf.lsm.version.PinnedVersion;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.lsm.version.VersionSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Builders of runs with what the options of their table ask for.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class RunBuilders {
  private final Components components;
  private final Path directory;
  private final VersionSet versions;
  private final ValueStore values;
  private final Dictionaries dictionaries;
  private final long targetFileBytes;

  RunBuilders(
      Components components,
      Path directory,
      VersionSet versions,
      ValueStore values,
      Dictionaries dictionaries,
      long targetFileBytes) {
    this.components = components;
    this.directory = directory;
    this.versions = versions;
    this.values = values;
    this.dictionaries = dictionaries;
    this.targetFileBytes = targetFileBytes;
  }

  /** A builder that compresses with the dictionary of what the table has. */
  RunBuilder forMerge(TableDescriptor table, int level, boolean oldestRun) throws IOException {
    return with(table, level, oldestRun, known(table));
  }

  /** The dictionary of what the table has; null: none. */
  @Nullable Dictionary known(TableDescriptor table) throws IOException {
    try (PinnedVersion pinned = versions.pin()) {
      return dictionaries.forMerge(table, pinned.version().table(table.id()));
    }
  }

  /** Makes the builders of a run of {@code rows}, all with the same dictionary. */
  Supplier<RunBuilder> forFlush(TableDescriptor table, MemTable rows) throws IOException {
    try (PinnedVersion pinned = versions.pin()) {
      Dictionary dictionary =
          dictionaries.forFlush(table, pinned.version().table(table.id()), rows);
      return () -> forFlush(table, dictionary);
    }
  }

  /** A builder of the newest run of a table. */
  RunBuilder forFlush(TableDescriptor table, @Nullable Dictionary dictionary) {
    return with(table, 0, false, dictionary);
  }

  private RunBuilder with(
      TableDescriptor table, int level, boolean oldestRun, @Nullable Dictionary dictionary) {
    TableOptions of = table.options();
    return new RunBuilder(
        new RunBuilder.Settings(
            components.fileSystem(),
            directory,
            versions::newFileNumber,
            table,
            components.policies().apply(of),
            values,
            level,
            oldestRun,
            oldestRun ? of.bottomCompression() : of.compression(),
            dictionary,
            targetFileBytes));
  }
}
