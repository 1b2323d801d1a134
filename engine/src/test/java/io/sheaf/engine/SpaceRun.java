package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.FileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A store on a disk that becomes full while it writes, and what must hold: the error says so, reads
 * go on, nothing acknowledged is gone, rows can be deleted, and when there is space again, made
 * from outside or by what was deleted, writes go on in the store that is open. Where the disk is a
 * simulated one, the power is cut and the process killed while it is full, and what is left is
 * opened, too.
 *
 * <p><b>Thread safety.</b> None.
 */
public final class SpaceRun {
  /** What a disk has room for when there is plenty. */
  public static final long PLENTY_BYTES = 64 << 20;

  /** Makes space on a disk that is full. */
  @FunctionalInterface
  public interface Space {
    /** Makes it. */
    void make() throws IOException;
  }

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int MOST_BATCHES = 100_000;
  private static final int BATCHES_AFTERWARDS = 200;

  private final FileSystem disk;
  private final Path directory;
  private final Random random;
  private final Space space;
  private final @Nullable CrashFileSystem crashing;
  private final long capacity;
  private BatchHistory history = new BatchHistory();
  private int filler;
  private int synced;
  private int written;

  /**
   * A run on a disk of a megabyte or a few.
   *
   * @param space makes plenty of space on it
   */
  public SpaceRun(FileSystem disk, Path directory, Random random, Space space) {
    this(disk, directory, random, space, null, 0);
  }

  private SpaceRun(
      FileSystem disk,
      Path directory,
      Random random,
      Space space,
      @Nullable CrashFileSystem crashing,
      long capacity) {
    this.disk = disk;
    this.directory = directory;
    this.random = random;
    this.space = space;
    this.crashing = crashing;
    this.capacity = capacity;
  }

  /**
   * A run on a simulated disk.
   *
   * @param capacity its bytes, a megabyte or a few, until there is space
   */
  public static SpaceRun simulated(Random random, long capacity) {
    CrashFileSystem crashing = new CrashFileSystem();
    FaultFileSystem full = limited(crashing, capacity);
    Space space = () -> full.limitCapacity(crashing, PLENTY_BYTES);
    return new SpaceRun(full, SmallStore.DIRECTORY, random, space, crashing, capacity);
  }

  private static FaultFileSystem limited(CrashFileSystem disk, long bytes) {
    FaultFileSystem limited = new FaultFileSystem(disk);
    limited.limitCapacity(disk, bytes);
    return limited;
  }

  /** Fills the disk, checks, makes space, checks. */
  public void run() throws Exception {
    try (Db db = open(disk)) {
      Table[] tables = BatchHistory.openTables(db);
      Table ballast = db.openTable("ballast", SmallStore.TABLE);
      IOException full = fill(db, tables, ballast);
      assertTrue(saysNoSpace(full), () -> "does not say that the disk is full: " + full);
      history.check(db, history.size(), history.size());
      crash();
      if (random.nextBoolean()) {
        space.make();
      } else {
        awaitWrite(() -> db.write(new WriteBatch().deletePrefix(ballast, new byte[] {'b'})));
        crash();
        awaitWrite(() -> putBallast(db, ballast));
        space.make(); // for what follows
      }
      awaitWrite(() -> putBallast(db, ballast));
      for (int i = 0; i < BATCHES_AFTERWARDS; i++) {
        write(db, tables);
      }
      db.flush();
      db.awaitIdle();
      history.check(db, history.size(), history.size());
    }
    try (Db db = open(disk)) {
      history.check(db, history.size(), history.size());
    }
  }

  private Db open(FileSystem on) throws IOException {
    return Db.open(directory, SmallStore.OPTIONS, Sheaf.components().withFileSystem(on));
  }

  /** What a power cut and a kill leave of a disk that is full. */
  private void crash() throws IOException {
    CrashFileSystem now = crashing;
    if (now != null) {
      Random apart = new Random(31L * filler + history.size()); // the run is the same without
      checkLeft(now.crashClone(apart), synced, apart);
      checkLeft(now.killClone(), written, apart);
    }
  }

  /** It opens while the disk is full, or says that it is, and opens when there is room. */
  private void checkLeft(CrashFileSystem left, int least, Random apart) throws IOException {
    int held = least;
    try (Db db = open(limited(left, capacity))) {
      held = history.check(db, least, history.size());
    } catch (IOException e) {
      assertTrue(saysNoSpace(e), () -> "does not say that the disk is full: " + e);
    }
    try (Db db = open(limited(left, PLENTY_BYTES))) {
      history.check(db, held, history.size());
      Table[] tables = BatchHistory.openTables(db);
      db.write(history.prefix(BatchHistory.number(db)).next(tables, apart));
    }
  }

  /** Writes until it fails. */
  private IOException fill(Db db, Table[] tables, Table ballast) throws IOException {
    for (int i = 0; i < MOST_BATCHES; i++) {
      int before = history.size();
      try {
        if (i % 10 == 0) {
          write(db, tables);
        } else {
          putBallast(db, ballast);
        }
      } catch (IOException e) {
        history = history.prefix(before); // what a full disk refuses is nowhere
        return e;
      }
    }
    throw new AssertionError("the disk was never full");
  }

  private void write(Db db, Table[] tables) throws IOException {
    Durability level = level();
    db.write(history.next(tables, random), level);
    noteWritten(level);
  }

  private void putBallast(Db db, Table ballast) throws IOException {
    Durability level = level();
    db.write(ballast(ballast), level);
    noteWritten(level);
  }

  /** With a write all before it have its durability. */
  private void noteWritten(Durability level) {
    synced = level == Durability.SYNC ? history.size() : synced;
    written = level == Durability.BUFFERED ? written : history.size();
  }

  private interface Write {
    void run() throws IOException;
  }

  private static void awaitWrite(Write write) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      try {
        write.run();
        return;
      } catch (IOException e) {
        if (System.nanoTime() - end > 0) {
          throw new AssertionError("there is space, but no write goes on: " + e.getMessage(), e);
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private WriteBatch ballast(Table table) {
    byte[] value = new byte[200 + random.nextInt(4_000)];
    random.nextBytes(value);
    byte[] key =
        String.format(Locale.ROOT, "b%c%08d", 'a' + random.nextInt(5), filler++)
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    return new WriteBatch().put(table, key, value);
  }

  private Durability level() {
    Durability[] levels = Durability.values();
    return levels[random.nextInt(levels.length)];
  }

  private static boolean saysNoSpace(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
      if (message.contains("no space")) {
        return true;
      }
    }
    return false;
  }
}
