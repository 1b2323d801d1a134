package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.Snapshot;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.db.WriteCondition;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Batches with conditions, alone and by many writers at once, beside flushes and merges. {@code
 * -Dsheaf.test.seed=N} replays what is drawn.
 */
@Timeout(120)
final class ConditionalWriteTest {
  private static final long SEED = TestSeed.next();
  private static final int WRITERS = 4;
  private static final int ROUNDS = 400;
  private static final int COUNTERS = 6;

  @BeforeAll
  static void sayHowToReplay() {
    System.out.println("conditional writes: -Dsheaf.test.seed=" + SEED);
  }

  @Test
  void writesWhereTheRowIsUnchanged() throws Exception {
    try (Db db = SmallStore.open(new MemoryFileSystem())) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      db.put(table, bytes("aa-1"), bytes("one"));
      try (Snapshot before = db.snapshot()) {
        WriteCondition unchanged = WriteCondition.unchangedSince(table, bytes("aa-1"), before);
        for (Durability durability : Durability.values()) {
          assertEquals(
              Optional.empty(),
              db.writeIf(
                  new WriteBatch().put(table, bytes("bb-1"), bytes("x")),
                  List.of(unchanged),
                  durability));
        }
        db.put(table, bytes("aa-1"), bytes("two"));
        assertRefused(db, table, unchanged);
        db.flush();
        assertRefused(db, table, unchanged);
        db.compact(table, null, null);
        assertRefused(db, table, unchanged);
      }
      try (Snapshot before = db.snapshot()) {
        WriteCondition unchanged = WriteCondition.unchangedSince(table, bytes("aa-1"), before);
        db.compact(table, null, null);
        assertEquals(
            Optional.empty(), db.writeIf(new WriteBatch(), List.of(unchanged), Durability.WRITTEN));
        db.write(new WriteBatch().deleteRange(table, bytes("a"), bytes("b")));
        assertRefused(db, table, unchanged);
        db.compact(table, null, null);
        assertRefused(db, table, unchanged);
        assertEquals(
            Optional.of(unchanged),
            db.writeIf(new WriteBatch(), List.of(unchanged), Durability.WRITTEN));
      }
    }
  }

  @Test
  void writesWhereThereIsNoRow() throws Exception {
    try (Db db = SmallStore.open(new MemoryFileSystem())) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      WriteCondition absent = WriteCondition.absent(table, bytes("aa-1"));
      WriteBatch claim = new WriteBatch().put(table, bytes("aa-1"), bytes("mine"));
      assertEquals(Optional.empty(), db.writeIf(claim, List.of(absent), Durability.SYNC));
      assertEquals(Optional.of(absent), db.writeIf(claim, List.of(absent), Durability.SYNC));
      db.flush();
      assertEquals(Optional.of(absent), db.writeIf(claim, List.of(absent), Durability.SYNC));
      db.delete(table, bytes("aa-1"));
      assertEquals(Optional.empty(), db.writeIf(claim, List.of(absent), Durability.SYNC));
      assertArrayEquals(bytes("mine"), db.get(table, bytes("aa-1")));
    }
  }

  @Test
  void refusesAClosedSnapshotAndAnotherStoresTable() throws Exception {
    try (Db db = SmallStore.open(new MemoryFileSystem());
        Db other = SmallStore.open(new MemoryFileSystem())) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      Table others = other.openTable("rows", SmallStore.TABLE);
      Snapshot closed = db.snapshot();
      closed.close();
      WriteBatch batch = new WriteBatch().put(table, bytes("aa-1"), bytes("x"));
      assertThrows(
          ClosedException.class,
          () ->
              db.writeIf(
                  batch,
                  List.of(WriteCondition.unchangedSince(table, bytes("aa-1"), closed)),
                  Durability.WRITTEN));
      assertThrows(
          IllegalArgumentException.class,
          () ->
              db.writeIf(
                  batch,
                  List.of(WriteCondition.absent(others, bytes("aa-1"))),
                  Durability.WRITTEN));
      assertNull(db.get(table, bytes("aa-1")));
    }
  }

  /** Counters that several writers raise at once lose no step; a claim has one winner. */
  @Test
  void writersAtOnceLoseNothing() throws Exception {
    try (Db db = SmallStore.open(new MemoryFileSystem());
        ExecutorService threads =
            Executors.newFixedThreadPool(
                WRITERS + 1, Thread.ofPlatform().name("writer-", 0).factory())) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      AtomicBoolean done = new AtomicBoolean();
      Future<?> background =
          threads.submit(() -> {
            while (!done.get()) {
              db.flush();
              db.compact(table, null, null);
            }
            return null;
          });
      List<Future<Tally>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int number = i;
        writers.add(threads.submit(writer(db, table, number)));
      }
      long[] raised = new long[COUNTERS];
      int claims = 0;
      for (Future<Tally> writer : writers) {
        Tally tally = writer.get();
        for (int counter = 0; counter < COUNTERS; counter++) {
          raised[counter] += tally.raised()[counter];
        }
        claims += tally.claims();
      }
      done.set(true);
      background.get();
      for (int counter = 0; counter < COUNTERS; counter++) {
        assertEquals(raised[counter], number(db.get(table, counter(counter))));
      }
      assertEquals(ROUNDS, claims, "each claim has one winner");
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Tally(long[] raised, int claims) {}

  private static Callable<Tally> writer(Db db, Table table, int number) {
    return () -> {
      Random random = new Random(SEED + number);
      long[] raised = new long[COUNTERS];
      int claims = 0;
      Durability[] durabilities = Durability.values();
      for (int round = 0; round < ROUNDS; round++) {
        int counter = random.nextInt(COUNTERS);
        Durability durability = durabilities[random.nextInt(durabilities.length)];
        boolean written = false;
        while (!written) {
          try (Snapshot now = db.snapshot()) {
            byte[] key = counter(counter);
            long value = number(db.get(table, key, now));
            byte[] next = ByteBuffer.allocate(Long.BYTES).putLong(value + 1).array();
            WriteBatch batch = new WriteBatch().put(table, key, next);
            written =
                db.writeIf(
                        batch, List.of(WriteCondition.unchangedSince(table, key, now)), durability)
                    .isEmpty();
          }
        }
        raised[counter]++;
        byte[] claim = bytes(String.format(Locale.ROOT, "%02d-claim-%d", round % 90, round));
        WriteBatch mine = new WriteBatch().put(table, claim, new byte[] {(byte) number});
        if (db.writeIf(mine, List.of(WriteCondition.absent(table, claim)), durability).isEmpty()) {
          claims++;
          assertArrayEquals(new byte[] {(byte) number}, db.get(table, claim));
        }
      }
      return new Tally(raised, claims);
    };
  }

  private static void assertRefused(Db db, Table table, WriteCondition condition) throws Exception {
    byte[] key = bytes("cc-1");
    WriteBatch batch = new WriteBatch().put(table, key, bytes("x"));
    assertEquals(Optional.of(condition), db.writeIf(batch, List.of(condition), Durability.WRITTEN));
    assertNull(db.get(table, key));
    assertFalse(db.failure().isPresent());
  }

  private static byte[] counter(int number) {
    return bytes("0" + number + "-counter");
  }

  private static long number(byte @Nullable [] value) {
    return value == null ? 0 : ByteBuffer.wrap(value).getLong();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
