package io.sheaf.engine;

import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.LogRetention;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A store that lives for some random steps, on a disk of which clones are taken before some of its
 * operations, as a crash would leave it.
 *
 * <p><b>Thread safety.</b> One thread runs it; the store's own threads take clones too.
 */
public final class CrashRun implements AutoCloseable {
  /**
   * What a crash left.
   *
   * @param history batches that may be there
   * @param least how many of them must be
   * @param synced how many of them must be after a power cut before they are read again
   * @param checkpoints copies of the store that were complete
   * @param powerCut whether what was not synced may be lost
   * @param mayMiss whether a power cut came while the store was opened: what it flushed of logs
   *     before it had read all of them may be in none then
   * @param followed whether logs are kept, and followed at each opening
   * @param when what the crash came before
   */
  public record Clone(
      CrashFileSystem disk,
      BatchHistory history,
      int least,
      int synced,
      List<Checkpoint> checkpoints,
      boolean powerCut,
      boolean mayMiss,
      boolean followed,
      String when) {
    /** An empty disk, to begin on. */
    public static Clone nothing(boolean followed) {
      return new Clone(
          new CrashFileSystem(),
          new BatchHistory(),
          0,
          0,
          List.of(),
          false,
          false,
          followed,
          "nothing");
    }
  }

  /** A copy of the store, and what it holds. */
  record Checkpoint(Path directory, BatchHistory history) {}

  private static final int MOST_CHECKPOINTS = 3;

  /** All logs of a run. */
  private static final LogRetention KEPT = LogRetention.ofBytes(1 << 30);

  /** One of so many moments in which files get their names: their order is what is kept to. */
  private static final int EVERY_OF_NAMES = 2;

  private final CrashFileSystem disk;
  private final FileSystem door;
  private final Random random;
  private final Random cloning;
  private final int every;
  private final boolean mayMiss;
  private final boolean followed;
  private final List<Clone> clones = new ArrayList<>(); // guarded by this
  private final List<Checkpoint> checkpoints; // guarded by this
  private BatchHistory history; // guarded by this
  private int synced; // guarded by this; batches that a power cut must leave
  private int written; // guarded by this; batches that a killed process must leave
  private Table[] tables = {};
  private @Nullable Db open;
  private volatile boolean opening;

  /**
   * A run that goes on where a crash ended another, or begins on an empty disk.
   *
   * @param every one of so many operations is cloned before, more often where files get names
   * @param door what the store sees of a disk
   */
  public CrashRun(Clone begin, Random random, int every, UnaryOperator<FileSystem> door) {
    this.disk = begin.disk();
    this.door = door.apply(disk);
    this.checkpoints = new ArrayList<>(begin.checkpoints());
    this.history = begin.history();
    this.synced = begin.synced();
    this.written = begin.least();
    this.random = random;
    this.cloning = new Random(random.nextLong());
    this.every = every;
    this.mayMiss = begin.mayMiss();
    this.followed = begin.followed();
    disk.onOperation(this::beforeOperation);
  }

  /** Opens the store, which must hold what the crash had to leave, and no half of a batch. */
  public void open() throws IOException {
    int least = least();
    LogRetention retention = followed ? KEPT : LogRetention.NONE;
    opening = true;
    Db db = SmallStore.open(door, SmallStore.OPTIONS.withLogRetention(retention));
    opening = false;
    open = db;
    int held = BatchHistory.number(db);
    if (held >= least && held <= history().size()) {
      settled(history().prefix(held)); // at once: crashes may come while it is checked
    }
    history().check(db, least, history().size());
    synchronized (this) {
      history.noteLoneMarks(db);
    }
    tables = BatchHistory.openTables(db);
    if (followed) {
      FollowedLog.check(db, tables, history(), !mayMiss);
    }
  }

  /** Opens each checkpoint that was complete, which must hold what it held. */
  public void checkCheckpoints() throws IOException {
    List<Checkpoint> complete;
    synchronized (this) {
      complete = List.copyOf(checkpoints);
    }
    for (Checkpoint checkpoint : complete) {
      try (Db db = SmallStore.open(disk, checkpoint.directory())) {
        int size = checkpoint.history().size();
        checkpoint.history().check(db, size, size);
      } catch (IOException | AssertionError e) {
        throw new AssertionError(checkpoint.directory() + ": " + e.getMessage(), e);
      }
    }
  }

  /** Writes, flushes, compacts and reopens at random. */
  public void run(int steps) throws Exception {
    for (int i = 0; i < steps; i++) {
      step();
    }
  }

  /** Clones taken so far. */
  public synchronized List<Clone> clones() {
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
        if (checkpointsTaken() < MOST_CHECKPOINTS) {
          // a crash may have left half a copy, into which no other is made
          Path directory = Path.of("/checkpoint-" + Integer.toHexString(random.nextInt()));
          db.checkpoint(directory);
          settled(history());
          taken(new Checkpoint(directory, history().prefix(history().size())));
        }
      }
      case 4 -> ingest(db);
      case 5 -> {
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

  private void ingest(Db db) throws IOException, InterruptedException {
    synchronized (this) {
      history.drawRows(random);
    }
    history().ingest(db, tables);
    settled(history());
  }

  private synchronized int checkpointsTaken() {
    return checkpoints.size();
  }

  private synchronized void taken(Checkpoint checkpoint) {
    checkpoints.add(checkpoint);
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
    boolean names = operation.startsWith("rename") || operation.startsWith("syncDirectory");
    if (cloning.nextInt(names ? EVERY_OF_NAMES : every) != 0) {
      return;
    }
    boolean powerCut = cloning.nextInt(3) != 0;
    clones.add(
        new Clone(
            powerCut ? disk.crashClone(cloning) : disk.killClone(),
            history.prefix(history.size()),
            powerCut ? synced : written,
            synced,
            List.copyOf(checkpoints),
            powerCut,
            mayMiss || (powerCut && opening),
            followed,
            (powerCut ? "power cut" : "kill") + " before '" + operation + "'"));
  }
}
