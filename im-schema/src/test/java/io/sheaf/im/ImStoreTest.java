package io.sheaf.im;

import static io.sheaf.im.SmallIm.ANN;
import static io.sheaf.im.SmallIm.BOB;
import static io.sheaf.im.SmallIm.PHONE;
import static io.sheaf.im.SmallIm.TEAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sheaf.im.id.ClientMessageId;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Delivery;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.SyncResult;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Closing while calls are under way, where the engine beneath stays open. */
final class ImStoreTest {
  private static final long DEADLINE_SECONDS = 60;

  @Test
  void closingWakesWhoWaits() throws Exception {
    try (SmallIm small =
        new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT).withTeam(ANN, BOB)) {
      small.im.sync().acknowledge(BOB, PHONE, 1);
      FutureTask<SyncResult> waiting =
          new FutureTask<>(() -> small.im.sync().await(BOB, PHONE, 10, Duration.ofDays(1)));
      Thread waits = Thread.ofPlatform().name("waits").daemon().start(waiting);
      while (!waiting.isDone() && waits.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
      small.im.close();
      ExecutionException end =
          assertThrows(
              ExecutionException.class, () -> waiting.get(DEADLINE_SECONDS, TimeUnit.SECONDS));
      assertInstanceOf(ClosedException.class, end.getCause());
      assertThrows(
          ClosedException.class, () -> small.im.sync().await(BOB, PHONE, 10, Duration.ofDays(1)));
    }
  }

  /** The next opening gives numbers from what it finds: nothing may come after it has looked. */
  @Test
  void closingWaitsForChangesThatAreUnderWay() throws Exception {
    try (SmallIm small =
        new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT).withTeam(ANN, BOB)) {
      CountDownLatch isInside = new CountDownLatch(1);
      CountDownLatch mayEnd = new CountDownLatch(1);
      FutureTask<List<?>> sending =
          new FutureTask<>(() ->
              small
                  .im
                  .sender()
                  .send(
                      List.of(small.draft(ANN, "under way")),
                      batch -> {
                        isInside.countDown();
                        await(mayEnd);
                      }));
      Thread.ofPlatform().name("sends").daemon().start(sending);
      await(isInside);
      FutureTask<List<Delivery>> reopening =
          new FutureTask<>(() -> {
            small.im.close();
            try (ImStore again = ImStore.open(small.db, ImOptions.DEFAULT, small.nowMillis::get)) {
              Draft draft = Draft.of(TEAM, BOB, ClientMessageId.of("next"), Body.of("next"));
              return SmallIm.durable(again.sender().send(draft)).deliveries();
            }
          });
      Thread reopens = Thread.ofPlatform().name("reopens").daemon().start(reopening);
      // Where it does not wait it comes to its end; if it only comes to wait later, that is as
      // good.
      while (!reopening.isDone() && reopens.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      mayEnd.countDown();
      List<?> sent = sending.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
      assertEquals(1, sent.size());
      assertEquals(
          List.of(new Delivery(ANN, 3), new Delivery(BOB, 3)),
          reopening.get(DEADLINE_SECONDS, TimeUnit.SECONDS));
    }
  }

  @Test
  void nothingIsPutIntoTheQueueOfAClosedStore() throws Exception {
    try (SmallIm small =
        new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT).withTeam(ANN, BOB)) {
      small.im.close();
      assertThrows(
          ClosedException.class,
          () -> small.im.deferred().add(small.draft(ANN, "late"), Duration.ofMinutes(1)));
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("it takes too long");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
