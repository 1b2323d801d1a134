package io.sheaf.im;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.im.build.IndexBuild;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.SentMessage;
import io.sheaf.im.model.SyncResult;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FileSystem;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Threads that do all that a service does with a few users and conversations, which become large,
 * are deleted and made again; in between the process is killed. Afterwards all rows must fit
 * together, and what was acknowledged must be there.
 *
 * <p>{@code -Dsheaf.test.im.rounds=N} sets how often.
 */
final class ImStoreConcurrencyTest {
  private static final int ROUNDS = Integer.getInteger("sheaf.test.im.rounds", 10);
  private static final int THREADS = 6;
  private static final int CALLS = 250;
  private static final ImOptions OPTIONS =
      ImOptions.DEFAULT.withLargeMembers(3).withWindow(Duration.ofMillis(16));

  @Test
  void rowsFitTogetherWhateverHappensAtOnce() throws Exception {
    long seed = TestSeed.next();
    for (int round = 0; round < ROUNDS; round++) {
      try {
        run(seed + round);
      } catch (Exception | AssertionError e) {
        throw new AssertionError("with -Dsheaf.test.seed=" + (seed + round), e);
      }
    }
  }

  private static void run(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    CrashFileSystem disk = new CrashFileSystem();
    Set<UserId> purged = ConcurrentHashMap.newKeySet();
    Queue<SentMessage> sent = new ConcurrentLinkedQueue<>();
    AtomicInteger left = new AtomicInteger(1 + random.nextInt(THREADS * CALLS));
    AtomicReference<@Nullable Killed> killed = new AtomicReference<>();
    disk.onOperation(name -> {
      if (left.decrementAndGet() == 0) {
        List<SentMessage> acknowledged = List.copyOf(sent);
        killed.set(new Killed(disk.killClone(), acknowledged));
      }
    });
    try (SmallIm small = new SmallIm(disk, OPTIONS)) {
      Calls calls = new Calls(small.im, sent, purged);
      List<FutureTask<Void>> tasks = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        SplittableRandom own = random.split();
        FutureTask<Void> task =
            new FutureTask<>(() -> {
              for (int j = 0; j < CALLS; j++) {
                calls.next(own);
              }
              return null;
            });
        tasks.add(task);
        Thread _ = Thread.ofPlatform().name("caller-" + i).start(task);
      }
      if (random.nextBoolean()) {
        IndexBuild _ = small.im.indexes().create(Calls.BY_TEXT);
      }
      for (FutureTask<Void> task : tasks) {
        task.get();
      }
    }
    disk.onOperation(name -> {});
    check(disk, sent, purged);
    Killed before = killed.get();
    if (before != null) {
      check(before.disk(), before.acknowledged(), purged);
    }
  }

  /** What the store had when the process was killed, and what it had acknowledged by then. */
  private record Killed(CrashFileSystem disk, List<SentMessage> acknowledged) {}

  private static void check(FileSystem disk, Collection<SentMessage> sent, Set<UserId> purged)
      throws IOException {
    try (SmallIm small = new SmallIm(disk, OPTIONS)) {
      small.im.indexes().createAndWait(Calls.BY_TEXT);
      int _ = small.im.deferred().deliver();
      assertEquals(0, small.im.deferred().waiting());
    } // closing writes what waits
    try (SmallIm small = new SmallIm(disk, OPTIONS)) { // in which nothing goes on
      small.im.indexes().createAndWait(Calls.BY_TEXT);
      for (UserId user : Calls.USERS) {
        small.im.sync().addDevice(user, SmallIm.PHONE);
        SyncResult _ = small.im.sync().read(user, SmallIm.PHONE, 10_000);
      }
      new RowsCheck(small, purged).check(sent);
    }
  }
}
