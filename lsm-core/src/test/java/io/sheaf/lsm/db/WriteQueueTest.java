package io.sheaf.lsm.db;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.compact.CompactionHost;
import io.sheaf.lsm.compact.NoCompaction;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.value.SeparationPolicy;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WriteQueueTest {
  private static final int WRITERS = 3;

  private final CountDownLatch flushMayGoOn = new CountDownLatch(1);
  private final FailingCompactor compactor = new FailingCompactor();

  /** Fails the store at the first write after it was armed: when that is visible. */
  private static final class FailingCompactor extends NoCompaction {
    final AtomicBoolean armed = new AtomicBoolean();
    private volatile @Nullable CompactionHost host;

    @Override
    public void start(CompactionHost host) {
      this.host = host;
    }

    @Override
    public double pressure() {
      CompactionHost failed = host;
      if (failed != null && armed.getAndSet(false)) {
        failed.failed(new IOException("compaction failed"));
      }
      return 0;
    }
  }

  /** Writes rows until that fails. */
  private static final class Writer implements Runnable {
    private final Db db;
    private final Table table;
    private final int number;
    private int row;

    Writer(Db db, Table table, int number) {
      this.db = db;
      this.table = table;
      this.number = number;
    }

    @Override
    public void run() {
      try {
        while (true) {
          db.put(table, key(row), new byte[1_000]);
          row++;
        }
      } catch (IOException readOnly) {
        // which ends it
      }
    }

    byte[] key(int of) {
      return ByteBuffer.allocate(8).putInt(number).putInt(of).array();
    }
  }

  @Test
  void whoWaitsForRoomWhileAnotherWritesItsBatchIsToldHowThatWent() throws Exception {
    try (Db db = open()) {
      Table table = db.openTable("t", TableOptions.DEFAULT);
      List<Writer> writers = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        Writer writer = new Writer(db, table, i);
        writers.add(writer);
        threads.add(Thread.ofPlatform().name("writer-" + i).start(writer));
      }
      while (!threads.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING)) {
        Thread.onSpinWait(); // until they wait for the flush, which waits for this test
      }
      compactor.armed.set(true);
      flushMayGoOn.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertTrue(db.failure().isPresent());
      for (Writer writer : writers) {
        assertTrue(writer.row == 0 || db.get(table, writer.key(writer.row - 1)) != null);
        assertTrue(db.get(table, writer.key(writer.row)) == null, "a write that failed is there");
      }
    }
  }

  private Db open() throws IOException {
    Components components =
        Components.defaults()
            .withFileSystem(new MemoryFileSystem())
            .withPolicies(options -> {
              awaitPermission();
              return SeparationPolicy.NEVER;
            })
            .withCompactors(() -> compactor);
    return Db.open(Path.of("/store"), DbOptions.DEFAULT.withMemory(16 << 20, 64 << 10), components);
  }

  private void awaitPermission() {
    try {
      flushMayGoOn.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
