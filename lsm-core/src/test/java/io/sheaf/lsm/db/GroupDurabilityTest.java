package io.sheaf.lsm.db;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Writers of one group that want different durabilities: each has what it wants, wherever in the
 * group it stands. A sync is held until the writers that are to be the next group wait.
 */
@Timeout(60)
final class GroupDurabilityTest {
  private static final Path DIRECTORY = Path.of("/store");
  private static final int CUTS = 15;

  /** So rarely that nothing is handed on but with a group. */
  private static final long NEVER_MILLIS = 3_600_000;

  private final Random random = new Random(TestSeed.next());
  private final CrashFileSystem disk = new CrashFileSystem();
  private final FaultFileSystem faulty = new FaultFileSystem(disk);

  @ParameterizedTest
  @EnumSource
  void syncIsThereAfterAPowerCut(Durability other) throws Exception {
    for (List<Durability> group : besides(Durability.SYNC, other)) {
      CrashFileSystem own = new CrashFileSystem();
      try (Db db = open(own)) {
        assertEquals(List.of(), failures(writeGroup(db, own, group, () -> {})));
        for (int cut = 0; cut < CUTS; cut++) {
          assertThere(own.crashClone(random), group, Durability.SYNC);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void writtenIsThereAfterAKill(Durability other) throws Exception {
    for (List<Durability> group : besides(Durability.WRITTEN, other)) {
      CrashFileSystem own = new CrashFileSystem();
      try (Db db = open(own)) {
        assertEquals(List.of(), failures(writeGroup(db, own, group, () -> {})));
        assertThere(own.killClone(), group, Durability.WRITTEN);
      }
    }
  }

  @Test
  void aSyncThatFailsRefusesAllOfTheGroup() throws Exception {
    List<Durability> group =
        List.of(Durability.BUFFERED, Durability.SYNC, Durability.WRITTEN, Durability.BUFFERED);
    Db db = open(faulty);
    faulty.losePagesOnFailingSync(disk);
    List<FutureTask<?>> written =
        writeGroup(db, disk, group, () -> faulty.failOnce(FaultFileSystem.Operation.SYNC, 1));
    assertEquals(1, faulty.injectedFaults());
    List<Throwable> failures = failures(written);
    assertEquals(group.size(), failures.size());
    failures.forEach(failure -> assertInstanceOf(IOException.class, failure));
    Table table = db.table("t");
    for (int i = 0; i < group.size(); i++) {
      assertNull(db.get(table, key(i)), "a write that was refused is there");
    }
    faulty.heal();
    WriteBatch more = new WriteBatch().put(table, key(0), key(0));
    assertThrows(IOException.class, () -> db.write(more, Durability.BUFFERED));
    assertThrows(IOException.class, db::close);
  }

  /** Groups of one that wants {@code wanted} and some that want {@code other}, in any place. */
  private static List<List<Durability>> besides(Durability wanted, Durability other) {
    return List.of(
        List.of(wanted, other),
        List.of(other, wanted),
        List.of(other, wanted, other),
        List.of(wanted, other, other));
  }

  /**
   * Has one group written that holds a row for each of these, in their order.
   *
   * @param beforeItsSync is run when all of the group wait, before anything of it is written
   */
  private static List<FutureTask<?>> writeGroup(
      Db db, CrashFileSystem disk, List<Durability> group, ThrowingRunnable beforeItsSync)
      throws Exception {
    Table table = db.openTable("t", TableOptions.DEFAULT);
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    AtomicBoolean first = new AtomicBoolean(true);
    disk.onOperation(operation -> {
      if (operation.startsWith("sync ")
          && operation.endsWith(".log")
          && first.compareAndSet(true, false)) {
        held.countDown();
        await(mayGoOn);
      }
    });
    List<FutureTask<?>> writers = new ArrayList<>();
    start(db, new WriteBatch().put(table, new byte[] {'#'}, new byte[1]), Durability.SYNC);
    held.await();
    for (int i = 0; i < group.size(); i++) {
      Writer writer = start(db, new WriteBatch().put(table, key(i), key(i)), group.get(i));
      while (writer.thread().isAlive() && !waitsInTheQueue(writer.thread())) {
        Thread.onSpinWait();
      }
      writers.add(writer.task());
    }
    beforeItsSync.run();
    mayGoOn.countDown();
    for (FutureTask<?> writer : writers) {
      awaitEnd(writer);
    }
    disk.onOperation(operation -> {});
    return writers;
  }

  /** What may throw. */
  private interface ThrowingRunnable {
    void run() throws Exception;
  }

  private record Writer(FutureTask<?> task, Thread thread) {}

  private static Writer start(Db db, WriteBatch batch, Durability durability) {
    FutureTask<?> task =
        new FutureTask<>(() -> {
          db.write(batch, durability);
          return null;
        });
    return new Writer(task, Thread.ofPlatform().name("writer-" + durability).start(task));
  }

  private static boolean waitsInTheQueue(Thread writer) {
    return writer.getState() == Thread.State.WAITING
        && Arrays.stream(writer.getStackTrace())
            .anyMatch(frame -> frame.getClassName().equals(WriteQueue.class.getName()));
  }

  private static List<Throwable> failures(List<FutureTask<?>> writers) {
    return writers.stream()
        .filter(writer -> writer.state() == Future.State.FAILED)
        .map(FutureTask::exceptionNow)
        .toList();
  }

  private static void awaitEnd(FutureTask<?> writer) throws InterruptedException {
    try {
      writer.get();
    } catch (ExecutionException e) {
      // which the test asks for
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertThere(
      CrashFileSystem left, List<Durability> group, Durability durability) throws IOException {
    try (Db again = open(left)) {
      for (int i = 0; i < group.size(); i++) {
        byte @Nullable [] found = again.get(again.table("t"), key(i));
        if (group.get(i) == durability) {
          assertArrayEquals(key(i), found, group + ", row " + i);
        }
      }
    }
  }

  private static byte[] key(int row) {
    return new byte[] {'k', (byte) row};
  }

  private static Db open(FileSystem disk) throws IOException {
    return Db.open(
        DIRECTORY,
        DbOptions.DEFAULT.withMemory(16 << 20, 64 << 10).withBufferedMillis(NEVER_MILLIS),
        Components.defaults().withFileSystem(disk));
  }
}
