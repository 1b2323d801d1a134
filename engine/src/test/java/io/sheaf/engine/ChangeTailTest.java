package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.db.ChangeTail;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.LogRetention;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.io.WritableFile;
import io.sheaf.lsm.wal.LogEnd;
import io.sheaf.lsm.wal.LogTail;
import io.sheaf.lsm.wal.SequenceNotKeptException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whoever applies what a tail shows has the rows of the store, however often it begins again and
 * whatever the store does meanwhile. {@code -Dsheaf.test.seed=N} replays.
 */
@Timeout(120)
final class ChangeTailTest {
  private static final long SEED = TestSeed.next();
  private static final DbOptions KEEPING =
      SmallStore.OPTIONS.withLogRetention(LogRetention.ofBytes(1L << 30));

  private final Random random = new Random(SEED);
  private final BatchHistory history = new BatchHistory();
  private final FileSystem disk = new MemoryFileSystem();

  @BeforeAll
  static void sayHowToReplay() {
    System.out.println("change tail: -Dsheaf.test.seed=" + SEED);
  }

  /** The rows that the changes shown so far make. */
  private static final class Replica implements WriteBatch.Visitor {
    private final NavigableMap<Integer, NavigableMap<Slice, Slice>> tables = new TreeMap<>();
    private long next = 1;
    private long changes;

    void apply(ChangeTail tail) {
      assertTrue(tail.firstSequence() <= next, "from " + tail.firstSequence() + ", not " + next);
      long before = changes;
      tail.visit(this);
      assertEquals(tail.count(), changes - before);
      assertEquals(tail.firstSequence() + tail.count(), tail.nextSequence());
      next = tail.nextSequence();
    }

    @Override
    public void put(int tableId, Slice key, Slice value) {
      changes++;
      rows(tableId).put(Slice.copyOf(key), Slice.copyOf(value));
    }

    @Override
    public void delete(int tableId, Slice key) {
      changes++;
      rows(tableId).remove(key);
    }

    @Override
    public void deleteRange(int tableId, Slice from, Slice to) {
      changes++;
      rows(tableId).subMap(Slice.copyOf(from), true, Slice.copyOf(to), false).clear();
    }

    private NavigableMap<Slice, Slice> rows(int tableId) {
      return tables.computeIfAbsent(tableId, id -> new TreeMap<>());
    }

    void check(Db db) throws IOException {
      for (Table table : db.tables()) {
        assertEquals(SmallStore.rows(db, table, CursorOptions.ALL), rows(table.id()));
      }
    }
  }

  @Test
  void showsEachWriteOnceInOrder() throws Exception {
    Replica replica = new Replica();
    for (int opening = 0; opening < 6; opening++) {
      try (Db db = SmallStore.open(disk, KEEPING)) {
        Table[] tables = BatchHistory.openTables(db);
        ChangeTail tail = db.tail(replica.next);
        for (int i = 0; i < 300; i++) {
          Durability[] durabilities = Durability.values();
          db.write(history.next(tables, random), durabilities[random.nextInt(durabilities.length)]);
          switch (random.nextInt(40)) {
            case 0 -> db.flush();
            case 1 -> {
              tail.close();
              tail = db.tail(replica.next);
            }
            case 2, 3, 4 -> {
              while (tail.next()) {
                replica.apply(tail);
              }
            }
            default -> {}
          }
        }
        long last = db.lastSequence();
        while (replica.next <= last) {
          assertTrue(tail.await(Duration.ofSeconds(30)), "buffered writes are handed on");
          replica.apply(tail);
        }
        assertFalse(tail.next());
        replica.check(db);
        tail.close();
        assertThrows(ClosedException.class, tail::next);
      }
    }
    Replica fromTheFirst = new Replica();
    try (Db db = SmallStore.open(disk, KEEPING);
        ChangeTail tail = db.tail(1)) {
      while (tail.next()) {
        fromTheFirst.apply(tail);
      }
      assertEquals(db.lastSequence() + 1, fromTheFirst.next);
      fromTheFirst.check(db);
    }
  }

