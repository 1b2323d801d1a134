package io.sheaf.lsm.db;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ForwardingFileSystem;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes wrong where buffered writes are handed on: no more of them may be acknowledged. */
@Timeout(60)
final class HandOnFailureTest {
  private static final byte[] KEY = {1};
  private static final byte[] VALUE = {2};
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(40);

  private final CrashFileSystem disk = new CrashFileSystem();

  /** Cannot say how much is free once it was told so. */
  private static final class UnknownFreeBytes extends ForwardingFileSystem {
    final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

    UnknownFreeBytes(FileSystem beneath) {
      super(beneath);
    }

    @Override
    public long freeBytes(Path directory) throws IOException {
      RuntimeException because = failure.get();
      if (because != null) {
        throw because;
      }
      return super.freeBytes(directory);
    }
  }

  @Test
  void memoryThatIsOutMakesTheStoreReadOnly() throws Exception {
    assertReadOnlyAfter(new OutOfMemoryError("injected"));
  }

  @Test
  void anyOtherErrorMakesTheStoreReadOnly() throws Exception {
    assertReadOnlyAfter(new IllegalStateException("injected"));
  }

  @Test
  void soDoesAFailureToAskForTheRoom() throws Exception {
    UnknownFreeBytes asked = new UnknownFreeBytes(disk);
    Db db = open(asked);
    try (db) {
      Table table = db.openTable("t", TableOptions.DEFAULT);
      RuntimeException injected = new IllegalStateException("injected");
      asked.failure.set(injected);
      assertRefusesAfter(injected, db, table);
    }
  }

  private void assertReadOnlyAfter(Throwable injected) throws Exception {
    Db db = open(disk);
    Table table = db.openTable("t", TableOptions.DEFAULT);
    disk.onOperation(operation -> {
      if (operation.startsWith("write ")
          && operation.contains(".log")
          && Thread.currentThread().getName().equals("sheaf-log")) {
        switch (injected) {
          case Error e -> throw e;
          case RuntimeException e -> throw e;
          default -> throw new AssertionError(injected);
        }
      }
    });
    db.write(new WriteBatch().put(table, KEY, VALUE), Durability.BUFFERED);
    assertRefusesAfter(injected, db, table);
    assertArrayEquals(VALUE, db.get(table, KEY));
    assertThrows(IOException.class, db::close, "what was acknowledged is not in the log");
  }

  private static void assertRefusesAfter(Throwable injected, Db db, Table table) {
    long begin = System.nanoTime();
    while (db.failure().isEmpty()) { // until it has gone wrong
      assertTrue(System.nanoTime() - begin < PATIENCE_NANOS, "the store has not noticed");
      Thread.onSpinWait();
    }
    assertSame(injected, db.failure().orElseThrow());
    WriteBatch more = new WriteBatch().put(table, KEY, KEY);
    assertThrows(IOException.class, () -> db.write(more, Durability.BUFFERED));
  }

  private static Db open(FileSystem disk) throws IOException {
    return Db.open(
        Path.of("/store"),
        DbOptions.DEFAULT.withMemory(16 << 20, 64 << 10).withBufferedMillis(1),
        Components.defaults().withFileSystem(disk));
  }
}
