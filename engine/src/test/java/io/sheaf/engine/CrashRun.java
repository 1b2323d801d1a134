package io.sheaf.engine;

import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.CrashFileSystem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A store that lives for some random steps, on a disk of which clones are taken before some of its
 * operations, as a crash would leave it.
 *
 * <p><b>Thread safety.</b> One thread runs it; the store's own threads take clones too.
 */
final class CrashRun implements AutoCloseable {
  /**
   * What a crash left.
   *
   * @param history batches that may be there
   * @param least how many of them must be
   * @param synced how many of them must be after a power cut before they are read again
   * @param when what the crash came before
   */
  record Clone(CrashFileSystem disk, BatchHistory history, int least, int synced, String when) {}

  private final CrashFileSystem disk;
  private final Random random;
  private final Random cloning;
  private final int every;
  private final List<Clone> clones = new ArrayList<>(); // guarded by this
  private BatchHistory history; // guarded by this
  private int synced; // guarded by this; batches that a power cut must leave
  private int written; // guarded by this; batches that a killed process must leave
  private Table[] tables = {};
  private @Nullable Db open;

  /**
   * A run that goes on where a crash ended another, or begins on an empty disk.
   *
   * @param every one of so many operations is cloned before
   */
  CrashRun(Clone begin, Random random, int every) {
    this.disk = begin.disk();
    this.history = begin.history();
    this.synced = begin.synced();
    this.written = begin.least();
    this.random = random;
    this.cloning = new Random(random.nextLong());
    this.every = every;
    disk.onOperation(this::beforeOperation);
  }

  /** Opens the store, which must hold what the crash had to leave, and no half of a batch. */
  void open() throws IOException {
    int least = least();
    Db db = SmallStore.open(disk);
    open = db;
    int held = BatchHistory.number(db);
    if (held >= least && held <= history().size()) {
      settled(history().prefix(held)); // at once: crashes may come while it is checked
    }
    history().check(db, least, history().size());
    tables = BatchHistory.openTables(db);
  }

  void run(int steps) throws Exception {
    for (int i = 0; i < steps; i++) {
      step();
    }
  }

  /** Clones taken so far. */
  synchronized List<Clone> clones() {
    return List.copyOf(clones);
  }

  @Override
  public void close() throws IOException {
    Db closing = open;
    open = null;
    if (closing != null) {
      closing.close();
      settled(history());
    }
    disk.onOperation(operation -> {});
  }

  private void step() throws Exception {
    Db db = open;
    if (db == null) {
      throw new IllegalStateException("not open");
    }
    switch (random.nextInt(40)) {
      case 0, 1 -> {
        db.flush();
        settled(history());
      }
      case 2 -> {
        db.compact(tables[random.nextInt(tables.length)], null, null);
        settled(history());
      }
      case 3 -> {
        db.close();
        settled(history());
        open();
      }
      default -> write(db);
    }
  }

  private void write(Db db) throws IOException {
    Durability[] levels = Durability.values();
    Durability durability = levels[random.nextInt(levels.length)];
    WriteBatch batch;
    synchronized (this) {
      batch = history.next(tables, random);
    }
    db.write(batch, durability);
    synchronized (this) {
      switch (durability) {
        case SYNC -> {
          synced = history.size();
          written = history.size();
        }
        case WRITTEN -> written = history.size();
        case BUFFERED -> {}
      }
    }
  }

  private synchronized int least() {
    return written;
  }

  private synchronized BatchHistory history() {
    return history;
  }

  /** Notes that all that the store holds now is durable. */
  private synchronized void settled(BatchHistory held) {
    history = held;
    synced = held.size();
    written = held.size();
  }

  private synchronized void beforeOperation(String operation) {
    if (cloning.nextInt(every) != 0) {
      return;
    }
    boolean powerCut = cloning.nextInt(3) != 0;
    clones.add(
        new Clone(
            powerCut ? disk.crashClone(cloning) : disk.killClone(),
            history.prefix(history.size()),
            powerCut ? synced : written,
            synced,
            (powerCut ? "power cut" : "kill") + " before '" + operation + "'"));
  }
}
