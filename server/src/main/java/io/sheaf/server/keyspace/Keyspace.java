package io.sheaf.server.keyspace;

import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.WriteBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Keys, as Redis has them, in tables of the engine.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads; transactions are for one.
 *
 * <p><b>Ownership.</b> The store is the caller's.
 */
public final class Keyspace {
  private static final byte[] STREAM_NUMBERS = "n".getBytes(StandardCharsets.US_ASCII);
  private static final long NUMBERS_AT_ONCE = 1 << 10;
  private static final int LARGE_BATCH_BYTES = 1 << 20;

  private final Db db;
  private final KeyTables tables;
  private final LongSupplier clock;
  private final KeyLocks locks = new KeyLocks();
  private final KeyListeners listeners = new KeyListeners();
  private final KeyCounts counts = new KeyCounts();
  private final ThreadLocal<WriteBatch> batches = ThreadLocal.withInitial(WriteBatch::new);
  private final ThreadLocal<ArrayDeque<RowMemory>> memories =
      ThreadLocal.withInitial(ArrayDeque::new);
  private final ReentrantLock largeWork = new ReentrantLock(true);
  private final LongAdder expired = new LongAdder();
  private final Object numbering = new Object();
  private long nextNumber;
  private long numbersGivenOut;

  private Keyspace(Db db, KeyTables tables, LongSupplier clock) {
    this.db = db;
    this.tables = tables;
    this.clock = clock;
  }

  /** The keys in {@code db}; its tables are created where they are missing. */
  public static Keyspace open(Db db, LongSupplier clock) throws IOException {
    Keyspace keyspace = new Keyspace(db, KeyTables.open(db), clock);
    keyspace.readCounts();
    return keyspace;
  }

  private void readCounts() throws IOException {
    try (Cursor cursor = db.cursor(tables.counts(), CursorOptions.ALL)) {
      while (cursor.next()) {
        long value = cursor.value().longAt(0);
        byte[] rowKey = cursor.key().toByteArray();
        if (KeyCounts.isCount(rowKey)) {
          counts.read(rowKey, value);
        } else {
          numbersGivenOut = value;
          nextNumber = value;
        }
      }
    }
  }

  /** The present, in milliseconds since 1970. */
  public long nowMillis() {
    return clock.getAsLong();
  }

  /** Begins to read, and to change what the caller has locked; the caller closes or commits it. */
  public Transaction begin() {
    return new Transaction(this, clock.getAsLong());
  }

  /** The locks of keys. */
  public KeyLocks locks() {
    return locks;
  }

  /** Who wants to know of changes. */
  public KeyListeners listeners() {
    return listeners;
  }

  /** The tables. */
  public KeyTables tables() {
    return tables;
  }

  /** The store. */
  public Db db() {
    return db;
  }

  /** How many keys were removed because they had expired. */
  public long expiredKeys() {
    return expired.sum();
  }

  /** Counts a key that was removed because it had expired. */
  public void keyExpired() {
    expired.increment();
  }

  /** Sets the counters to zero. */
  public void resetCounters() {
    expired.reset();
  }

  /** Removes {@code key} if it has expired, unless another changes it just now. */
  public void removeExpired(byte[] key) throws IOException {
    try (KeyLocks.Held held = locks.tryLock(KeyPlace.of(key))) {
      if (held != null) {
        try (Transaction transaction = begin()) {
          if (transaction.deleteExpired(key)) {
            transaction.commit();
            keyExpired();
          }
        }
      }
    }
  }

  /** How many keys there are; those that have expired count until they are removed. */
  public long size() {
    return counts.sum();
  }

  /** A number that no stream has had, in this store, ever. */
  public long newStreamNumber() throws IOException {
    synchronized (numbering) {
      if (nextNumber == numbersGivenOut) {
        long more = numbersGivenOut + NUMBERS_AT_ONCE;
        db.put(tables.counts(), STREAM_NUMBERS, bytes(more));
        numbersGivenOut = more;
      }
      return ++nextNumber;
    }
  }

  WriteBatch emptyBatch() {
    WriteBatch batch = batches.get();
    batch.clear();
    return batch;
  }

  /** Lets the batch of this thread go if it is large: it would keep its memory as it is. */
  void dropLargeBatch() {
    if (batches.get().sizeBytes() > LARGE_BATCH_BYTES) {
      batches.remove();
    }
  }

  /** Held by the one transaction that takes much memory; see {@link Transaction#beginLarge}. */
  ReentrantLock largeWork() {
    return largeWork;
  }

  /** Memory for a transaction of this thread. */
  RowMemory takeMemory() {
    RowMemory idle = memories.get().poll();
    return idle == null ? new RowMemory() : idle;
  }

  /** Takes memory back from the thread that took it. */
  void giveBack(RowMemory memory) {
    memory.clear();
    memories.get().push(memory);
  }

  KeyCounts counts() {
    return counts;
  }

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }
}
