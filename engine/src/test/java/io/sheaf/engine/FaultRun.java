package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.Snapshot;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.db.WriteCondition;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.FaultFileSystem.Effect;
import io.sheaf.lsm.io.FaultFileSystem.InjectedException;
import io.sheaf.lsm.io.FaultFileSystem.Operation;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.NoSpaceException;
import io.sheaf.lsm.io.UnsupportedFormatException;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableState;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A store that lives for some random steps on a disk that fails, and what must hold then. */
public final class FaultRun {
  /** Which calls fail. */
  public enum Mode {
    /** One call. */
    ONCE,
    /** A call and all after it. */
    FROM_THEN_ON,
    /** One sync, and what it should have made durable is gone while later syncs succeed. */
    PAGES_LOST,
    /**
     * One sync, and what it should have made durable is in memory only: later syncs pass it over.
     */
    PAGES_CLEAN,
    /** One read or write, in the middle: a read stops, a write throws. */
    HALF,
    /** One call takes longer. */
    LATE,
    /** One read comes with a flipped bit. */
    FALSE,
    /** One call finds no room on the disk, which has room again at once. */
    NO_ROOM;

    /** Whether calls of this kind can go wrong in this way. */
    public boolean means(Operation operation) {
      return switch (this) {
        case ONCE, FROM_THEN_ON, LATE -> true;
        case PAGES_LOST, PAGES_CLEAN -> operation == Operation.SYNC;
        case HALF -> operation == Operation.READ || operation == Operation.WRITE;
        case FALSE -> operation == Operation.READ;
        case NO_ROOM ->
            operation == Operation.CREATE
                || operation == Operation.WRITE
                || operation == Operation.RENAME
                || operation == Operation.LINK
                || operation == Operation.CREATE_DIRECTORIES;
      };
    }
  }

  private static final long LATE_NANOS = 2_000_000;

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final int STEPS = 60;

  private final CrashFileSystem disk = new CrashFileSystem();
  private final FaultFileSystem faults = new FaultFileSystem(disk);
  private final Random random;
  private BatchHistory history = new BatchHistory();
  private boolean falseReads;
  private int acknowledged;
  private int written;
  private int synced;
  private Table[] tables = {};
  private @Nullable Db open;
  private @Nullable Held held;
  private final List<Checkpoint> checkpoints = new ArrayList<>();
  private boolean dropped;

  /** A snapshot after so many batches. */
  private record Held(Snapshot snapshot, int batches) {}

  /** A copy of what there was after so many batches. */
  private record Checkpoint(Path directory, int batches) {}

  /** A run on an empty disk, drawn by {@code random}. */
  public FaultRun(Random random) {
    this.random = random;
  }

  /**
   * Lives with a fault, and checks what must hold after it.
   *
   * @return whether the fault struck
   */
  public boolean run(Operation operation, Mode mode, long nth) throws Exception {
    switch (mode) {
      case ONCE -> faults.failOnce(operation, nth);
      case FROM_THEN_ON -> faults.failFrom(operation, nth);
      case PAGES_LOST -> {
        faults.failOnce(operation, nth);
        faults.losePagesOnFailingSync(disk);
      }
      case PAGES_CLEAN -> {
        faults.failOnce(operation, nth);
        faults.forgetPagesOnFailingSync(disk);
      }
      case HALF -> inject(operation, nth, new Effect.Shorten(random));
      case LATE -> inject(operation, nth, new Effect.Delay(LATE_NANOS));
      case FALSE -> inject(operation, nth, new Effect.Falsify(random));
      case NO_ROOM -> inject(operation, nth, new Effect.NoRoom(random));
    }
    falseReads = operation == Operation.READ && (mode == Mode.HALF || mode == Mode.FALSE);
    faults.tearFailingWrites(random);
    IOException failure = null;
    try {
      live();
    } catch (IOException e) {
      assertTrue(isInjected(e), () -> "another failure than the fault: " + e);
      failure = e;
    }
    checkPowerCut();
    if (failure != null) {
      afterFailure(mode);
    }
    closeAfterFaults();
    faults.heal();
    boolean struck = faults.injectedFaults() > 0;
    int least = mode == Mode.PAGES_LOST ? synced : written;
    reopen(struck ? least : acknowledged, mode);
    return struck;
  }

  private void inject(Operation operation, long nth, Effect effect) {
    faults.inject(call -> call.operation() == operation, nth, false, effect);
  }

