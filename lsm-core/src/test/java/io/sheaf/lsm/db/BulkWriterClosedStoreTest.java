package io.sheaf.lsm.db;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A bulk writer whose store is closed: the files in the directory may be another opener's then. */
@Timeout(120)
final class BulkWriterClosedStoreTest {
  private static final Path DIRECTORY = Path.of("/store");
  private static final int ROWS = 100;

  private final CrashFileSystem disk = new CrashFileSystem();

  @Test
  void refusesAllAndTouchesNoFile() throws Exception {
    Db db = open();
    BulkWriter some = db.bulkWriter(db.openTable("t", TableOptions.DEFAULT));
    BulkWriter none = db.bulkWriter(db.table("t"));
    put(some, 0, 1);
    db.close();
    Queue<String> operations = new ConcurrentLinkedQueue<>();
    disk.onOperation(operations::add);
    assertThrows(ClosedException.class, () -> put(some, 1, 1));
    assertThrows(ClosedException.class, () -> put(none, 1, 1));
    assertThrows(ClosedException.class, () -> db.ingest(List.of(some)));
    assertThrows(ClosedException.class, some::finish);
    assertThrows(ClosedException.class, () -> db.ingest(List.of(none)));
    some.close();
    none.close();
    disk.onOperation(operation -> {});
    assertEquals(List.of(), List.copyOf(operations));
  }

  @Test
  void removesWhatItHadWrittenBeforeTheLockIsGivenUp() throws Exception {
    Db db = open();
    BulkWriter bulk = db.bulkWriter(db.openTable("t", TableOptions.DEFAULT));
    int before = disk.list(DIRECTORY).size();
    put(bulk, 0, ROWS);
    bulk.finish();
    assertEquals(before + 1, disk.list(DIRECTORY).size());
    db.close();
    try (Db other = open()) {
      Table table = other.table("t");
      for (int i = 0; i < 5; i++) { // files with the numbers that the bulk writer had
        other.put(table, key(i), new byte[] {1});
        other.flush();
      }
      List<String> names = disk.list(DIRECTORY).stream().sorted().toList();
      assertThrows(ClosedException.class, () -> db.ingest(List.of(bulk)));
      bulk.close();
      assertEquals(names, disk.list(DIRECTORY).stream().sorted().toList());
    }
    try (Db again = open()) {
      for (int i = 0; i < 5; i++) {
        assertArrayEquals(new byte[] {1}, again.get(again.table("t"), key(i)));
      }
      assertNull(again.get(again.table("t"), key(5)));
    }
  }

  @Test
  void isWaitedForWhileItsThreadsWrite() throws Exception {
    Db db = open();
    BulkWriter bulk = db.bulkWriter(db.openTable("t", TableOptions.DEFAULT));
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    AtomicBoolean lockGivenUp = new AtomicBoolean();
    Queue<String> tooLate = new ConcurrentLinkedQueue<>();
    disk.onOperation(operation -> {
      if (Thread.currentThread().getName().equals("sheaf-bulk")) {
        writing.countDown();
        await(mayGoOn);
        if (lockGivenUp.get()) {
          tooLate.add(operation);
        }
      }
    });
    byte[] large = new byte[1 << 20];
    for (int i = 0; i <= BulkWriter.CHUNK_BYTES / large.length; i++) {
      bulk.put(key(i), large);
    }
    writing.await();
    Thread closing =
        start(() -> {
          db.close();
          lockGivenUp.set(true);
          return null;
        });
    awaitStandstill(closing);
    mayGoOn.countDown();
    closing.join();
    bulk.close();
    disk.onOperation(operation -> {});
    assertEquals(List.of(), List.copyOf(tooLate));
    try (Db again = open()) {
      assertEquals(
          List.of(), Objects.requireNonNull(again.version().table(again.table("t").id())).runs());
    }
  }

  @Test
  void keepsFilesThatAreMadeTheStoresWhileItIsClosed() throws Exception {
    Db db = open();
    Table table = db.openTable("t", TableOptions.DEFAULT);
    db.put(table, key(0), new byte[1]);
    db.flush();
    Thread ingesting = Thread.currentThread();
    AtomicReference<Thread> closing = new AtomicReference<>();
    try (BulkWriter bulk = db.bulkWriter(table)) {
      put(bulk, 1, ROWS);
      bulk.finish();
      disk.onOperation(operation -> {
        if (Thread.currentThread().equals(ingesting)
            && operation.contains(".manifest")
            && closing.get() == null) {
          closing.set(
              start(() -> {
                db.close();
                return null;
              }));
          awaitStandstill(closing.get());
        }
      });
      db.ingest(List.of(bulk));
      disk.onOperation(operation -> {});
      closing.get().join();
    }
    try (Db again = open()) {
      for (int i = 1; i < ROWS; i++) {
        assertArrayEquals(
            ByteBuffer.allocate(4).putInt(i).array(), again.get(table(again), key(i)));
      }
    }
  }

  private static Table table(Db db) {
    return db.table("t");
  }

  /** Until it waits for somebody, or has ended. */
  private static void awaitStandstill(Thread thread) {
    while (thread.getState() == Thread.State.RUNNABLE || thread.getState() == Thread.State.NEW) {
      Thread.onSpinWait();
    }
  }

  private static Thread start(Callable<?> work) {
    return Thread.ofPlatform()
        .name("closing")
        .start(() -> {
          try {
            work.call();
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void put(BulkWriter bulk, int from, int to) throws IOException {
    for (int i = from; i <= to; i++) {
      bulk.put(key(i), ByteBuffer.allocate(4).putInt(i).array());
    }
  }

  private static byte[] key(int row) {
    return ByteBuffer.allocate(4).putInt(row).array();
  }

  private Db open() throws IOException {
    return Db.open(
        DIRECTORY,
        DbOptions.DEFAULT.withMemory(16 << 20, 64 << 10),
        Components.defaults().withFileSystem(disk));
  }
}
