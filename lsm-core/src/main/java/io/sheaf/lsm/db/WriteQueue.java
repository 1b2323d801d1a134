package io.sheaf.lsm.db;

import io.sheaf.lsm.io.NoSpaceException;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.wal.LogWriter;
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
 * log holds of the group is unknown until it is opened again. Only a full disk does not: nothing of
 * the group is then in the log, and the next group may find room.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 *
 * <p><b>Source.</b> Group commit: DeWitt et al., "Implementation techniques for main memory
 * database systems", 1984.
 */
final class WriteQueue implements AutoCloseable {
  private final Health health;
  private final ReadViews views;
  private final Logs logs;
  private final Supplier<Map<Integer, TableDescriptor>> tables;
  private final Supplier<Generation> newGeneration;
  private final Runnable wakeFlusher;
  private final WriteController controller;
  private final DiskSpace space;
  private final LongSupplier clock;
  private final WriteAdmission.Changes changes;
  private final long generationBytes;
  private final Statistics statistics;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition roomMade = lock.newCondition();
  private final WriteGroup group = new WriteGroup(WriteBatch.MAX_BATCH_BYTES);
  private final PendingRecord record;
  private final LogFollowers followers;
  private final BatchApplier applier = new BatchApplier();
  private volatile Generation active;
  private volatile long lastSequence;
  private boolean ingesting;

  WriteQueue(
      Health health,
      ReadViews views,
      Logs logs,
      Supplier<Map<Integer, TableDescriptor>> tables,
      Supplier<Generation> newGeneration,
      Runnable wakeFlusher,
      WriteController controller,
      DiskSpace space,
      LongSupplier clock,
      WriteAdmission.Changes changes,
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
    this.space = space;
    this.clock = clock;
    this.changes = changes;
    this.generationBytes = generationBytes;
    this.statistics = statistics;
    this.active = active;
    this.lastSequence = lastSequence;
    this.record = new PendingRecord(logs, lastTimeMillis);
    this.followers = new LogFollowers(lock, logs, health, lastSequence);
  }

  /** Those who read the logs meanwhile. */
  LogFollowers followers() {
    return followers;
  }

  /** Notes that all in the log is visible. */
  private void noteCommitted() {
    followers.advance(lastSequence - record.count());
  }

  /** Highest sequence number that is visible. */
  long lastSequence() {
    return lastSequence;
  }

  /** Share of the filling memtables that is taken, 0 to 1 and above. */
  double fill() {
    return (double) active.memoryBytes() / generationBytes;
  }

  /**
   * Writes a batch where its conditions hold.
   *
   * @return the first of them that does not; null: it was written
   */
  @Nullable WriteCondition write(WriteBatch batch, Durability durability, List<WriteCheck> checks)
      throws IOException {
    checkRoom(batch);
    WriteGroup.Waiting mine = group.await(batch, durability, checks);
    lock.lock();
    try {
      while (!mine.isDone()) {
        lead(mine);
      }
    } finally {
      lock.unlock();
    }
    rethrow(mine.failure());
    return mine.unmet();
  }

  /** Lets a batch pass that has room, if need be that of logs which only tails read. */
  private void checkRoom(WriteBatch batch) throws IOException {
    while (true) {
      try {
        space.check(batch);
        return;
      } catch (NoSpaceException e) {
        if (!giveUpKeptLog()) {
          flushForRoom(batch);
          throw e;
        }
      }
    }
  }