  /** As another process does: by the files alone. */
  @Test
  void isReadFromTheFilesAlone() throws Exception {
    long expected = 1;
    try (LogTail tail =
        new LogTail(disk, SmallStore.DIRECTORY, () -> StoreId.NONE, 1, () -> LogEnd.unknown(0))) {
      for (int opening = 0; opening < 3; opening++) {
        try (Db db = SmallStore.open(disk, KEEPING)) {
          Table[] tables = BatchHistory.openTables(db);
          for (int i = 0; i < 200; i++) {
            db.write(history.next(tables, random), Durability.WRITTEN);
            if (random.nextInt(20) == 0) {
              db.flush();
            }
            while (random.nextInt(3) == 0 && tail.next()) {
              assertTrue(tail.record().firstSequence() <= expected);
              expected = tail.nextSequence();
            }
          }
          while (tail.next()) {
            expected = tail.nextSequence();
          }
          assertEquals(db.lastSequence() + 1, expected);
        }
      }
    }
  }

  @Test
  void saysWhatIsNotKept() throws Exception {
    long first;
    try (Db db = SmallStore.open(disk, SmallStore.OPTIONS)) {
      Table[] tables = BatchHistory.openTables(db);
      for (int i = 0; i < 100; i++) {
        db.write(history.next(tables, random), Durability.WRITTEN);
      }
      db.flush();
      first = db.lastSequence() + 1;
      try (ChangeTail tail = db.tail(1)) {
        SequenceNotKeptException gone = assertThrows(SequenceNotKeptException.class, tail::next);
        assertEquals(1, gone.sequence());
        assertEquals(first, gone.firstKept());
      }
      try (ChangeTail tail = db.tail(first)) {
        assertFalse(tail.next());
        assertFalse(tail.await(Duration.ofMillis(1)));
        db.write(history.next(tables, random), Durability.WRITTEN);
        assertTrue(tail.next());
        assertEquals(first, tail.firstSequence());
      }
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> {
          try (Db db = SmallStore.open(disk, SmallStore.OPTIONS)) {
            db.tail(0).close();
          }
        });
  }

  /** Logs that are not kept are overwritten, or go, while a tail is behind. */
  @Test
  void saysWhenItWasOvertaken() throws Exception {
    for (int behind = 1; behind < 12; behind++) {
      FileSystem other = new MemoryFileSystem();
      AtomicLong flushed = new AtomicLong();
      try (Db db = SmallStore.open(other);
          ChangeTail inside = db.tail(1);
          LogTail outside =
              new LogTail(
                  other,
                  SmallStore.DIRECTORY,
                  () -> StoreId.NONE,
                  1,
                  () -> LogEnd.unknown(flushed.get()))) {
        Table table = db.openTable("rows", SmallStore.TABLE);
        for (int i = 0; i < behind; i++) {
          db.put(table, Slice.utf8("aa-" + i).toByteArray(), new byte[100]);
        }
        assertTrue(inside.next());
        assertTrue(outside.next());
        for (int round = 0; round < 4; round++) {
          for (int i = 0; i < 5; i++) {
            db.put(table, Slice.utf8("bb-" + i).toByteArray(), new byte[70 + round]);
          }
          if (round < 3 || behind % 2 == 0) {
            db.flush();
            flushed.set(db.lastSequence());
          }
        }
        assertOvertaken(inside::next, behind + " rows in, inside");
        assertOvertaken(outside::next, behind + " rows in, outside");
      }
    }
  }

  private interface Step {
    boolean next() throws IOException;
  }

  private static void assertOvertaken(Step tail, String when) {
    assertThrows(
        SequenceNotKeptException.class,
        () -> {
          for (int i = 0; i < 1_000 && tail.next(); i++) {}
        },
        when + ": as if nothing followed");
  }

