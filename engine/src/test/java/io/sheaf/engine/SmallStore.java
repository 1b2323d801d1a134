package io.sheaf.engine;

import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.CompactionLimits;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.valuelog.ValueLog;
import io.sheaf.valuelog.ValueLogOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A store of all its parts with little memory, small files and small blocks: a few writes make
 * flushes, merges and value files.
 */
public final class SmallStore {
  /** Where it is on a simulated disk. */
  public static final Path DIRECTORY = Path.of("/store");

  /** Little memory, small files. */
  public static final DbOptions OPTIONS =
      DbOptions.DEFAULT
          .withMemory(16 << 20, 64 << 10)
          .withDurability(Durability.WRITTEN)
          .withBufferedMillis(5)
          .withCompaction(new CompactionLimits(2, 1.25, 0, 8 << 10, 4));

  /** Small blocks. */
  public static final TableOptions TABLE =
      TableOptions.DEFAULT
          .withPrefix(new FixedPrefix(2))
          .withSeparationBytes(512)
          .withBlockBytes(1024, 1024);

  /** Small blocks, and a dictionary that a few rows are enough to learn. */
  public static final TableOptions TABLE_WITH_DICTIONARY =
      TABLE.withDictionaryBytes(Dictionary.MIN_BYTES);

  private static final ValueLogOptions VALUES = ValueLogOptions.DEFAULT.withFileBytes(8 << 10);

  private SmallStore() {}

  /** Its parts on a disk: a few value blocks fill a value file. */
  public static Components parts(FileSystem disk) {
    return Sheaf.components()
        .withFileSystem(disk)
        .withValues((fileSystem, directory, fileNumbers, cache, budget, statistics) ->
            new ValueLog(fileSystem, directory, fileNumbers, cache, budget, statistics, VALUES));
  }

  /** Opens or creates it. */
  public static Db open(FileSystem disk) throws IOException {
    return open(disk, OPTIONS);
  }

  /** Opens or creates it with other options. */
  public static Db open(FileSystem disk, DbOptions options) throws IOException {
    return Db.open(DIRECTORY, options, parts(disk));
  }

  /** Opens what is in another directory. */
  public static Db open(FileSystem disk, Path directory) throws IOException {
    return Db.open(directory, OPTIONS, parts(disk));
  }

  /** All rows that a cursor shows. */
  public static NavigableMap<Slice, Slice> rows(Db db, Table table, CursorOptions options)
      throws IOException {
    NavigableMap<Slice, Slice> rows = new TreeMap<>();
    try (Cursor cursor = db.cursor(table, options)) {
      while (cursor.next()) {
        rows.put(Slice.copyOf(cursor.key()), Slice.copyOf(cursor.value()));
      }
    }
    return rows;
  }
}
