package io.sheaf.engine;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.CompactionLimits;
import io.sheaf.lsm.compact.Compactor;
import io.sheaf.lsm.db.BulkWriter;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A golden store while it is written: the open store, and beside it a model of what is in it, from
 * which the list of its rows is made.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> The creator closes it.
 */
final class GoldenStoreDraft implements AutoCloseable {
  private final FileSystem files;
  private final Path directory;
  private final Compression logCompression;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, TableOptions> options = new TreeMap<>();
  private final Map<String, Table> open = new HashMap<>();
  private final StoreModel model = new StoreModel(8);
  private long nowMillis = 1_700_000_000_000L;
  private Db db;

  GoldenStoreDraft(
      FileSystem files, Path directory, Compression logCompression, Supplier<Compactor> compactor)
      throws IOException {
    this.files = files;
    this.directory = directory;
    this.logCompression = logCompression;
    this.db = open(compactor);
  }

  private Db open(Supplier<Compactor> compactor) throws IOException {
    return Db.open(
        directory,
        DbOptions.DEFAULT
            .withMemory(64 << 20, 1 << 20)
            .withLogCompression(logCompression)
            .withCompaction(new CompactionLimits(1, 100, 0, 64 << 20, 2)),
        Sheaf.components()
            .withFileSystem(files)
            .withClock(() -> nowMillis)
            .withCompactors(compactor)
            .withStoreIds(() -> StoreId.of(0x5ea5_1de5)));
  }

  /** Closes the store and opens it with another compactor. */
  void reopen(Supplier<Compactor> compactor) throws IOException {
    db.close();
    db = open(compactor);
    open.clear();
    for (String name : options.keySet()) {
      open.put(name, db.table(name));
    }
  }

  void passTime(long millis) {
    nowMillis += millis;
  }

  void table(String name, TableOptions of) throws IOException {
    numbers.put(name, numbers.size());
    options.put(name, of);
    open.put(name, db.openTable(name, of));
  }

  void drop(String name) throws IOException {
    db.dropTable(table(name));
    options.remove(name);
    open.remove(name);
  }

  /** Changes that are written together. */
  final class Changes {
    private final WriteBatch batch = new WriteBatch();

    Changes put(String table, byte[] key, byte[] value) {
      batch.put(table(table), key, value);
      model.put(number(table), key, value, nowMillis);
      return this;
    }

    Changes delete(String table, byte[] key) {
      batch.delete(table(table), key);
      model.delete(number(table), key);
      return this;
    }

    Changes deleteRange(String table, byte[] from, byte[] to) {
      batch.deleteRange(table(table), from, to);
      model.deleteRange(number(table), from, to);
      return this;
    }

    void write() throws IOException {
      db.write(batch);
    }
  }

  Changes changes() {
    return new Changes();
  }

  void flush() throws IOException, InterruptedException {
    db.flush();
  }

  /** Adds rows, which come in key order, as files. */
  void ingest(String table, SortedMap<byte[], byte[]> rows)
      throws IOException, InterruptedException {
    try (BulkWriter bulk = db.bulkWriter(table(table))) {
      for (Map.Entry<byte[], byte[]> row : rows.entrySet()) {
        bulk.put(row.getKey(), row.getValue());
        model.put(number(table), row.getKey(), row.getValue(), nowMillis);
      }
      db.ingest(List.of(bulk));
    }
  }

  /** Flushes, and waits for the merges that follow. */
  void merge() throws IOException, InterruptedException {
    db.flush();
    db.awaitIdle();
  }

  private Table table(String name) {
    return Objects.requireNonNull(open.get(name), name);
  }

  private int number(String name) {
    return Objects.requireNonNull(numbers.get(name), name);
  }

  @Override
  public void close() throws IOException {
    db.close();
  }

  /** Names of the files of the store, which is closed; the lock is none of them. */
  List<String> fileNames() throws IOException {
    List<String> names = new ArrayList<>(files.list(directory));
    names.remove(FileNames.LOCK);
    names.sort(null);
    return names;
  }

  /** The list of files and rows, as {@link io.sheaf.testdata.GoldenStore} reads it. */
  String description() throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("# written by GoldenStoreWriter; see docs/format.md\n");
    text.append("time ").append(nowMillis).append('\n');
    for (String name : fileNames()) {
      text.append("file ").append(name).append('\n');
    }
    options.forEach((name, of) -> {
      text.append("table ").append(name).append('\n');
      long expired = of.expires() ? nowMillis - of.ttlMillis() : Long.MIN_VALUE;
      for (Slice key : model.keys(number(name))) {
        byte[] value = model.get(number(name), key.toByteArray(), expired);
        if (value != null) {
          text.append("row ").append(hex(key.toByteArray())).append(' ').append(hex(value));
          text.append('\n');
        }
      }
    });
    return text.toString();
  }

  private static String hex(byte[] bytes) {
    return bytes.length == 0 ? "-" : HexFormat.of().formatHex(bytes);
  }
}
