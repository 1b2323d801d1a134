package io.sheaf.engine;

import io.sheaf.compaction.CompactionScheduler;
import io.sheaf.grouping.PrefixExtractors;
import io.sheaf.grouping.PrefixGrouping;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.io.DiskFileSystem;
import io.sheaf.valuelog.ValueLog;
import io.sheaf.valuelog.ValueLogOptions;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The door for who embeds the store: puts the LSM tree, the grouped memtable, the value log and
 * compaction together.
 *
 * <pre>{@code
 * try (Db db = Sheaf.open(Path.of("messages"), DbOptions.DEFAULT)) {
 *   Table table = db.openTable("messages", TableOptions.DEFAULT.withPrefix(new FixedPrefix(8)));
 *   db.put(table, key, value);
 * }
 * }</pre>
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class Sheaf {
  private Sheaf() {}

  /**
   * Opens the store in {@code directory}; the caller closes it.
   *
   * @throws IOException see {@link Db#open}
   * @throws IllegalArgumentException when the JVM does not allow the store its memory off the heap
   */
  public static Db open(Path directory, DbOptions options) throws IOException {
    DirectMemory.check(options);
    return Db.open(directory, options, components());
  }

  /** The parts that {@link #open} puts together, for who wants to exchange one of them. */
  public static Components components() {
    return new Components(
        new DiskFileSystem(),
        System::currentTimeMillis,
        PrefixGrouping.memTables(),
        PrefixExtractors::resolve,
        PrefixGrouping::policy,
        (fileSystem, directory, fileNumbers, cache, budget, statistics) ->
            new ValueLog(
                fileSystem,
                directory,
                fileNumbers,
                cache,
                budget,
                statistics,
                ValueLogOptions.DEFAULT),
        CompactionScheduler::new);
  }
}
