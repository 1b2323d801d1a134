package io.sheaf.lsm.db;

import io.sheaf.lsm.cache.BlockCache;
import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.cursor.PointResult;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.lsm.version.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An open store: tables of rows in key order, written in atomic batches, read by key and by cursor.
 *
 * <p><b>Promises.</b> A batch is there whole or not at all. After a crash the store holds a prefix
 * of the writes, with every write that was acknowledged under its {@link Durability}. A snapshot
 * never changes. Damage in a file is an error that names file and offset, never a wrong row. After
 * a failed write or sync of the log nothing more is acknowledged: the store is read-only until it
 * is opened again.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 *
 * <p><b>Ownership.</b> Who opened it closes it. Cursors and snapshots that outlive it throw {@link
 * io.sheaf.lsm.io.ClosedException}; what a cursor holds is given back when the cursor is closed.
 */
public final class Db implements AutoCloseable {
  private final Store store;

  private Db(Store store) {
    this.store = store;
  }

  /**
   * Opens the store in {@code directory}.
   *
   * @throws java.nio.file.NoSuchFileException when no store is there and none is to be created
   * @throws io.sheaf.lsm.io.CorruptionException when a file that is needed is damaged
   * @throws IOException when the directory holds something else, is in use by another opener, or
   *     cannot be read or written
   */
  public static Db open(Path directory, DbOptions options, Components components)
      throws IOException {
    return new Db(Store.open(directory, options, components));
  }

  /**
   * The table of this name: created if there is none; if there is one, it has {@code options} from
   * now on, for what is written from now on. Rows that were written while the table kept rows for
   * ever have no write time and never expire; when it begins to expire, all memtables are flushed.
   */
  public Table openTable(String name, TableOptions options) throws IOException {
    return new Table(this, store.openTable(name, options));
  }

  /**
   * The table of this name with the options it has.
   *
   * @throws IllegalArgumentException when there is none; names those that there are
   */
  public Table table(String name) {
    return findTable(name)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no table '" + name + "'; there are " + store.tables().names()));
  }

  /** The table of this name, where there is one. */
  public Optional<Table> findTable(String name) {
    return store.tables().find(name).map(descriptor -> new Table(this, descriptor));
  }

  /** All tables, in the order in which they were created. */
  public List<Table> tables() {
    List<Table> all = new ArrayList<>();
    store.tables().all().forEach(descriptor -> all.add(new Table(this, descriptor)));
    return all;
  }

  /** Removes a table with all its rows. Cursors that are open go on reading it. */
  public void dropTable(Table table) throws IOException {
    check(table);
    store.tables().drop(table.id());
  }

  /** Writes {@code batch} with the durability of the options. */
  public void write(WriteBatch batch) throws IOException {
    write(batch, store.options().durability());
  }

  /**
   * Writes {@code batch}: returns when it is visible and as durable as asked for.
   *
   * @throws IllegalArgumentException when a table is not of this store or was dropped
   * @throws IOException when it could not be written; the store is read-only then
   */
  public void write(WriteBatch batch, Durability durability) throws IOException {
    batch.checkTables(this);
    store.write(batch, durability);
  }

  /**
   * Writes {@code batch} if all conditions hold at the moment when it is its turn, after all
   * batches that were written before it; writes nothing otherwise. So a value that was read can be
   * written changed, without a lock and without losing what others write: read at a snapshot, write
   * under the condition that the row is unchanged since, and where it is not, do it again.
   *
   * @return the condition that does not hold, and nothing was written; empty: all was
   * @throws IllegalArgumentException when a table is not of this store or was dropped
   * @throws io.sheaf.lsm.io.ClosedException when the snapshot of a condition is closed
   * @throws IOException when a condition could not be looked at, and nothing was written; or when
   *     the batch could not be written, and the store is read-only then
   */
  public Optional<WriteCondition> writeIf(
      WriteBatch batch, List<WriteCondition> conditions, Durability durability) throws IOException {
    batch.checkTables(this);
    for (WriteCondition condition : conditions) {
      check(condition.table());
    }
    return Optional.ofNullable(store.writeIf(batch, List.copyOf(conditions), durability));
  }