  /** Makes room by the oldest log that only tails read; false: there is none. */
  boolean giveUpKeptLog() {
    lock.lock();
    try {
      return logs.giveUpKept();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has memtables that are not full flushed, if that may give the room that {@code refused} needs:
   * what they delete gives room only then, and deletes need no more than what memtables keep for
   * their flush and do not need after all. Nothing else would ever flush them.
   */
  private void flushForRoom(WriteBatch refused) throws IOException {
    lock.lock();
    try {
      health.checkWritable();
      boolean mayGiveRoom = active.holdsDeletes() || !(refused.needsRoom() || active.isEmpty());
      if (mayGiveRoom && views.generations().size() == 1) {
        beginGeneration();
      }
    } catch (NoSpaceException e) {
      // not even for a new log: others have filled the disk, and only they can make room
    } finally {
      lock.unlock();
    }
  }

  /**
   * Hands on what {@link Durability#BUFFERED} writes left in memory, and lets logs go whose time is
   * over.
   *
   * @throws IOException when it failed, but for a full disk; the store is read-only then, as after
   *     any other exception
   */
  void handOn() throws IOException {
    lock.lock();
    try {
      if (!health.isClosed()) {
        logs.trimKept();
      }
      if (!health.isClosed() && record.count() > 0) {
        record.handOn();
        noteCommitted();
      }
    } catch (NoSpaceException e) {
      // it stays in memory until there is room, and the next record begins with it
    } catch (IOException | RuntimeException | Error e) {
      health.fail(e); // before another write is acknowledged
      throw e;
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
        space.checkFlush();
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
        space.checkFlush();
        roomMade.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes the logs below {@code nextLogNumber} durable that are going to be kept when their writes
   * are in SSTables: no log behind them waits for them any more then.
   */
  void syncLogsToKeep(long nextLogNumber) throws IOException {
    List<LogWriter> kept;
    lock.lock();
    try {
      kept = logs.toKeepBelow(nextLogNumber);
    } finally {
      lock.unlock();
    }
    for (LogWriter log : kept) {
      log.sync(); // without the lock: writers need not wait
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

  /** Makes files part of the store, whose rows have a sequence number. */
  @FunctionalInterface
  interface Ingestion {
    /** Does it; rows of lower sequence numbers are in files, and none of higher ones is written. */
    void run(long sequence, long timeMillis) throws IOException;
  }

  /**
   * Has files added as if their rows were written now. Writes wait meanwhile, until those before
   * are in files too: runs of files stand in the order in which they were written.
   *
   * @param mark what the log says of it, with the same sequence number
   * @return the sequence number
   */
  long ingest(WriteBatch mark, Ingestion ingestion) throws IOException, InterruptedException {
    lock.lock();
    try {
      health.checkWritable();
      while (ingesting) {
        roomMade.await();
        health.checkWritable();
      }
      ingesting = true;
      try {
        while (!active.isEmpty() || views.generations().size() > 1) {
          if (views.generations().size() == 1) {
            beginGeneration();
          }
          space.checkFlush();
          roomMade.await();
          health.checkWritable();
        }
        return commitIngested(mark, ingestion);
      } finally {
        ingesting = false;
        roomMade.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * The files are there before their sequence number is visible: who merges them in between keeps
   * what the present shows, see {@link SnapshotList#sequencesAndPresent}.
   */
  private long commitIngested(WriteBatch mark, Ingestion ingestion) throws IOException {
    long sequence = lastSequence + 1;
    logMark(mark, sequence);
    try {
      syncMark();
      ingestion.run(sequence, record.timeMillis());
    } catch (IOException e) {
      failUnlessFull(e); // the manifest has no word of it then, and the mark alone adds nothing
      throw e;
    } finally {
      lastSequence = sequence; // the log has it, whatever became of the files
      noteCommitted();
    }
    return sequence;
  }

  private void logMark(WriteBatch mark, long sequence) throws IOException {
    try {
      record.begin(mark.sizeBytes(), sequence, nextTimeMillis());
      record.add(mark);
      record.end(true);
    } catch (IOException | RuntimeException | Error e) {
      failUnlessFull(e);
      throw e;
    }
  }

  /** Or, after a power cut, files would be there of which the logs do not tell who follows them. */
  private void syncMark() throws IOException {
    try {
      logs.sync();
    } catch (NoSpaceException e) {
      health.fail(e); // pages are gone
      throw e;
    }
  }

  /** Lets all who wait for room look at the store's health. */
  void wakeAll() {
    lock.lock();
    try {
      roomMade.signalAll();
      followers.wakeAll();
    } finally {
      lock.unlock();
    }
  }

  /** Makes all that was written durable and ends the log. The store's health is closed before. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try (record;
        logs) {
      roomMade.signalAll();
      followers.wakeAll();
      record.handOn();
    } finally {
      lock.unlock();
    }
  }

  private static void rethrow(@Nullable Throwable failure) throws IOException {
    switch (failure) {
      case null -> {}
      case NoSpaceException e -> throw new NoSpaceException(String.valueOf(e.getMessage()), e);
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
      WriteAdmission.admit(group, changes);
      if (!group.batches().isEmpty()) {
        commit();
      }
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
    long timeMillis = nextTimeMillis();
    Map<Integer, TableDescriptor> known = tables.get();
    for (WriteGroup.Waiting waiting : group.batches()) {
      sync |= waiting.durability() == Durability.SYNC;
      written |= waiting.durability() == Durability.WRITTEN;
      count += waiting.batch().count();
      userBytes += waiting.batch().userBytes();
    }
    long last = lastSequence + count;
    log(timeMillis, sync || written);
    space.took(group.bytes());
    try {
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
    noteCommitted();
    statistics.add(Counter.ROWS_WRITTEN, count);
    statistics.add(Counter.USER_BYTES, userBytes);
    statistics.add(Counter.BATCHES, group.batches().size());
    long slept = controller.pace(userBytes);
    if (slept > 0) {
      statistics.add(Counter.WRITE_DELAY_NANOS, slept);
    }
  }

  /**
   * Brings the group to the log, or into what is handed on later.
   *
   * @throws NoSpaceException when there is no room for it; what waited before it goes on waiting
   */
  private void log(long timeMillis, boolean handOn) throws IOException {
    try {
      record.begin(group.bytes(), lastSequence + 1, timeMillis);
      for (WriteGroup.Waiting waiting : group.batches()) {
        record.add(waiting.batch());
      }
      record.end(handOn);
    } catch (IOException | RuntimeException | Error e) {
      failUnlessFull(e);
      throw e;
    }
  }

  /** A full disk is not final: nothing of what found no room is anywhere. */
  private void failUnlessFull(Throwable failure) {
    if (!(failure instanceof NoSpaceException)) {
      health.fail(failure);
    }
  }

  private long nextTimeMillis() {
    return Math.max(record.timeMillis(), clock.getAsLong());
  }

  private void makeRoom() throws IOException {
    long begin = 0;
    while (ingesting || active.memoryBytes() >= generationBytes) {
      if (!ingesting && views.generations().size() == 1) {
        beginGeneration();
        break;
      }
      space.checkFlush();
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
      record.handOn();
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
      noteCommitted();
    } catch (IOException | RuntimeException | Error e) {
      failUnlessFull(e); // what is full goes on to be, where there is no room
      throw e;
    }
    wakeFlusher.run();
  }
}