  private void live() throws Exception {
    openStore();
    for (int i = 0; i < STEPS; i++) {
      switch (random.nextInt(28)) {
        case 0, 1 -> db().flush();
        case 2 -> db().compact(tables[random.nextInt(tables.length)], null, null);
        case 3 -> history.check(db(), acknowledged, acknowledged);
        case 4 -> {
          Path directory = Path.of("/checkpoint-" + i);
          db().checkpoint(directory);
          checkpoints.add(new Checkpoint(directory, acknowledged));
        }
        case 5 -> {
          checkHeld(db());
          closeStore();
          openStore();
        }
        case 6 -> ingest();
        case 7 -> hold();
        case 8 -> createAndDrop();
        case 9 -> writeInVain();
        default -> write();
      }
    }
    db().awaitIdle();
  }

  /** What a fault has left, and a power cut then: all that was acknowledged as durable. */
  private void checkPowerCut() throws IOException {
    CrashFileSystem after = disk.crashClone(random);
    try (Db db = SmallStore.open(after)) {
      history.check(db, synced, history.size());
      checkDropped(db);
    }
    checkCheckpoints(after);
  }

  /** Copies that were acknowledged are whole and durable. */
  private void checkCheckpoints(CrashFileSystem on) throws IOException {
    for (Checkpoint checkpoint : checkpoints) {
      try (Db db = SmallStore.open(on.killClone(), checkpoint.directory())) {
        history.check(db, checkpoint.batches(), checkpoint.batches());
      }
    }
  }

  private void checkDropped(Db db) {
    assertTrue(!dropped || db.findTable("passing").isEmpty(), "a dropped table is back");
  }

  /** Reads go on with all that was acknowledged; writes do only where none of theirs failed. */
  private void afterFailure(Mode mode) throws Exception {
    Db db = open;
    if (db == null) {
      return;
    }
    faults.heal();
    history.check(db, acknowledged, acknowledged);
    checkHeld(db);
    if (mode == Mode.NO_ROOM) {
      assertEquals(Optional.empty(), db.failure(), "a full disk is final");
    }
    if (db.failure().isEmpty()) {
      history = history.prefix(acknowledged); // what was refused is nowhere
      goOn(db);
    }
    if (db.failure().isPresent()) {
      assertTrue(isInjected(db.failure().get()), "the failure kept is not the cause");
      tables = BatchHistory.findTables(db);
      if (tables.length < BatchHistory.TABLES) {
        return; // it failed while they were created
      }
      WriteBatch batch = history.prefix(acknowledged).next(tables, random);
      for (Durability durability : Durability.values()) {
        IOException refused = assertThrows(IOException.class, () -> db.write(batch, durability));
        assertTrue(isInjected(refused), () -> "no cause in " + refused);
      }
      assertThrows(IOException.class, db::flush);
      assertThrows(IOException.class, () -> db.compact(tables[0], null, null));
      history.check(db, acknowledged, acknowledged);
    }
  }

  /**
   * What failed was a read or a checkpoint, or found no room: writes go on, unless the background
   * failed since.
   */
  private void goOn(Db db) throws IOException {
    try {
      tables = BatchHistory.openTables(db);
      writeOnceThereIsRoom();
    } catch (IOException e) {
      assertTrue(db.failure().isPresent(), () -> "a write failed, but the store takes more: " + e);
    }
  }