  /** Sets {@code key} to {@code value}, see {@link #write(WriteBatch)}. */
  public void put(Table table, byte[] key, byte[] value) throws IOException {
    write(new WriteBatch().put(table, key, value));
  }

  /** Removes {@code key}, see {@link #write(WriteBatch)}. */
  public void delete(Table table, byte[] key) throws IOException {
    write(new WriteBatch().delete(table, key));
  }

  /** A copy of the value of {@code key}; null: there is none. */
  public byte @Nullable [] get(Table table, byte[] key) throws IOException {
    return get(table, key, null);
  }

  /** A copy of the value of {@code key} as of {@code snapshot} (null: now); null: there is none. */
  public byte @Nullable [] get(Table table, byte[] key, @Nullable Snapshot snapshot)
      throws IOException {
    check(table);
    PointResult result = store.reader().idleResult();
    try (ReadView view = store.acquireView();
        result) {
      boolean found =
          store.reader().get(view, table.descriptor(), Slice.of(key), sequence(snapshot), result);
      return found ? result.value().toByteArray() : null;
    } finally {
      store.reader().giveBack(result);
    }
  }

  /**
   * Shows the value of {@code key} as of {@code snapshot} (null: now) to {@code consumer}, without
   * copying it.
   *
   * @return whether there is one
   */
  public boolean get(Table table, Slice key, @Nullable Snapshot snapshot, ValueConsumer consumer)
      throws IOException {
    check(table);
    PointResult result = store.reader().idleResult();
    try (ReadView view = store.acquireView();
        result) {
      boolean found = store.reader().get(view, table.descriptor(), key, sequence(snapshot), result);
      if (found) {
        consumer.accept(result.value());
      }
      return found;
    } finally {
      store.reader().giveBack(result);
    }
  }

  /**
   * Copies of the values of {@code keys} at one moment, in their order; null where there is none.
   */
  public List<byte @Nullable []> multiGet(Table table, List<byte[]> keys) throws IOException {
    return multiGet(table, keys, null);
  }

  /** The same as of {@code snapshot} (null: now). */
  public List<byte @Nullable []> multiGet(
      Table table, List<byte[]> keys, @Nullable Snapshot snapshot) throws IOException {
    check(table);
    try (ReadView view = store.acquireView()) {
      return store.reader().multiGet(view, table.descriptor(), keys, sequence(snapshot));
    }
  }

  /** A cursor over a table, not yet on a row. */
  public Cursor cursor(Table table, CursorOptions options) throws IOException {
    check(table);
    store.statistics().increment(Counter.CURSORS);
    ReadView view = store.acquireView();
    try {
      return store.reader().cursor(view, table.descriptor(), options, sequence(options.snapshot()));
    } catch (IOException | RuntimeException | Error e) {
      view.close();
      throw e;
    }
  }

  /**
   * A writer of many rows of one table that come in key order: they go past the log and the
   * memtables into files, and become part of the store all at once by {@link #ingest}. It ends with
   * the store.
   */
  public BulkWriter bulkWriter(Table table) throws IOException {
    check(table);
    return store.bulkWriter(table.descriptor(), store.nowMillis());
  }

  /**
   * Makes what {@code writers} have written part of the store, all or nothing, as if it were one
   * write of this moment: it takes the place of rows with the same keys, and snapshots that are
   * held do not see it. Memtables are flushed first, and writers wait for some milliseconds.
   *
   * <p>A table that was dropped since is left out. A {@link ChangeTail} shows that files were
   * ingested, and of which tables, but not their rows.
   *
   * @return the sequence number of all its rows
   * @throws IOException when it failed: the rows are there after all only if the store turned
   *     read-only
   */
  public long ingest(List<BulkWriter> writers) throws IOException, InterruptedException {
    return store.ingest(List.copyOf(writers));
  }

