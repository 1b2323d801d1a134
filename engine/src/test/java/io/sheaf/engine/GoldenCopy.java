package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.Compactor;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.WritableFile;
import io.sheaf.testdata.GoldenStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A golden store in a directory where it may be opened, changed and damaged. */
record GoldenCopy(GoldenStore golden, FileSystem files, Path directory) {
  /** Copies all files of {@code golden} to {@code directory}, which is made. */
  static GoldenCopy of(GoldenStore golden, FileSystem files, Path directory) throws IOException {
    GoldenCopy copy = new GoldenCopy(golden, files, directory);
    files.createDirectories(directory);
    for (String name : golden.files()) {
      copy.write(name, golden.content(name));
    }
    return copy;
  }

  /** Puts a file with this content in the place of the one there is. */
  void write(String name, byte[] content) throws IOException {
    Path path = directory.resolve(name);
    if (files.exists(path)) {
      files.delete(path);
    }
    try (WritableFile file = files.create(path)) {
      file.write(ByteBuffer.wrap(content));
    }
  }

  /** The store, opened at its time. */
  Db open(Supplier<Compactor> compactor) throws IOException {
    return Db.open(
        directory,
        DbOptions.DEFAULT.withCreateIfMissing(false).withMemory(64 << 20, 1 << 20),
        Sheaf.components()
            .withFileSystem(files)
            .withClock(golden::timeMillis)
            .withCompactors(compactor));
  }

  /** Checks that {@code db} has these tables, rows and no others, whichever way they are read. */
  static void check(Db db, Map<String, NavigableMap<byte[], byte[]>> expected) throws IOException {
    assertEquals(
        expected.keySet(), db.tables().stream().map(Table::name).collect(Collectors.toSet()));
    for (Map.Entry<String, NavigableMap<byte[], byte[]>> each : expected.entrySet()) {
      Table table = db.table(each.getKey());
      NavigableMap<byte[], byte[]> rows = each.getValue();
      checkScan(db, table, CursorOptions.ALL, rows);
      checkScan(db, table, CursorOptions.ALL.reversed(), rows.descendingMap());
      List<byte[]> keys = List.copyOf(rows.keySet());
      for (byte[] key : keys) {
        assertArrayEquals(rows.get(key), db.get(table, key), () -> table + " " + Slice.of(key));
      }
    }
  }

  private static void checkScan(
      Db db, Table table, CursorOptions options, NavigableMap<byte[], byte[]> rows)
      throws IOException {
    try (Cursor cursor = db.cursor(table, options)) {
      for (Map.Entry<byte[], byte[]> row : rows.entrySet()) {
        Slice key = Slice.of(row.getKey());
        assertTrue(cursor.next(), () -> table + " ends before " + key);
        assertEquals(key, cursor.key(), table::toString);
        assertEquals(Slice.of(row.getValue()), cursor.value(), () -> table + " " + key);
      }
      assertFalse(cursor.next(), () -> table + " goes on behind its last row");
    }
  }
}