  /** The background looks for room again after a moment. */
  private void writeOnceThereIsRoom() throws IOException {
    long begin = System.nanoTime();
    while (true) {
      try {
        write();
        return;
      } catch (NoSpaceException e) {
        history = history.prefix(acknowledged);
        if (System.nanoTime() - begin > PATIENCE_NANOS) {
          throw new AssertionError("there is room, but no write goes on", e);
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private void reopen(int least, Mode mode) throws Exception {
    checkCheckpoints(disk);
    openStore(least);
    checkDropped(db());
    if (mode != Mode.PAGES_CLEAN) { // else before what was recovered is flushed, if it can be
      db().awaitIdle();
      assertEquals(neededFiles(db()), new TreeSet<>(disk.list(SmallStore.DIRECTORY)));
    }
    write();
    db().write(history.next(tables, random), Durability.SYNC);
    disk.onOperation(operation -> {});
    CrashFileSystem afterPowerCut = disk.crashClone(random);
    db().close();
    try (Db recovered = SmallStore.open(afterPowerCut)) {
      history.check(recovered, history.size(), history.size());
    }
  }

  private void write() throws IOException {
    Durability[] levels = Durability.values();
    Durability durability = levels[random.nextInt(levels.length)];
    WriteBatch batch = history.next(tables, random);
    if (random.nextInt(8) == 0) {
      try (Snapshot now = db().snapshot()) {
        assertEquals(
            Optional.empty(),
            db().writeIf(batch, List.of(BatchHistory.unchangedSince(tables, now)), durability));
      }
    } else {
      db().write(batch, durability);
    }
    acknowledged = history.size();
    switch (durability) {
      case SYNC -> {
        synced = acknowledged;
        written = acknowledged;
      }
      case WRITTEN -> written = acknowledged;
      case BUFFERED -> {}
    }
  }

  /** On a condition that does not hold any more: nothing is written. */
  private void writeInVain() throws IOException {
    try (Snapshot before = db().snapshot()) {
      write();
      WriteBatch batch = history.next(tables, random);
      WriteCondition broken = BatchHistory.unchangedSince(tables, before);
      assertEquals(Optional.of(broken), db().writeIf(batch, List.of(broken), Durability.WRITTEN));
      history = history.prefix(acknowledged);
    }
  }

  private void ingest() throws IOException, InterruptedException {
    history.drawRows(random);
    history.ingest(db(), tables);
    acknowledged = history.size();
    written = acknowledged;
    synced = acknowledged;
  }

  /** Holds a snapshot in the place of the one before. */
  private void hold() throws IOException {
    checkHeld(db());
    letGo();
    held = new Held(db().snapshot(), acknowledged);
  }

  private void checkHeld(Db db) throws IOException {
    Held snapshot = held;
    if (snapshot != null) {
      history.checkAt(db, snapshot.snapshot(), snapshot.batches());
    }
  }

  private void letGo() {
    Held snapshot = held;
    held = null;
    if (snapshot != null) {
      snapshot.snapshot().close();
    }
  }

  private void createAndDrop() throws IOException {
    dropped = false;
    Table passing = db().openTable("passing", SmallStore.TABLE);
    db().write(new WriteBatch().put(passing, new byte[] {1}, new byte[600]));
    db().dropTable(passing);
    dropped = true;
    checkDropped(db());
  }

  private void openStore() throws IOException {
    openStore(acknowledged);
  }

  private void openStore(int least) throws IOException {
    Db db = SmallStore.open(faults);
    open = db;
    int held = history.check(db, least, history.size());
    history = history.prefix(held);
    acknowledged = held;
    written = held;
    synced = held;
    tables = BatchHistory.openTables(db);
  }

  private void closeStore() throws IOException {
    Db db = db();
    letGo();
    open = null;
    db.close();
    written = acknowledged;
    synced = acknowledged;
  }

  private void closeAfterFaults() throws IOException {
    if (open == null) {
      return;
    }
    try {
      closeStore();
    } catch (IOException e) {
      assertTrue(isInjected(e), () -> "another failure than the fault: " + e);
    }
  }

  private Db db() {
    if (open == null) {
      throw new IllegalStateException("not open");
    }
    return open;
  }

  /** Names that belong in the directory of an idle store. */
  private Set<String> neededFiles(Db db) throws IOException {
    Set<String> needed = new TreeSet<>(Set.of(FileNames.CURRENT, FileNames.LOCK));
    for (TableState table : db.version().tables().values()) {
      for (Run run : table.runs()) {
        run.files().forEach(file -> needed.add(FileNames.of(FileKind.SSTABLE, file.number())));
      }
      table.valueFiles().keySet().forEach(n -> needed.add(FileNames.of(FileKind.VALUES, n)));
    }
    needed.add(newest(FileKind.MANIFEST));
    needed.add(newest(FileKind.LOG));
    return needed;
  }

  private String newest(FileKind kind) throws IOException {
    long newest = 0;
    for (String name : disk.list(SmallStore.DIRECTORY)) {
      newest =
          Math.max(
              newest,
              FileNames.parse(name)
                  .filter(file -> file.kind() == kind)
                  .map(FileNames.Numbered::number)
                  .orElse(0L));
    }
    return FileNames.of(kind, newest);
  }

  private static boolean isDamage(Throwable cause) {
    return cause instanceof CorruptionException
        || cause instanceof EOFException // a log that is read short
        || (cause instanceof UnsupportedFormatException version && !version.isCertain());
  }

  /** Whether a failure comes from the fault; what is read falsely looks like damage. */
  private boolean isInjected(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InjectedException || (falseReads && isDamage(cause))) {
        return true;
      }
    }
    return false;
  }
}