  /**
   * Follows what is written, from the group of writes on that holds the sequence number {@code
   * fromSequence}; see {@link #lastSequence} for one to begin with. Logs are kept for that as long
   * as the store needs them itself, and as {@link DbOptions#logRetention} says.
   *
   * @param fromSequence 1 or higher
   */
  public ChangeTail tail(long fromSequence) {
    return store.tail(fromSequence);
  }

  /** Sequence number of the last write that is visible; 0: nothing was ever written. */
  public long lastSequence() {
    return store.lastSequence();
  }

  /** The present moment, to read at later. */
  public Snapshot snapshot() {
    store.health().checkOpen();
    return store.snapshotList().take(store::lastSequence);
  }

  /** Writes all memtables to files, and waits for it. */
  public void flush() throws IOException, InterruptedException {
    store.flush();
  }

  /**
   * Merges all files of a table whose keys lie between the bounds into one run, packs value blocks
   * and collects garbage, and waits for it. Memtables are flushed first.
   *
   * @param lower inclusive; null: from the first key
   * @param upper exclusive; null: to the last key
   */
  public void compact(Table table, byte @Nullable [] lower, byte @Nullable [] upper)
      throws IOException, InterruptedException {
    check(table);
    store.flush();
    store
        .compactor()
        .compact(
            table.id(),
            lower == null ? null : Slice.of(lower),
            upper == null ? null : Slice.of(upper));
  }

  /** Waits until flushes and compactions have nothing left to do. Memtables that fill are left. */
  public void awaitIdle() throws IOException, InterruptedException {
    store.awaitIdle();
  }

  /**
   * Makes {@code target} a store of its own with all that was written before the call; files are
   * shared by hard links, so both must lie on one device.
   */
  public void checkpoint(Path target) throws IOException, InterruptedException {
    store.checkpoint(target);
  }

  /** The counters since opening. */
  public Statistics statistics() {
    return store.statistics();
  }

  /** Which files make up the store now. */
  public Version version() {
    try (ReadView view = store.acquireView()) {
      return view.pinned().version();
    }
  }

  /** The memory of the store, and who has how much of it. */
  public MemoryBudget memory() {
    return store.budget();
  }

  /** The cache of blocks. */
  public BlockCache cache() {
    return store.cache();
  }

  /** Whether writers are slowed now, and why. */
  public WritePressure pressure() {
    return store.pressure();
  }

  /**
   * Whether the device is so full that puts are refused while deletes are taken: who joins batches
   * of several callers does better not to then, as each is taken or refused as a whole. By what was
   * seen last, so it costs next to nothing.
   */
  public boolean isShortOfSpace() {
    return store.isShortOfSpace();
  }

  /** Directory of the store. */
  public Path directory() {
    return store.directory();
  }

  /** The failure that made the store read-only; empty while it takes writes. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(store.health().failure());
  }

  /**
   * Makes all writes durable, stops the background, ends bulk writers and closes the files.
   *
   * @throws IOException when not all that was acknowledged is durable; everything is closed all the
   *     same
   */
  @Override
  public void close() throws IOException {
    store.close();
  }

  void check(Table table) {
    store.health().checkOpen();
    if (!table.belongsTo(this)) {
      throw new IllegalArgumentException(table + " belongs to another store");
    }
    if (!store.tables().has(table.id())) {
      throw new IllegalArgumentException(table + " was dropped");
    }
  }

  private long sequence(@Nullable Snapshot snapshot) {
    if (snapshot == null) {
      return store.lastSequence();
    }
    if (snapshot.isClosed()) {
      throw new io.sheaf.lsm.io.ClosedException("the snapshot");
    }
    return snapshot.sequence();
  }
}
