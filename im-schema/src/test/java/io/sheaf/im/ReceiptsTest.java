package io.sheaf.im;

import static io.sheaf.im.SmallIm.ANN;
import static io.sheaf.im.SmallIm.BOB;
import static io.sheaf.im.SmallIm.EVE;
import static io.sheaf.im.SmallIm.TEAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.im.id.ClientMessageId;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.NewMember;
import io.sheaf.im.model.QueuedEvent;
import io.sheaf.im.model.ReadReceipt;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.im.model.SyncResult;
import io.sheaf.im.sync.EventListener;
import io.sheaf.im.sync.Subscription;
import io.sheaf.im.table.Kept;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.stats.Counter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is gathered in a window: how little it writes, and what a crash takes with it. */
final class ReceiptsTest {
  /** The longest one, so that only the test writes it. */
  private static final ImOptions WINDOW = ImOptions.DEFAULT.withWindow(Duration.ofMinutes(1));

  private static final int READERS = 40;
  private static final int MESSAGES = 50;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void messagesTimesReadersAreNotSoManyWrites(boolean large) throws Exception {
    try (SmallIm small =
        new SmallIm(new MemoryFileSystem(), WINDOW.withLargeMembers(large ? 10 : 500))) {
      List<NewMember> members = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        members.add(NewMember.of(UserId.of(i)));
      }
      small.withTeam(ANN);
      small.im.conversations().join(TEAM, members);
      List<MessageId> messages = new ArrayList<>();
      for (int i = 0; i < MESSAGES; i++) {
        messages.add(small.send(ANN, "m" + i).id());
      }
      long before = small.db.statistics().get(Counter.ROWS_WRITTEN);
      for (MessageId message : messages) {
        for (int i = 0; i < READERS; i++) {
          small.im.receipts().read(UserId.of(i), TEAM, message);
        }
      }
      assertEquals(before, small.db.statistics().get(Counter.ROWS_WRITTEN));
      small.im.writeWindow();
      long written = small.db.statistics().get(Counter.ROWS_WRITTEN) - before;
      // An entry, and an event for the devices of each reader; one for the sender, or the counts.
      assertTrue(written <= 2 * READERS + 4, written + " rows");
      for (MessageId message : messages) {
        ReadReceipt receipt = small.im.receipts().of(TEAM, message);
        assertEquals(READERS, receipt.readCount());
        assertEquals(0, receipt.unreadCount());
      }
    }
  }

  /** All shares of a window together write it, each what no other does. */
  @Test
  void aWindowIsWrittenInShares() throws Exception {
    int shares = 4;
    try (SmallIm small = open(new MemoryFileSystem())) {
      for (int i = 0; i < 64; i++) {
        ConversationId id = ConversationId.of(i);
        small.im.conversations().create(id, false, List.of(NewMember.of(ANN), NewMember.of(BOB)));
        ClientMessageId one = ClientMessageId.of(i);
        SendOutcome sent = small.im.sender().send(Draft.of(id, ANN, one, Body.of("hello")));
        small.im.receipts().read(BOB, id, SmallIm.durable(sent).id());
      }
      for (int round = 0; round < 2; round++) {
        for (int share = 0; share < shares; share++) {
          long before = small.db.statistics().get(Counter.ROWS_WRITTEN);
          small.im.writeWindow(share, shares);
          long written = small.db.statistics().get(Counter.ROWS_WRITTEN) - before;
          assertEquals(round == 0, written > 0, "share " + share + ": " + written + " rows");
        }
      }
    }
  }

  @Test
  void editsAndReactionsAreToldOnceAMessage() throws Exception {
    try (SmallIm small = open(new MemoryFileSystem())) {
      MessageId message = small.send(ANN, "draft").id();
      int before = small.events(BOB).size();
      for (int i = 0; i < 100; i++) {
        small.im.messages().edit(ANN, TEAM, message, Body.of("edit " + i));
        small.im.reactions().set(EVE, TEAM, message, "sign " + i % 7, true);
      }
      assertEquals(before, small.events(BOB).size());
      small.im.writeWindow();
      List<QueuedEvent> events = small.events(BOB);
      assertEquals(before + 2, events.size());
      assertEquals("edit 99", text(events.get(before)));
      assertEquals(7, small.im.reactions().of(TEAM, message).size());
    }
  }

  /** Who has the window written may rely on it, also where it is being written already. */
  @Test
  void aWindowThatIsBeingWrittenIsWaitedFor() throws Exception {
    CrashFileSystem disk = new CrashFileSystem();
    try (SmallIm small = open(disk)) {
      MessageId id = small.send(ANN, "one").id();
      small.im.messages().edit(ANN, TEAM, id, Body.of("two"));
      CountDownLatch writing = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      AtomicBoolean first = new AtomicBoolean(true);
      disk.onOperation(name -> {
        if (name.startsWith("write ") && name.contains(".log") && first.getAndSet(false)) {
          writing.countDown();
          await(goOn);
        }
      });
      FutureTask<@Nullable Void> window = start(small);
      writing.await();
      FutureTask<@Nullable Void> again = new FutureTask<>(() -> write(small));
      Thread waits = Thread.ofPlatform().name("waits").daemon().start(again);
      while (waits.getState() != Thread.State.WAITING && !again.isDone()) {
        Thread.onSpinWait();
      }
      boolean isEarly = again.isDone();
      goOn.countDown();
      assertFalse(isEarly);
      again.get();
      assertEquals("two", text(small.events(BOB).getLast()));
      window.get();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static @Nullable Void write(SmallIm small) throws IOException {
    small.im.writeWindow();
    return null;
  }

  private static FutureTask<@Nullable Void> start(SmallIm small) {
    FutureTask<@Nullable Void> window = new FutureTask<>(() -> write(small));
    Thread _ = Thread.ofPlatform().name("writes").daemon().start(window);
    return window;
  }

  @Test
  void unreadGoesToZeroInAllDevices() throws Exception {
    try (SmallIm small = open(new MemoryFileSystem())) {
      DeviceId desktop = DeviceId.of("desktop");
      small.im.sync().addDevice(BOB, desktop);
      MessageId message = small.send(ANN, "hello").id();
      assertEquals(1, small.im.list().entry(BOB, TEAM).unread());
      small.im.receipts().read(BOB, TEAM, message);
      assertEquals(0, small.im.list().entry(BOB, TEAM).unread());
      small.im.writeWindow();
      SyncResult result = small.im.sync().read(BOB, desktop, 100);
      assertTrue(
          result instanceof SyncResult.Events events
              && events.events().getLast().event() instanceof Event.OfConversation of
              && of.change() == Event.ConversationChange.READ
              && of.sequence() == 1,
          result::toString);
      small.im.receipts().read(BOB, TEAM, MessageId.NONE); // lower than before: nothing happens
      small.im.writeWindow();
      assertEquals(0, small.im.list().entry(BOB, TEAM).unread());
    }
  }

  /** What is promised: reads that were told within the window are lost, edits are not. */
  @Test
  void aCrashLosesTheReadsOfTheWindowAndNothingElse() throws Exception {
    CrashFileSystem disk = new CrashFileSystem();
    CrashFileSystem crashed;
    MessageId first;
    MessageId second;
    try (SmallIm small = open(disk)) {
      first = small.send(ANN, "one").id();
      second = small.send(ANN, "two").id();
      small.im.receipts().read(BOB, TEAM, first);
      small.im.writeWindow();
      small.im.receipts().read(BOB, TEAM, second);
      small.im.messages().edit(ANN, TEAM, second, Body.of("two, edited"));
      small.im.messages().edit(ANN, TEAM, second, Body.of("two, edited twice"));
      crashed = disk.killClone();
    }
    try (SmallIm small = new SmallIm(crashed, WINDOW)) {
      assertEquals(1, small.im.list().entry(BOB, TEAM).unread());
      assertEquals(1, small.im.receipts().of(TEAM, first).readCount());
      assertEquals(0, small.im.receipts().of(TEAM, second).readCount());
      int before = small.events(EVE).size();
      small.im.writeWindow();
      List<QueuedEvent> events = small.events(EVE);
      assertEquals(before + 1, events.size());
      assertEquals("two, edited twice", text(events.getLast()));
      Draft last = Draft.of(TEAM, ANN, ClientMessageId.of("last"), Body.of("three"));
      MessageId third = SmallIm.durable(small.im.sender().send(last)).id();
      small.im.receipts().read(BOB, TEAM, third);
      small.im.writeWindow();
      assertEquals(0, small.im.list().entry(BOB, TEAM).unread());
      assertEquals(1, small.im.receipts().of(TEAM, second).readCount());
    }
  }

  /** Who reads on while the window is written has its own turn in the next one. */
  @Test
  void aWindowIsWrittenOnce() throws Exception {
    try (SmallIm small = open(new MemoryFileSystem())) {
      List<MessageId> messages = new ArrayList<>();
      for (int i = 0; i < MESSAGES; i++) {
        messages.add(small.send(ANN, "m" + i).id());
      }
      EventListener readsOn =
          new EventListener() {
            @Override
            public void pushed(UserId user, QueuedEvent event) {
              if (event.event() instanceof Event.OfConversation read
                  && read.sequence() < MESSAGES) {
                try {
                  small.im.receipts().read(user, TEAM, messages.get((int) read.sequence()));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              }
            }

            @Override
            public void behind(UserId user) {
              throw new AssertionError("it was told of all events");
            }
          };
      long position = small.events(BOB).getLast().position();
      Subscription bobs = small.im.sync().subscribe(BOB, position, readsOn);
      try (bobs) {
        small.im.receipts().read(BOB, TEAM, messages.getFirst());
        small.im.writeWindow();
        assertEquals(position + 1, small.events(BOB).getLast().position());
        assertEquals(MESSAGES - 2, small.im.list().entry(BOB, TEAM).unread());
        small.im.writeWindow();
        assertEquals(position + 2, small.events(BOB).getLast().position());
      }
    }
  }

  /** Messages that have expired cannot be counted any more: neither can the own ones among them. */
  @Test
  void unreadCountsStayRightWhenMessagesExpire() throws Exception {
    Kept kept = ImOptions.DEFAULT.kept();
    Duration day = Duration.ofDays(1);
    ImOptions oneDay =
        WINDOW.withKept(new Kept(kept.events(), kept.devices(), kept.answers(), day));
    try (SmallIm small = new SmallIm(new MemoryFileSystem(), oneDay).withTeam(ANN, BOB, EVE)) {
      MessageId old = MessageId.NONE;
      for (int i = 0; i < 3; i++) {
        old = small.send(ANN, "old " + i).id();
      }
      small.nowMillis.addAndGet(day.toMillis());
      MessageId first = small.send(BOB, "first").id();
      small.send(BOB, "second");
      assertEquals(2, small.im.list().entry(ANN, TEAM).unread());
      small.im.receipts().read(ANN, TEAM, first);
      assertEquals(1, small.im.list().entry(ANN, TEAM).unread());
      small.im.writeWindow();
      assertEquals(1, small.im.list().entry(ANN, TEAM).unread());
      assertEquals(5, small.im.list().entry(EVE, TEAM).unread());
      small.im.receipts().read(EVE, TEAM, old);
      small.im.writeWindow();
      assertEquals(2, small.im.list().entry(EVE, TEAM).unread());
      small.nowMillis.addAndGet(day.toMillis());
      small.im.receipts().read(EVE, TEAM, first); // nothing is left that it could not have read
      small.im.writeWindow();
      assertEquals(0, small.im.list().entry(EVE, TEAM).unread());
    }
  }

  @Test
  void namesWhoHasRead() throws Exception {
    try (SmallIm small = open(new MemoryFileSystem())) {
      MessageId message = small.send(ANN, "hello").id();
      small.im.receipts().read(EVE, TEAM, message);
      small.im.writeWindow();
      assertEquals(
          new ReadReceipt(1, 1, List.of(EVE), List.of(BOB)), small.im.receipts().of(TEAM, message));
    }
  }

  @Test
  void refusesWhatCannotBe() throws Exception {
    try (SmallIm small = open(new MemoryFileSystem())) {
      MessageId message = small.send(ANN, "hello").id();
      assertThrows(
          ImException.ReadTooFar.class, () -> small.im.receipts().read(BOB, TEAM, message.next()));
      assertThrows(
          ImException.NotMember.class,
          () -> small.im.receipts().read(UserId.of("none"), TEAM, message));
      assertThrows(
          ImException.UnknownMessage.class,
          () -> small.im.receipts().of(TEAM, MessageId.NONE.next()));
      small.im.writeWindow();
      assertFalse(small.im.receipts().of(TEAM, message).readCount() > 0);
    }
  }

  private static String text(QueuedEvent event) {
    return event.event() instanceof Event.OfMessage about
        ? about.message().orElseThrow().body().text()
        : event.toString();
  }

  private static SmallIm open(FileSystem disk) throws IOException {
    return new SmallIm(disk, WINDOW).withTeam(ANN, BOB, EVE);
  }
}
