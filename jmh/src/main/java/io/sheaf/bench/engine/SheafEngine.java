package io.sheaf.bench.engine;

import io.sheaf.engine.Sheaf;
import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.testdata.RowKey;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Sheaf, in one configuration for all phases: its defaults, with up to three quarters of the memory
 * for memtables; what they do not need, the cache has.
 *
 * <p><em>Thread safety:</em> as {@link RaceEngine} says.
 */
final class SheafEngine implements RaceEngine {
  private static final String TABLE = "message";

  private final Db db;
  private final Table table;

  private SheafEngine(Db db, Table table) {
    this.db = db;
    this.table = table;
  }

  static SheafEngine open(EngineSettings settings) throws IOException {
    DbOptions options =
        DbOptions.DEFAULT
            .withMemory(settings.memoryBytes(), settings.memoryBytes() / 4 * 3)
            .withDurability(settings.synced() ? Durability.SYNC : Durability.WRITTEN);
    TableOptions tableOptions =
        TableOptions.DEFAULT
            .withPrefix(new FixedPrefix(RowKey.PREFIX_BYTES))
            .withTtlMillis(settings.timeToLive().toMillis());
    Db db = Sheaf.open(settings.directory(), options);
    try {
      return new SheafEngine(db, db.openTable(TABLE, tableOptions));
    } catch (IOException | RuntimeException e) {
      db.close();
      throw e;
    }
  }

  @Override
  public RowBatch newBatch() {
    return new Batch();
  }

  @Override
  public RowReader newReader() {
    return new SheafReader(db, table);
  }

  @Override
  public void flush() throws IOException, InterruptedException {
    db.flush();
  }

  @Override
  public long awaitIdle() throws IOException, InterruptedException {
    db.awaitIdle();
    return System.nanoTime();
  }

  @Override
  public String note() {
    return "sheaf: its defaults, up to three quarters of the memory for memtables; bytes on disk are kept to "
        + DbOptions.DEFAULT.compaction().maxSpaceAmplification()
        + " of what is live";
  }

  @Override
  public void close() throws IOException {
    db.close();
  }

  private final class Batch implements RowBatch {
    private final WriteBatch batch = new WriteBatch();
    private final Slice keySlice = new Slice();
    private final Slice valueSlice = new Slice();
    private byte[] keyBytes = {};
    private byte[] valueBytes = {};
    private MemorySegment valueSegment = MemorySegment.ofArray(valueBytes);

    @Override
    @SuppressWarnings("ReferenceEquality") // whether it is still the array that is looked at
    public void put(byte[] key, byte[] value, int valueLength) {
      if (value != valueBytes) {
        valueBytes = value;
        valueSegment = MemorySegment.ofArray(value);
      }
      batch.put(table, view(key), valueSlice.set(valueSegment, 0, valueLength));
    }

    @Override
    public void delete(byte[] key) {
      batch.delete(table, view(key));
    }

    /** A view of the array, which is mostly the one of the row before, filled anew. */
    @SuppressWarnings("ReferenceEquality")
    private Slice view(byte[] key) {
      if (key != keyBytes) {
        keyBytes = key;
        keySlice.set(key);
      }
      return keySlice;
    }

    @Override
    public void write() throws IOException {
      db.write(batch);
      batch.clear();
    }

    @Override
    public void close() {
      batch.clear();
    }
  }
}