  @Test
  void keepsNoMoreThanItMay() throws Exception {
    long most = 100 << 10;
    DbOptions few = SmallStore.OPTIONS.withLogRetention(LogRetention.ofBytes(most));
    for (int opening = 0; opening < 2; opening++) {
      try (Db db = SmallStore.open(disk, few)) {
        Table table = db.openTable("rows", SmallStore.TABLE);
        for (int i = 0; i < 40; i++) {
          byte[] value = new byte[10_000];
          random.nextBytes(value);
          db.put(table, Slice.utf8("aa-" + i).toByteArray(), value);
          db.flush();
        }
        long bytes = 0;
        for (String name : disk.list(SmallStore.DIRECTORY)) {
          bytes += name.endsWith(".log") ? disk.size(SmallStore.DIRECTORY.resolve(name)) : 0;
        }
        assertTrue(bytes > most / 2 && bytes < 2 * most, bytes + " bytes of logs");
        try (ChangeTail tail = db.tail(1)) {
          long kept = assertThrows(SequenceNotKeptException.class, tail::next).firstKept();
          try (ChangeTail rest = db.tail(kept)) {
            assertTrue(rest.next());
            assertEquals(kept, rest.firstSequence());
          }
        }
      }
    }
  }

  /** Time passes also while nothing is flushed. */
  @Test
  void keepsNothingLongerThanItMay() throws Exception {
    AtomicLong nowMillis = new AtomicLong(1_000_000);
    DbOptions anHour =
        SmallStore.OPTIONS.withLogRetention(
            new LogRetention(1 << 30, Duration.ofHours(1).toMillis()));
    Components parts = Sheaf.components().withFileSystem(disk).withClock(nowMillis::get);
    try (Db db = Db.open(SmallStore.DIRECTORY, anHour, parts)) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      db.put(table, Slice.utf8("aa-1").toByteArray(), new byte[100]);
      db.flush();
      db.put(table, Slice.utf8("aa-2").toByteArray(), new byte[100]);
      try (ChangeTail tail = db.tail(1)) {
        assertTrue(tail.next());
      }
      long before = logs();
      nowMillis.addAndGet(Duration.ofMinutes(61).toMillis());
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (logs() == before && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertEquals(before - 1, logs());
      try (ChangeTail tail = db.tail(1)) {
        assertEquals(2, assertThrows(SequenceNotKeptException.class, tail::next).firstKept());
      }
    }
  }

  /** A power cut may leave the newest log a name without content. */
  @Test
  @Timeout(20)
  void goesOnBehindALogWithoutContent() throws Exception {
    long last;
    try (Db db = SmallStore.open(disk, KEEPING)) {
      db.put(db.openTable("rows", SmallStore.TABLE), key("aa-1"), new byte[100]);
      db.flush();
      last = db.lastSequence();
    }
    try (WritableFile named = disk.overwrite(newestLog(disk))) {
      named.truncate(0);
    }
    try (Db db = SmallStore.open(disk, KEEPING);
        ChangeTail tail = db.tail(last + 1)) {
      assertFalse(tail.next());
      db.put(db.openTable("rows", SmallStore.TABLE), key("aa-2"), new byte[100]);
      assertTrue(tail.await(Duration.ofSeconds(5)));
      assertEquals(last + 1, tail.firstSequence());
    }
  }

