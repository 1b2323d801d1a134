package io.sheaf.server.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.Sheaf;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What takes much memory is done by one transaction at a time, and has its bounds. */
final class LargeWorkTest {
  private static final int LARGE_BYTES = 8 << 20;

  @TempDir private Path directory;
  private Db db;
  private Keyspace keyspace;

  @BeforeEach
  void open() throws IOException {
    db = Sheaf.open(directory, DbOptions.DEFAULT.withMemory(64L << 20, 16L << 20));
    keyspace = Keyspace.open(db, System::currentTimeMillis);
  }

  @AfterEach
  void close() throws IOException {
    db.close();
  }

  private int putLarge(byte[] key) throws IOException {
    try (KeyLocks.Held _ = keyspace.locks().lock(KeyPlace.of(key));
        Transaction rows = keyspace.begin()) {
      Slice value = rows.scratch(LARGE_BYTES);
      rows.put(key, new StringRow(KeyRow.NEVER, value));
      assertTrue(rows.isLarge());
      rows.commit();
      assertFalse(rows.isLarge());
    }
    try (Transaction rows = keyspace.begin()) {
      StringRow found = (StringRow) rows.find(key);
      return found == null ? 0 : found.value().length();
    }
  }

  @Test
  void oneWaitsForAnother() throws Exception {
    FutureTask<Integer> second = new FutureTask<>(() -> putLarge(new byte[] {2}));
    Thread waiting = Thread.ofPlatform().name("second").unstarted(second);
    try (Transaction first = keyspace.begin()) {
      first.beginLarge();
      waiting.start();
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (!keyspace.largeWork().hasQueuedThread(waiting)) {
        assertTrue(System.nanoTime() - until < 0, "the second does not wait for the first");
        Thread.onSpinWait();
      }
      assertEquals(LARGE_BYTES, putLarge(new byte[] {1})); // one thread does not wait for itself
      assertFalse(second.isDone());
    }
    assertEquals(LARGE_BYTES, second.get(60, TimeUnit.SECONDS));
    assertFalse(keyspace.largeWork().isLocked());
  }

  @Test
  void whoReadsMuchWaitsOutsideOfTheRead() throws Exception {
    byte[] key = {4};
    assertEquals(LARGE_BYTES, putLarge(key));
    FutureTask<Integer> reading =
        new FutureTask<>(() -> {
          try (Transaction rows = keyspace.begin()) {
            StringRow found = (StringRow) rows.find(key);
            assertTrue(rows.isLarge());
            return found == null ? 0 : found.value().length();
          }
        });
    try (Transaction first = keyspace.begin()) {
      first.beginLarge();
      Thread waiting = Thread.ofPlatform().name("reader").start(reading);
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (!keyspace.largeWork().hasQueuedThread(waiting)) {
        assertTrue(System.nanoTime() - until < 0, "the reader does not wait");
        Thread.onSpinWait();
      }
      for (StackTraceElement frame : waiting.getStackTrace()) {
        assertFalse(frame.getMethodName().equals("accept"), frame::toString);
      }
    }
    assertEquals(LARGE_BYTES, reading.get(60, TimeUnit.SECONDS));
  }

  @Test
  void smallWorkWaitsForNobody() throws IOException {
    byte[] key = {3};
    try (KeyLocks.Held _ = keyspace.locks().lock(KeyPlace.of(key));
        Transaction rows = keyspace.begin()) {
      rows.put(key, new StringRow(KeyRow.NEVER, new byte[100_000]));
      assertFalse(rows.isLarge());
      rows.commit();
    }
  }

  @Test
  void whatIsTooMuchIsRefused() {
    AtomicInteger told = new AtomicInteger();
    ChangeBudget budget = new ChangeBudget(told::incrementAndGet, 8 << 20);
    budget.take(1 << 20);
    assertEquals(0, told.get());
    budget.take(4 << 20);
    assertEquals(1, told.get());
    assertThrows(TooLargeException.class, () -> budget.take(4 << 20));
  }
}
