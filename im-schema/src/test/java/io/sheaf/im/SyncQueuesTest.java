package io.sheaf.im;

import static io.sheaf.im.SmallIm.ANN;
import static io.sheaf.im.SmallIm.BOB;
import static io.sheaf.im.SmallIm.EVE;
import static io.sheaf.im.SmallIm.PHONE;
import static io.sheaf.im.SmallIm.TEAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.MessageState;
import io.sheaf.im.model.NewMember;
import io.sheaf.im.model.QueuedEvent;
import io.sheaf.im.model.SyncResult;
import io.sheaf.im.sync.EventListener;
import io.sheaf.im.sync.Subscription;
import io.sheaf.im.table.Kept;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SyncQueuesTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @Test
  void aDeviceGetsEventsUntilItAcknowledgesThem() throws Exception {
    try (SmallIm small = open()) {
      small.send(ANN, "one");
      small.send(ANN, "two");
      List<QueuedEvent> events = small.events(BOB);
      assertEquals(List.of(1L, 2L, 3L), events.stream().map(QueuedEvent::position).toList());
      assertEquals("one", text(events.get(1)));
      assertEquals(events, small.events(BOB));
      assertEquals(2, small.im.sync().acknowledge(BOB, PHONE, 2));
      assertEquals(2, small.im.sync().acknowledge(BOB, PHONE, 1));
      assertEquals(List.of(events.get(2)), small.events(BOB));
      SyncResult some = small.im.sync().read(ANN, PHONE, 2);
      assertTrue(some instanceof SyncResult.Events first && !first.upToDate());
    }
  }

  @Test
  void refusesWhatCannotBe() throws Exception {
    try (SmallIm small = open()) {
      assertThrows(
          ImException.UnknownDevice.class,
          () -> small.im.sync().read(ANN, DeviceId.of("other"), 1));
      assertThrows(
          ImException.UnknownDevice.class, () -> small.im.sync().acknowledge(EVE, PHONE, 0));
      ImException tooFar =
          assertThrows(
              ImException.AcknowledgedTooFar.class,
              () -> small.im.sync().acknowledge(ANN, PHONE, 2));
      assertEquals(
          "device 'phone' of 'ann' acknowledges 2, its queue ends at 1", tooFar.getMessage());
      assertThrows(IllegalArgumentException.class, () -> small.im.sync().read(ANN, PHONE, 0));
    }
  }

  @Test
  void rebasesWhenTooMuchWaitsOrSomeHasExpired() throws Exception {
    try (SmallIm small =
        new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT.withRebaseEvents(3))
            .withTeam(ANN, BOB)) {
      small.send(ANN, "2");
      small.send(ANN, "3");
      assertEquals(3, small.events(BOB).size());
      small.send(ANN, "4");
      assertEquals(new SyncResult.Rebase(4, 1), small.im.sync().read(BOB, PHONE, 100));
      assertEquals(new SyncResult.Rebase(4, 1), small.im.sync().read(BOB, PHONE, 1));
      small.im.sync().acknowledge(BOB, PHONE, 4);
      assertEquals(List.of(), small.events(BOB));
      small.nowMillis.addAndGet(Duration.ofDays(5).toMillis());
      small.im.sealHeads();
      small.send(ANN, "5");
      assertEquals(5, small.events(BOB).getFirst().position());
      small.nowMillis.addAndGet(Duration.ofDays(3).toMillis());
      assertEquals(new SyncResult.Rebase(5, 5), small.im.sync().read(ANN, PHONE, 100));
    }
  }

  @Test
  void positionsDoNotComeAgainWhenAllHasExpired() throws Exception {
    try (SmallIm small = open()) {
      small.send(ANN, "2");
      small.im.sync().acknowledge(BOB, PHONE, 2);
      small.nowMillis.addAndGet(Duration.ofDays(4).toMillis());
      small.im.sealHeads();
      small.nowMillis.addAndGet(Duration.ofDays(4).toMillis());
      assertEquals(List.of(), small.events(BOB));
      small.send(ANN, "3");
      assertEquals(3, small.events(BOB).getFirst().position());
    }
  }

  /** How long events are kept, and what time it is, may differ from one opening to the next. */
  @Test
  void positionsDoNotComeAgainWhateverTheClockDoes() throws Exception {
    MemoryFileSystem disk = new MemoryFileSystem();
    long now;
    try (SmallIm small = new SmallIm(disk, ImOptions.DEFAULT).withTeam(ANN, BOB)) {
      small.nowMillis.addAndGet(Duration.ofDays(4).toMillis());
      small.im.sealHeads(); // 1 is the end
      now = small.nowMillis.get() - Duration.ofHours(1).toMillis();
    }
    Kept kept = ImOptions.DEFAULT.kept();
    Kept longer = new Kept(Duration.ofDays(30), kept.devices(), kept.answers(), kept.messages());
    try (SmallIm small = new SmallIm(disk, ImOptions.DEFAULT.withKept(longer))) {
      small.nowMillis.set(now);
      assertEquals(2, small.im.sync().append(BOB, Body.of("two")));
      assertEquals(3, small.im.sync().append(BOB, Body.of("three")));
      small.nowMillis.addAndGet(Duration.ofDays(31).toMillis());
      assertTrue(small.im.sync().append(BOB, Body.of("new")) > 3);
    }
  }

  @Test
  void whoHasLeftDoesNotSeeWhatIsEditedAfterwards() throws Exception {
    try (SmallIm small = open()) {
      MessageId id = small.send(ANN, "for all").id();
      small.im.conversations().leave(TEAM, BOB);
      small.im.messages().edit(ANN, TEAM, id, Body.of("not for bob"));
      small.im.writeWindow();
      assertEquals(
          List.of("JOINED", "?", "LEFT"),
          small.events(BOB).stream().map(SyncQueuesTest::text).toList());
    }
  }

  /** Another device of the user has fetched what happened in a large conversation. */
  @Test
  void whatIsPushedIsWhole() throws Exception {
    try (SmallIm small =
        new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT.withLargeMembers(2))
            .withTeam(ANN, BOB, EVE)) {
      long position = small.events(BOB).getLast().position();
      Heard heard = new Heard();
      Subscription bobs = small.im.sync().subscribe(BOB, position, heard);
      try (bobs) {
        MessageId id = small.send(ANN, "one").id();
        assertEquals(List.of("behind"), heard.words);
        assertEquals("one", text(small.events(BOB).getLast()));
        small.im.messages().setState(BOB, TEAM, id, new MessageState(false, 1));
        assertEquals(List.of("behind", position + 1 + " one", position + 2 + " one"), heard.words);
      }
    }
  }

  @Test
  void positionsGoOnBehindAGapWhenNobodyLooked() throws Exception {
    try (SmallIm small = open()) {
      small.im.sync().acknowledge(BOB, PHONE, 1);
      small.nowMillis.addAndGet(Duration.ofDays(8).toMillis()); // and no pass came by
      assertInstanceOf(SyncResult.Rebase.class, small.im.sync().read(BOB, PHONE, 100));
      small.send(ANN, "2");
      SyncResult.Rebase rebase =
          assertInstanceOf(SyncResult.Rebase.class, small.im.sync().read(BOB, PHONE, 100));
      assertEquals(257, rebase.position());
      small.im.sync().acknowledge(BOB, PHONE, rebase.position());
      small.send(ANN, "3");
      assertEquals(258, small.events(BOB).getFirst().position());
    }
  }

  @Test
  void forgetsDevicesThatAreNotSeen() throws Exception {
    try (SmallIm small = open()) {
      for (int day = 0; day < 40; day++) {
        small.nowMillis.addAndGet(Duration.ofDays(1).toMillis());
        small.im.sync().read(ANN, PHONE, 1);
      }
      assertEquals(1, small.im.sync().devices(ANN).size());
      assertEquals(List.of(), small.im.sync().devices(BOB));
      assertThrows(ImException.UnknownDevice.class, () -> small.im.sync().read(BOB, PHONE, 1));
      small.im.sync().addDevice(BOB, PHONE);
      small.im.sync().removeDevice(ANN, PHONE);
      assertEquals(List.of(), small.im.sync().devices(ANN));
    }
  }

  @Test
  void aWriteWakesWhoWaits() throws Exception {
    try (SmallIm small = open()) {
      small.im.sync().acknowledge(BOB, PHONE, 1);
      FutureTask<SyncResult> waiting = start(() -> small.im.sync().await(BOB, PHONE, 10, LONG));
      small.send(ANN, "wake up");
      SyncResult.Events events =
          assertInstanceOf(SyncResult.Events.class, waiting.get(30, TimeUnit.SECONDS));
      assertEquals("wake up", text(events.events().getFirst()));
      small.im.sync().acknowledge(BOB, PHONE, 2);
      SyncResult none = small.im.sync().await(BOB, PHONE, 10, Duration.ofMillis(1));
      assertEquals(new SyncResult.Events(List.of(), 2), none);
    }
  }

  @Test
  void aWriteToALargeConversationWakesWhoWaits() throws Exception {
    try (SmallIm small =
        new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT.withLargeMembers(2))
            .withTeam(ANN, BOB, EVE)) {
      long joined = small.events(BOB).getLast().position();
      small.im.sync().acknowledge(BOB, PHONE, joined);
      FutureTask<SyncResult> waiting = start(() -> small.im.sync().await(BOB, PHONE, 10, LONG));
      assertEquals(List.of(), small.send(ANN, "to all").deliveries());
      SyncResult.Events events =
          assertInstanceOf(SyncResult.Events.class, waiting.get(30, TimeUnit.SECONDS));
      assertEquals("to all", text(events.events().getFirst()));
      assertEquals(joined + 1, events.events().getFirst().position());
    }
  }

  @Test
  void whoWaitsHearsThatALargeConversationIsDeleted() throws Exception {
    try (SmallIm small =
        new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT.withLargeMembers(2))
            .withTeam(ANN, BOB, EVE)) {
      Heard heard = new Heard();
      long position = small.events(BOB).getLast().position();
      Subscription bobs = small.im.sync().subscribe(BOB, position, heard);
      try (bobs) {
        small.im.conversations().delete(TEAM);
        assertEquals(List.of("behind"), heard.words);
        small.events(BOB);
        assertEquals(List.of("behind", position + 1 + " DELETED"), heard.words);
      }
    }
  }

  @Test
  void pushesFromMemoryWhatComesNext() throws Exception {
    try (SmallIm small = open()) {
      Heard heard = new Heard();
      Subscription first = small.im.sync().subscribe(BOB, 1, heard);
      try (first) {
        small.send(ANN, "two");
        small.im.sync().append(BOB, Body.of("three"));
        assertEquals(List.of("2 two", "3 three"), heard.words);
      }
      small.send(ANN, "four");
      assertEquals(2, heard.words.size());
      Subscription second = small.im.sync().subscribe(BOB, 3, heard);
      try (second) {
        small.send(ANN, "five");
        small.send(ANN, "six");
        assertEquals(List.of("2 two", "3 three", "behind", "6 six"), heard.words);
      }
    }
  }

  @Test
  void nothingIsReadForWhatIsPushed() throws Exception {
    try (SmallIm small = open()) {
      small.send(ANN, "two");
      long without = readsOf(small, "three");
      Heard heard = new Heard();
      Subscription bobs = small.im.sync().subscribe(BOB, 3, heard);
      try (bobs) {
        assertEquals(without, readsOf(small, "four"));
      }
      assertEquals(List.of("4 four"), heard.words);
    }
  }

  /** How many reads a send takes. */
  private static long readsOf(SmallIm small, String text) {
    Statistics statistics = small.db.statistics();
    long before = statistics.get(Counter.GETS) + statistics.get(Counter.CURSORS);
    small.send(ANN, text);
    return statistics.get(Counter.GETS) + statistics.get(Counter.CURSORS) - before;
  }

  @Test
  void aListenerHearsOfConversationsThatBecomeLarge() throws Exception {
    try (SmallIm small =
        new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT.withLargeMembers(2))
            .withTeam(ANN, BOB)) {
      Heard heard = new Heard();
      Subscription bobs = small.im.sync().subscribe(BOB, 1, heard);
      try (bobs) {
        small.im.conversations().join(TEAM, List.of(NewMember.of(EVE)));
        assertEquals(List.of("behind"), heard.words);
        assertEquals(2, small.events(BOB).size()); // which pushes what it has fetched, too
        assertEquals(List.of("behind", "2 JOINED"), heard.words);
        small.send(ANN, "three");
        assertEquals(List.of("behind", "2 JOINED", "behind"), heard.words);
        small.im.conversations().leave(TEAM, BOB);
        heard.words.clear();
        small.send(ANN, "not for bob");
        assertEquals(List.of(), heard.words);
      }
    }
  }

  /** It leaves while the conversations it follows are read, and is not told of them for ever. */
  @Test
  void whoLeavesWhileItSubscribesFollowsNoMore() throws Exception {
    ReadHook hook = new ReadHook();
    FileSystem disk = hook.over(new MemoryFileSystem());
    ImOptions options = ImOptions.DEFAULT.withLargeMembers(2);
    try (SmallIm small = new SmallIm(disk, options).withTeam(ANN, BOB, EVE)) {
      small.db.flush(); // so that what is followed is read from a file
    }
    try (SmallIm small = new SmallIm(disk, options)) {
      FutureTask<Void> leaving =
          new FutureTask<>(() -> {
            small.im.conversations().leave(TEAM, BOB);
            return null;
          });
      Thread subscribing = Thread.currentThread();
      Thread leaves = Thread.ofPlatform().name("leaves").unstarted(leaving);
      hook.set(() -> {
        if (Thread.currentThread().equals(subscribing) && leaves.getState() == Thread.State.NEW) {
          leaves.start();
          while (!leaving.isDone() && leaves.getState() == Thread.State.RUNNABLE) {
            Thread.onSpinWait(); // it has left, or waits until who subscribes is done
          }
        }
      });
      Heard heard = new Heard();
      Subscription bobs = small.im.sync().subscribe(BOB, 1, heard);
      try (bobs) {
        if (leaves.getState() == Thread.State.NEW) {
          leaves.start(); // all was in memory already
        }
        leaving.get(30, TimeUnit.SECONDS);
        heard.words.clear();
        small.send(ANN, "not for bob");
        assertEquals(List.of(), heard.words);
      }
    }
  }

  /** Who begins to wait while a write is under way hears of it. */
  @Test
  void nobodyMissesAWriteThatIsUnderWay() throws Exception {
    CrashFileSystem disk = new CrashFileSystem();
    try (SmallIm small = new SmallIm(disk, ImOptions.DEFAULT).withTeam(ANN, BOB)) {
      Heard heard = new Heard();
      List<Subscription> subscriptions = new ArrayList<>();
      disk.onOperation(name -> {
        if (subscriptions.isEmpty()) {
          try {
            subscriptions.add(small.im.sync().subscribe(BOB, 1, heard));
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        }
      });
      small.send(ANN, "two");
      disk.onOperation(name -> {});
      assertEquals(List.of("2 two"), heard.words);
      subscriptions.forEach(Subscription::close);
    }
  }

  @Test
  void aListenerThatFailsHarmsNobody() throws Exception {
    try (SmallIm small = open()) {
      List<Long> positions = new ArrayList<>();
      EventListener failing =
          new EventListener() {
            @Override
            public void pushed(UserId user, QueuedEvent event) {
              positions.add(event.position());
              if (event.position() == 2) {
                throw new IllegalStateException("cannot");
              }
            }

            @Override
            public void behind(UserId user) {
              positions.add(-1L);
            }
          };
      Subscription bobs = small.im.sync().subscribe(BOB, 1, failing);
      try (bobs) {
        assertEquals(1, small.send(ANN, "two").sequence());
        assertEquals(2, small.send(ANN, "three").sequence());
        assertEquals(3, small.send(ANN, "four").sequence());
        assertEquals(List.of(2L, -1L, 4L), positions); // what failed is not taken for pushed
      }
    }
  }

  @Test
  void whoIsFarBehindInALargeConversationIsToldSo() throws Exception {
    try (SmallIm small =
        new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT.withLargeMembers(2))
            .withTeam(ANN, BOB, EVE)) {
      for (int i = 0; i < 1001; i++) {
        small.send(ANN, "x");
      }
      List<QueuedEvent> events = small.events(BOB);
      assertEquals(2, events.size());
      assertEquals(
          new Event.OfConversation(Event.ConversationChange.BEHIND, TEAM, 1001, Optional.empty()),
          events.getLast().event());
      small.send(ANN, "y");
      assertEquals("y", text(small.events(BOB).getLast()));
    }
  }

  @Test
  void whoJoinsALargeConversationGetsWhatComesThen() throws Exception {
    try (SmallIm small =
        new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT.withLargeMembers(2))
            .withTeam(ANN, BOB)) {
      small.send(ANN, "before");
      small.im.sync().addDevice(EVE, PHONE);
      small.im.conversations().join(TEAM, List.of(NewMember.of(EVE)));
      small.send(ANN, "then");
      assertEquals(2, small.events(EVE).size());
      assertEquals("then", text(small.events(EVE).getLast()));
      assertEquals(4, small.events(BOB).size());
      small.im.conversations().delete(TEAM);
      assertEquals(
          Event.ConversationChange.DELETED,
          ((Event.OfConversation) small.events(EVE).getLast().event()).change());
    }
  }

  /** The end of the old one is told before the beginning of the new one. */
  @Test
  void whoJoinsAnewHearsThatTheLargeConversationWasDeleted() throws Exception {
    try (SmallIm small =
        new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT.withLargeMembers(2))
            .withTeam(ANN, BOB, EVE)) {
      small.im.conversations().delete(TEAM);
      small.im.conversations().create(TEAM, false, List.of(NewMember.of(BOB)));
      assertEquals(
          List.of("JOINED", "DELETED", "JOINED"),
          small.events(BOB).stream().map(SyncQueuesTest::text).toList());
      assertEquals(
          List.of("JOINED", "DELETED"),
          small.events(EVE).stream().map(SyncQueuesTest::text).toList());
      small.im.conversations().join(TEAM, List.of(NewMember.of(EVE)));
      assertEquals(3, small.events(EVE).size());
    }
  }

  private static final class Heard implements EventListener {
    final List<String> words = new ArrayList<>();

    @Override
    public void pushed(UserId user, QueuedEvent event) {
      words.add(event.position() + " " + text(event));
    }

    @Override
    public void behind(UserId user) {
      words.add("behind");
    }
  }

  /** Starts it, and returns when its thread waits. */
  private static <T> FutureTask<T> start(Callable<T> work) throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    FutureTask<T> task =
        new FutureTask<>(() -> {
          begun.countDown();
          return work.call();
        });
    Thread thread = Thread.ofPlatform().name("waits").daemon().start(task);
    begun.await();
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    return task;
  }

  private static String text(QueuedEvent event) {
    return switch (event.event()) {
      case Event.OfMessage about -> about.message().map(one -> one.body().text()).orElse("?");
      case Event.Custom custom -> custom.body().text();
      case Event.OfConversation about -> about.change().toString();
    };
  }

  private static SmallIm open() throws IOException {
    return new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT).withTeam(ANN, BOB);
  }
}