  /** Writes that recovery does not accept are in no table, and no changes. */
  @Test
  @Timeout(20)
  void showsNoWritesThatAreLost() throws Exception {
    FileSystem cut = new MemoryFileSystem();
    long last;
    try (Db db = SmallStore.open(disk, KEEPING)) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      db.put(table, key("aa-1"), new byte[100]);
      db.flush();
      last = db.lastSequence();
      cut.createDirectories(SmallStore.DIRECTORY);
      for (String name : disk.list(SmallStore.DIRECTORY)) {
        copy(SmallStore.DIRECTORY.resolve(name), cut);
      }
      try (WritableFile named = cut.overwrite(newestLog(cut))) {
        named.truncate(0);
      }
      db.put(table, key("aa-2"), new byte[100]);
      db.flush();
      db.put(table, key("aa-lost"), new byte[100]);
      copy(newestLog(disk), cut);
    }
    try (Db db = SmallStore.open(cut, KEEPING)) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      assertEquals(last, db.lastSequence());
      Replica replica = new Replica();
      try (ChangeTail lost = db.tail(last + 2)) {
        assertFalse(lost.next(), "a change that is in no table");
      }
      try (ChangeTail tail = db.tail(1)) {
        while (tail.next()) {
          replica.apply(tail);
        }
        db.put(table, key("aa-3"), new byte[100]);
        assertTrue(tail.await(Duration.ofSeconds(5)));
        replica.apply(tail);
        replica.check(db);
      }
    }
  }

  /** What a later durable write came behind is durable in the logs, too. */
  @Test
  void keepsLogsDurable() throws Exception {
    CrashFileSystem running = new CrashFileSystem();
    CrashFileSystem cut;
    long last;
    try (Db db = SmallStore.open(running, KEEPING)) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      for (int i = 0; i < 100; i++) {
        db.write(new WriteBatch().put(table, key("aa-" + i), new byte[100]), Durability.WRITTEN);
      }
      db.flush();
      db.write(new WriteBatch().put(table, key("aa-last"), new byte[100]), Durability.SYNC);
      last = db.lastSequence();
      cut = running.killClone();
    }
    for (String name : cut.list(SmallStore.DIRECTORY)) {
      if (name.endsWith(".log")) {
        cut.loseUnsynced(SmallStore.DIRECTORY.resolve(name));
      }
    }
    Replica replica = new Replica();
    try (Db db = SmallStore.open(cut, KEEPING);
        ChangeTail tail = db.tail(1)) {
      while (tail.next()) {
        replica.apply(tail);
      }
      assertEquals(last + 1, replica.next);
      replica.check(db);
    }
  }

  /** Writes that a power cut took from a log that is only kept for tails are not kept. */
  @Test
  void saysWhereToGoOnBehindALogThatIsTorn() throws Exception {
    long last;
    Path full;
    try (Db db = SmallStore.open(disk, KEEPING)) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      full = newestLog(disk);
      for (int i = 0; i < 20; i++) {
        db.put(table, key("aa-" + i), new byte[100]);
      }
      db.flush();
      last = db.lastSequence();
      db.put(table, key("aa-last"), new byte[100]);
    }
    try (WritableFile torn = disk.overwrite(full)) {
      torn.truncate(disk.size(full) / 2);
    }
    try (Db db = SmallStore.open(disk, KEEPING);
        ChangeTail tail = db.tail(last - 1)) {
      SequenceNotKeptException gone = assertThrows(SequenceNotKeptException.class, tail::next);
      assertEquals(last + 1, gone.firstKept());
      try (ChangeTail rest = db.tail(gone.firstKept())) {
        assertTrue(rest.next());
        assertEquals(last + 1, rest.firstSequence());
      }
    }
  }

  private static byte[] key(String key) {
    return Slice.utf8(key).toByteArray();
  }

  private static Path newestLog(FileSystem files) throws IOException {
    return SmallStore.DIRECTORY.resolve(
        files.list(SmallStore.DIRECTORY).stream()
            .filter(name -> name.endsWith(".log"))
            .max(Comparator.naturalOrder())
            .orElseThrow());
  }

  private void copy(Path file, FileSystem to) throws IOException {
    try (ReadableFile from = disk.open(file);
        WritableFile copied = to.create(file)) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(from.size()));
      from.read(bytes, 0);
      copied.write(bytes.flip());
    }
  }

  private long logs() throws IOException {
    return disk.list(SmallStore.DIRECTORY).stream().filter(name -> name.endsWith(".log")).count();
  }

  @Test
  void waitsForWritersAtOnce() throws Exception {
    int writers = 3;
    int batches = 300;
    Replica replica = new Replica();
    try (Db db = SmallStore.open(disk, KEEPING);
        ExecutorService threads =
            Executors.newFixedThreadPool(
                writers, Thread.ofPlatform().name("writer-", 0).factory());
        ChangeTail tail = db.tail(1)) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        int number = i;
        ends.add(
            threads.submit(() -> {
              for (int row = 0; row < batches; row++) {
                byte[] key = Slice.utf8("0" + number + "-" + row).toByteArray();
                db.put(table, key, new byte[50]);
              }
              return null;
            }));
      }
      while (replica.changes < (long) writers * batches) {
        assertTrue(tail.await(Duration.ofSeconds(30)));
        replica.apply(tail);
      }
      for (Future<?> end : ends) {
        end.get();
      }
      replica.check(db);
    }
  }
}
