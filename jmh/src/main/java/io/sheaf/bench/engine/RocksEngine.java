package io.sheaf.bench.engine;

import io.sheaf.testdata.Row;
import io.sheaf.testdata.RowKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.TtlDB;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB through its Java API, with direct buffers wherever the API takes them: each saves a copy.
 *
 * <p>Rows that expire are in a {@link TtlDB}, which drops them in compactions; {@link RocksOptions}
 * says why.
 *
 * <p><em>Thread safety:</em> as {@link RaceEngine} says.
 */
final class RocksEngine implements RaceEngine {
  private static final byte[] DEFAULT_FAMILY = "default".getBytes(StandardCharsets.UTF_8);
  private static final List<String> RUNNING =
      List.of(
          "rocksdb.mem-table-flush-pending",
          "rocksdb.num-running-flushes",
          "rocksdb.num-running-compactions");
  private static final String PENDING = "rocksdb.compaction-pending";
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** So long may a compaction be pending and not begin before it is taken to be none. */
  private static final long NEVER_BEGINS_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final RocksOptions options;
  private final RocksDB db;
  private final List<ColumnFamilyHandle> families;
  private final WriteOptions writeOptions;

  private RocksEngine(
      RocksOptions options,
      RocksDB db,
      List<ColumnFamilyHandle> families,
      WriteOptions writeOptions) {
    this.options = options;
    this.db = db;
    this.families = families;
    this.writeOptions = writeOptions;
  }

  static RocksEngine open(EngineName name, EngineSettings settings) throws IOException {
    RocksDB.loadLibrary();
    RocksOptions options = RocksOptions.of(name, settings);
    try {
      List<ColumnFamilyHandle> families = new ArrayList<>();
      RocksDB db = open(options, settings, families);
      return new RocksEngine(options, db, families, new WriteOptions().setSync(settings.synced()));
    } catch (RocksDBException e) {
      options.close();
      throw new IOException("cannot open " + settings.directory() + ": " + e.getMessage(), e);
    }
  }

  private static RocksDB open(
      RocksOptions options, EngineSettings settings, List<ColumnFamilyHandle> handles)
      throws RocksDBException {
    String path = settings.directory().toString();
    List<ColumnFamilyDescriptor> families =
        List.of(new ColumnFamilyDescriptor(DEFAULT_FAMILY, options.family()));
    if (settings.expires()) {
      List<Integer> seconds = List.of(Math.toIntExact(settings.timeToLive().toSeconds()));
      return TtlDB.open(options.database(), path, families, handles, seconds, false);
    }
    return RocksDB.open(options.database(), path, families, handles);
  }

  @Override
  public RowBatch newBatch() {
    return new Batch();
  }

  @Override
  public RowReader newReader() {
    return new RocksReader(db, !(db instanceof TtlDB));
  }

  @Override
  public void flush() throws IOException {
    try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
      db.flush(wait);
    } catch (RocksDBException e) {
      throw new IOException("flush failed: " + e.getMessage(), e);
    }
  }

  @Override
  public long awaitIdle() throws IOException, InterruptedException {
    long quietSince = System.nanoTime();
    while (true) {
      long now = System.nanoTime();
      if (isAny(RUNNING)) {
        quietSince = now;
      }
      long quiet = now - quietSince;
      if (quiet > NEVER_BEGINS_NANOS || (quiet > QUIET_NANOS && !isAny(List.of(PENDING)))) {
        return quietSince;
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private boolean isAny(List<String> properties) throws IOException {
    try {
      for (String property : properties) {
        if (db.getLongProperty(property) > 0) {
          return true;
        }
      }
      return false;
    } catch (RocksDBException e) {
      throw new IOException("cannot ask what runs: " + e.getMessage(), e);
    }
  }

  @Override
  public String note() {
    return options.note();
  }

  @Override
  public void close() throws IOException {
    writeOptions.close();
    families.forEach(ColumnFamilyHandle::close);
    try {
      db.closeE();
    } catch (RocksDBException e) {
      throw new IOException("close failed: " + e.getMessage(), e);
    } finally {
      db.close();
      options.close();
    }
  }

  private final class Batch implements RowBatch {
    private final WriteBatch batch = new WriteBatch();
    private final ByteBuffer keyBuffer = ByteBuffer.allocateDirect(RowKey.BYTES);
    private ByteBuffer valueBuffer = ByteBuffer.allocateDirect(new Row().value().length);

    @Override
    public void put(byte[] key, byte[] value, int valueLength) throws IOException {
      if (valueLength > valueBuffer.capacity()) {
        valueBuffer = ByteBuffer.allocateDirect(valueLength);
      }
      keyBuffer.clear().put(key).flip();
      valueBuffer.clear().put(value, 0, valueLength).flip();
      try {
        batch.put(keyBuffer, valueBuffer);
      } catch (RocksDBException e) {
        throw new IOException("put failed: " + e.getMessage(), e);
      }
    }

    @Override
    public void delete(byte[] key) throws IOException {
      keyBuffer.clear().put(key).flip();
      try {
        batch.delete(keyBuffer);
      } catch (RocksDBException e) {
        throw new IOException("delete failed: " + e.getMessage(), e);
      }
    }

    @Override
    public void write() throws IOException {
      try {
        db.write(writeOptions, batch);
      } catch (RocksDBException e) {
        throw new IOException("write failed: " + e.getMessage(), e);
      }
      batch.clear();
    }

    @Override
    public void close() {
      batch.close();
    }
  }
}
