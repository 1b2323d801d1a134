package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.version.TableDescriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The path of writes: who comes takes a place in the queue and then the lock; who has the lock and
 * is not yet served leads, and writes for all who wait by then, as one group: one log record, one
 * sync where one of them asks for it, then the memtables, then the new sequence number becomes
 * visible.
 *
 * <p>A group that nobody wants {@link Durability#WRITTEN} or better may stay in memory for a while;
 * the next record then begins with it, so that the log holds the writes in their order.
 *
 * <p>When log or memtable fails, the whole group is refused and the store turns read-only: what the
 * log holds of the group is unknown until it is opened again.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 *
 * <p><b>Source.</b> Group commit: DeWitt et al., "Implementation techniques for main memory
 * database systems", 1984.
 */
final class WriteQueue implements AutoCloseable {
  private static final int BUFFERED_BYTES = 64 << 10;

  private final Health health;
  private final ReadViews views;
  private final Logs logs;
  private final Supplier<Map<Integer, TableDescriptor>> tables;
  private final Supplier<Generation> newGeneration;
  private final Runnable wakeFlusher;
  private final WriteController controller;
  private final LongSupplier clock;
  private final long generationBytes;
  private final Statistics statistics;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition roomMade = lock.newCondition();
  private final WriteGroup group = new WriteGroup(WriteBatch.MAX_BATCH_BYTES);
  private final GrowableBuffer payload = new GrowableBuffer(64 << 10);
  private final Applier applier = new Applier();
  private long payloadFirstSequence;
  private int payloadCount;
  private volatile Generation active;
  private volatile long lastSequence;
  private long lastTimeMillis;

  WriteQueue(
      Health health,
      ReadViews views,
      Logs logs,
      Supplier<Map<Integer, TableDescriptor>> tables,
      Supplier<Generation> newGeneration,
      Runnable wakeFlusher,
      WriteController controller,
      LongSupplier clock,
      long generationBytes,
      Statistics statistics,
      Generation active,
      long lastSequence,
      long lastTimeMillis) {
    this.health = health;
    this.views = views;
    this.logs = logs;
    this.tables = tables;
    this.newGeneration = newGeneration;
    this.wakeFlusher = wakeFlusher;
    this.controller = controller;
    this.clock = clock;
    this.generationBytes = generationBytes;
    this.statistics = statistics;
    this.active = active;
    this.lastSequence = lastSequence;
    this.lastTimeMillis = lastTimeMillis;
  }

  /** Highest sequence number that is visible. */
  long lastSequence() {
    return lastSequence;
  }

  /** Share of the filling memtables that is taken, 0 to 1 and above. */
  double fill() {
    return (double) active.memoryBytes() / generationBytes;
  }

  void write(WriteBatch batch, Durability durability) throws IOException {
    WriteGroup.Waiting mine = group.await(batch, durability);
    lock.lock();
    try {
      while (!mine.isDone()) {
        lead(mine);
      }
    } finally {
      lock.unlock();
    }
    rethrow(mine.failure());
  }

  /** Hands on what {@link Durability#BUFFERED} writes left in memory. */
  void handOn() {
    lock.lock();
    try {
      if (!health.isClosed()) {
        appendPayload();
      }
    } catch (IOException e) {
      health.fail(e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes the memtables that fill now the ones to be flushed, unless they are empty.
   *
   * @return the memtables to wait for; null: nothing is to be flushed
   */
  @Nullable Generation switchMemtables() throws IOException, InterruptedException {
    lock.lock();
    try {
      health.checkWritable();
      while (!active.isEmpty() && views.generations().size() > 1) {
        roomMade.await();
        health.checkWritable();
      }
      if (active.isEmpty()) { // from the beginning, or switched by another while this one waited
        return null;
      }
      Generation full = active;
      beginGeneration();
      return full;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until {@code flushed} is no longer among the memtables. */
  void awaitFlushed(Generation flushed) throws IOException, InterruptedException {
    lock.lock();
    try {
      while (views.generations().contains(flushed)) {
        health.checkWritable();
        roomMade.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Says that memtables were flushed: there is room, and logs below {@code nextLogNumber} are not
   * needed any more. When nothing was written since, no log takes room.
   *
   * @return whether nothing was written since
   */
  boolean flushed(long nextLogNumber) throws IOException {
    lock.lock();
    try {
      logs.retireBelow(nextLogNumber);
      boolean nothingWritten = active.isEmpty() && views.generations().size() == 1;
      if (nothingWritten) {
        logs.trim();
      }
      roomMade.signalAll();
      return nothingWritten;
    } finally {
      lock.unlock();
    }
  }

  /** Lets all who wait for room look at the store's health. */
  void wakeAll() {
    lock.lock();
    try {
      roomMade.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Makes all that was written durable and ends the log. The store's health is closed before. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try (payload;
        logs) {
      roomMade.signalAll();
      appendPayload();
    } finally {
      lock.unlock();
    }
  }

  private static void rethrow(@Nullable Throwable failure) throws IOException {
    switch (failure) {
      case null -> {}
      case IOException e -> throw new IOException(e.getMessage(), e);
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IOException(e);
    }
  }

  private void lead(WriteGroup.Waiting mine) {
    Throwable failure = null;
    try {
      health.checkWritable();
      makeRoom();
      if (mine.isDone()) {
        return; // another has led while this one waited for room
      }
      group.gather();
      commit();
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
      if (group.batches().isEmpty()) {
        group.gather();
      }
    } finally {
      group.end(failure);
    }
  }

  private void commit() throws IOException {
    boolean sync = false;
    boolean written = false;
    int count = 0;
    long userBytes = 0;
    long timeMillis = Math.max(lastTimeMillis, clock.getAsLong());
    Map<Integer, TableDescriptor> known = tables.get();
    for (WriteGroup.Waiting waiting : group.batches()) {
      sync |= waiting.durability() == Durability.SYNC;
      written |= waiting.durability() == Durability.WRITTEN;
      count += waiting.batch().count();
      userBytes += waiting.batch().userBytes();
    }
    long last = lastSequence + count;
    try {
      boolean tooLarge = (long) payload.size() + group.bytes() > WriteBatch.MAX_BATCH_BYTES;
      if (tooLarge || timeMillis != lastTimeMillis) { // a record has one write time
        appendPayload();
      }
      if (payload.size() == 0) {
        payloadFirstSequence = lastSequence + 1;
      }
      for (WriteGroup.Waiting waiting : group.batches()) {
        payload.putBytes(waiting.batch().segment(), 0, waiting.batch().sizeBytes());
      }
      payloadCount += count;
      lastTimeMillis = timeMillis;
      if (sync || written || payload.size() >= BUFFERED_BYTES) {
        appendPayload();
      }
      if (sync) {
        logs.sync();
      }
      applier.begin(active, known, lastSequence, timeMillis);
      for (WriteGroup.Waiting waiting : group.batches()) {
        WriteBatch.visit(waiting.batch().segment(), 0, waiting.batch().sizeBytes(), applier);
      }
      active.wrote(last, timeMillis, count);
    } catch (IOException | RuntimeException | Error e) {
      health.fail(e);
      throw e;
    }
    lastSequence = last; // from here on visible
    statistics.add(Counter.ROWS_WRITTEN, count);
    statistics.add(Counter.USER_BYTES, userBytes);
    statistics.add(Counter.BATCHES, group.batches().size());
    long slept = controller.pace(userBytes);
    if (slept > 0) {
      statistics.add(Counter.WRITE_DELAY_NANOS, slept);
    }
  }

  private void appendPayload() throws IOException {
    if (payload.size() == 0) {
      return;
    }
    logs.append(payload, payloadFirstSequence, payloadCount, lastTimeMillis);
    payload.clear();
    payloadCount = 0;
  }

  private void makeRoom() throws IOException {
    long begin = 0;
    while (active.memoryBytes() >= generationBytes) {
      if (views.generations().size() == 1) {
        beginGeneration();
        break;
      }
      if (begin == 0) {
        begin = System.nanoTime();
      }
      roomMade.awaitUninterruptibly();
      health.checkWritable();
    }
    if (begin != 0) {
      statistics.add(Counter.WRITE_DELAY_NANOS, System.nanoTime() - begin);
    }
  }

  private void beginGeneration() throws IOException {
    try {
      appendPayload();
      Generation next = newGeneration.get();
      try {
        logs.begin(next.logNumber());
        views.change(present -> {
          List<Generation> changed = new ArrayList<>(present);
          changed.addFirst(next);
          return changed;
        });
      } catch (IOException | RuntimeException | Error e) {
        next.release();
        throw e;
      }
      active = next;
    } catch (IOException | RuntimeException | Error e) {
      health.fail(e);
      throw e;
    }
    wakeFlusher.run();
  }

  /** Puts the changes of batches into the memtables, each with the next sequence number. */
  static final class Applier implements WriteBatch.Visitor {
    private @Nullable Generation target;
    private Map<Integer, TableDescriptor> tables = Map.of();
    private long sequence;
    private long timeMillis;
    private int highestUnknownTable;
    private final Slice nothing = new Slice();

    void begin(
        Generation target,
        Map<Integer, TableDescriptor> tables,
        long lastSequence,
        long timeMillis) {
      this.target = target;
      this.tables = tables;
      this.sequence = lastSequence;
      this.timeMillis = timeMillis;
      this.highestUnknownTable = 0;
    }

    /** Sequence number of the last change. */
    long sequence() {
      return sequence;
    }

    /** Highest id of a table that is not there, whose changes were passed over; 0: none. */
    int highestUnknownTable() {
      return highestUnknownTable;
    }

    @Override
    public void put(int tableId, Slice key, Slice value) {
      add(tableId, EntryKind.PUT, key, value);
    }

    @Override
    public void delete(int tableId, Slice key) {
      add(tableId, EntryKind.DELETE, key, nothing);
    }

    @Override
    public void deleteRange(int tableId, Slice from, Slice to) {
      sequence++;
      TableDescriptor table = known(tableId);
      if (table != null && target != null) {
        target.addRangeTombstone(
            table, new RangeTombstone(Slice.copyOf(from), Slice.copyOf(to), sequence));
      }
    }

    private void add(int tableId, EntryKind kind, Slice key, Slice value) {
      sequence++;
      TableDescriptor table = known(tableId);
      if (table != null && target != null) {
        target.partFor(table).rows().add(sequence, kind, timeMillis, key, value);
      }
    }

    /** The table of this id; null: dropped, though its writes are in the log or on their way. */
    private @Nullable TableDescriptor known(int tableId) {
      TableDescriptor table = tables.get(tableId);
      if (table == null) {
        highestUnknownTable = Math.max(highestUnknownTable, tableId);
      }
      return table;
    }
  }
}
