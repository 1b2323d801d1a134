package io.sheaf.im;

import static io.sheaf.im.SmallIm.ANN;
import static io.sheaf.im.SmallIm.BOB;
import static io.sheaf.im.SmallIm.EVE;
import static io.sheaf.im.SmallIm.TEAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.im.id.ClientMessageId;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.limit.Rate;
import io.sheaf.im.limit.Rates;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Delivery;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.HistoryQuery;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.NewMember;
import io.sheaf.im.model.QueuedEvent;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.im.model.SentMessage;
import io.sheaf.im.table.Kept;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.io.NoSpaceException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

final class SendTest {
  @Test
  void givesNumbersAndPositions() throws Exception {
    try (SmallIm small = open()) {
      SentMessage first = small.send(ANN, "hello");
      SentMessage second = small.send(BOB, "hi");
      assertEquals(1, first.sequence());
      assertEquals(2, second.sequence());
      assertEquals(SmallIm.BEGIN_MILLIS, first.id().timeMillis());
      assertTrue(second.id().isAfter(first.id()));
      assertEquals(List.of(new Delivery(ANN, 2), new Delivery(BOB, 2)), first.deliveries());
      assertEquals(3, small.events(BOB).size());
    }
  }

  @Test
  void answersARetryAsTheFirstTime() throws Exception {
    try (SmallIm small = open()) {
      Draft draft = small.draft(ANN, "once");
      SentMessage first = SmallIm.durable(small.im.sender().send(draft));
      small.nowMillis.addAndGet(Duration.ofHours(24).toMillis());
      assertEquals(new SendOutcome.AlreadyDurable(first), small.im.sender().send(draft));
      List<SendOutcome> twice =
          small.im.sender().send(List.of(draft, small.draft(ANN, "two"), draft));
      assertEquals(new SendOutcome.AlreadyDurable(first), twice.get(2));
      assertEquals(2, small.im.history().page(BOB, TEAM, HistoryQuery.newest(10)).size());
    }
  }

  /** Whatever has changed since: a message that is there was not "not written". */
  @Test
  void aRetryOfADurableMessageIsAnsweredWhateverHasChanged() throws Exception {
    MemoryFileSystem disk = new MemoryFileSystem();
    FaultFileSystem faulty = new FaultFileSystem(disk);
    try (SmallIm small = new SmallIm(faulty, ImOptions.DEFAULT).withTeam(ANN, BOB, EVE)) {
      Draft draft = small.draft(ANN, "once").mentioning(List.of(BOB));
      SendOutcome there = new SendOutcome.AlreadyDurable(sent(small, draft));
      small.im.conversations().leave(TEAM, BOB);
      assertEquals(there, small.im.sender().send(draft));
      small.im.conversations().leave(TEAM, ANN);
      assertEquals(there, small.im.sender().send(draft));
      faulty.failFrom(FaultFileSystem.Operation.WRITE, 1);
      assertThrows(IOException.class, () -> small.im.sync().append(ANN, Body.EMPTY));
      assertEquals(there, small.im.sender().send(draft));
      // It may be a retry of what was under way when the log failed.
      assertInstanceOf(
          SendOutcome.Unknown.class, small.im.sender().send(small.draft(EVE, "maybe")));
      faulty.heal();
    } catch (IOException closing) {
      assertInstanceOf(FaultFileSystem.InjectedException.class, closing.getCause());
    }
    ImOptions strict =
        ImOptions.DEFAULT
            .withMostBodyBytes(3)
            .withRates(
                new Rates(new Rate(1e-9, 1), Rate.UNLIMITED, Rate.UNLIMITED, Rate.UNLIMITED));
    try (SmallIm small = new SmallIm(disk, strict)) {
      Draft draft = small.draft(ANN, "once");
      for (int i = 0; i < 3; i++) {
        assertInstanceOf(SendOutcome.AlreadyDurable.class, small.im.send(draft));
      }
    }
  }

  @Test
  void aRetryWhoseFirstAnswerCannotBeReadIsUnknown() throws Exception {
    FaultFileSystem faulty = new FaultFileSystem(new MemoryFileSystem());
    Draft draft;
    SentMessage first;
    try (SmallIm small = new SmallIm(faulty, ImOptions.DEFAULT).withTeam(ANN, BOB)) {
      draft = small.draft(ANN, "once");
      first = sent(small, draft);
      small.im.db().flush();
    }
    try (SmallIm small = new SmallIm(faulty, ImOptions.DEFAULT)) {
      faulty.failFrom(FaultFileSystem.Operation.READ, 1);
      assertInstanceOf(SendOutcome.Unknown.class, small.im.sender().send(draft));
      faulty.heal();
      assertEquals(new SendOutcome.AlreadyDurable(first), small.im.sender().send(draft));
    }
  }

  /** The same for one that rates refuse: nobody may take it for a message that is not there. */
  @Test
  void aRefusedRetryOfWhichNothingIsKnownIsUnknown() throws Exception {
    FaultFileSystem faulty = new FaultFileSystem(new MemoryFileSystem());
    Rate one = new Rate(1e-6, 1);
    ImOptions options =
        ImOptions.DEFAULT.withRates(new Rates(one, Rate.UNLIMITED, Rate.UNLIMITED, Rate.UNLIMITED));
    Draft draft;
    SentMessage first;
    try (SmallIm small = new SmallIm(faulty, options).withTeam(ANN, BOB)) {
      draft = small.draft(ANN, "once");
      first = SmallIm.durable(small.im.send(draft));
      small.im.db().flush();
    }
    try (SmallIm small = new SmallIm(faulty, options)) {
      Draft another = Draft.of(TEAM, ANN, ClientMessageId.of("other"), Body.EMPTY);
      SmallIm.durable(small.im.send(another)); // the only one for long
      faulty.failFrom(FaultFileSystem.Operation.READ, 1);
      assertInstanceOf(SendOutcome.Unknown.class, small.im.send(draft));
      faulty.heal();
      assertEquals(new SendOutcome.AlreadyDurable(first), small.im.send(draft));
      faulty.failFrom(FaultFileSystem.Operation.WRITE, 1);
      Draft lost = small.draft(BOB, "lost");
      assertInstanceOf(SendOutcome.Unknown.class, small.im.send(lost));
      assertInstanceOf(SendOutcome.Unknown.class, small.im.send(lost)); // refused, and in the log
      faulty.heal();
    } catch (IOException closing) {
      assertInstanceOf(FaultFileSystem.InjectedException.class, closing.getCause());
    }
  }

  private static SentMessage sent(SmallIm small, Draft draft) {
    return SmallIm.durable(small.im.sender().send(draft));
  }

  @Test
  void answersAreKeptForADayAtLeast() throws Exception {
    Duration day = Duration.ofDays(1);
    assertThrows(
        IllegalArgumentException.class,
        () -> new Kept(day, day, day.minusMillis(1), Duration.ZERO));
    Kept kept = new Kept(day, day, day, Duration.ZERO);
    try (SmallIm small =
        new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT.withKept(kept)).withTeam(ANN, BOB)) {
      Draft draft = small.draft(ANN, "once");
      SentMessage first = SmallIm.durable(small.im.sender().send(draft));
      small.nowMillis.addAndGet(day.toMillis() - 1);
      assertEquals(new SendOutcome.AlreadyDurable(first), small.im.sender().send(draft));
      small.nowMillis.addAndGet(1);
      assertEquals(2, SmallIm.durable(small.im.sender().send(draft)).sequence());
    }
  }

  @Test
  void refusesWhatIsWrongAndWritesNothingOfIt() throws Exception {
    try (SmallIm small = open()) {
      List<Object> before = List.copyOf(small.events(BOB));
      Draft good = small.draft(ANN, "x");
      refused(
          small,
          new Draft(
              ConversationId.of("none"),
              ANN,
              null,
              0,
              Body.EMPTY,
              List.of(),
              false,
              List.of(),
              good.timeMillis()),
          ImException.UnknownConversation.class);
      refused(small, small.draft(EVE, "x"), ImException.NotMember.class);
      refused(small, good.mentioning(List.of(EVE)), ImException.NotMember.class);
      refused(small, good.onlyFor(List.of(BOB, EVE)), ImException.NotMember.class);
      refused(small, small.draft(ANN, "x".repeat((64 << 10) + 1)), ImException.BodyTooLarge.class);
      refused(small, good.at(-1), ImException.TimeOutOfRange.class);
      refused(small, good.at(Long.MAX_VALUE), ImException.TimeOutOfRange.class);
      assertEquals(before, small.events(BOB));
      assertEquals(1, small.send(ANN, "first").sequence());
      small.im.conversations().create(ConversationId.of("other"), false, List.of());
      small.im.conversations().join(ConversationId.of("other"), List.of(NewMember.of(ANN)));
      ClientMessageId id = ClientMessageId.of("m9");
      SmallIm.durable(small.im.sender().send(Draft.of(TEAM, ANN, id, Body.EMPTY)));
      refused(
          small,
          Draft.of(ConversationId.of("other"), ANN, id, Body.EMPTY),
          ImException.ClientMessageIdReused.class);
    }
  }

  @Test
  void aBatchHasTheGoodOnesOfIt() throws Exception {
    try (SmallIm small = open()) {
      List<SendOutcome> outcomes =
          small
              .im
              .sender()
              .send(List.of(small.draft(ANN, "a"), small.draft(EVE, "b"), small.draft(BOB, "c")));
      assertEquals(1, SmallIm.durable(outcomes.get(0)).sequence());
      assertInstanceOf(ImException.NotMember.class, SmallIm.refusal(outcomes.get(1)));
      assertEquals(2, SmallIm.durable(outcomes.get(2)).sequence());
    }
  }

  @Test
  void idsRiseWhenTheClockGoesBack() throws Exception {
    try (SmallIm small = open()) {
      MessageId first = small.send(ANN, "a").id();
      small.nowMillis.addAndGet(-60_000);
      SentMessage late = SmallIm.durable(small.im.sender().send(small.draft(ANN, "b").at(5_000)));
      assertEquals(first.next(), late.id());
      assertEquals(
          5_000,
          small
              .im
              .history()
              .page(BOB, TEAM, HistoryQuery.newest(1))
              .getFirst()
              .message()
              .timeMillis());
    }
  }

  @Test
  void saysWhenItIsNotKnownWhetherItIsThere() throws Exception {
    MemoryFileSystem disk = new MemoryFileSystem();
    FaultFileSystem faulty = new FaultFileSystem(disk);
    Draft lost = null;
    try (SmallIm small = new SmallIm(faulty, ImOptions.DEFAULT).withTeam(ANN, BOB)) {
      small.send(ANN, "there");
      faulty.failFrom(FaultFileSystem.Operation.WRITE, 1);
      lost = small.draft(ANN, "unknown");
      assertInstanceOf(SendOutcome.Unknown.class, small.im.sender().send(lost));
      Draft unnamed =
          new Draft(TEAM, ANN, null, 0, Body.EMPTY, List.of(), false, List.of(), lost.timeMillis());
      assertInstanceOf(IOException.class, SmallIm.refusal(small.im.sender().send(unnamed)));
      faulty.heal();
    } catch (IOException closing) {
      assertInstanceOf(FaultFileSystem.InjectedException.class, closing.getCause());
    }
    Draft again = Objects.requireNonNull(lost);
    try (SmallIm small = new SmallIm(disk, ImOptions.DEFAULT)) {
      SendOutcome outcome = small.im.sender().send(again);
      assertTrue(
          outcome instanceof SendOutcome.Durable || outcome instanceof SendOutcome.AlreadyDurable,
          outcome.toString());
      assertEquals(2, small.im.history().page(BOB, TEAM, HistoryQuery.newest(10)).size());
    }
  }

  /** What repeats a message of the same batch is as durable as that. */
  @Test
  void aRepeatedDraftOfABatchThatFailsIsNotDurable() throws Exception {
    FaultFileSystem faulty = new FaultFileSystem(new MemoryFileSystem());
    try (SmallIm small = new SmallIm(faulty, ImOptions.DEFAULT).withTeam(ANN, BOB)) {
      Draft there = small.draft(ANN, "there");
      SmallIm.durable(small.im.sender().send(there));
      Draft lost = small.draft(ANN, "unknown");
      faulty.failFrom(FaultFileSystem.Operation.WRITE, 1);
      for (int i = 0; i < 2; i++) { // while the log fails, and when it has failed
        List<SendOutcome> outcomes = small.im.sender().send(List.of(there, lost, lost));
        assertInstanceOf(SendOutcome.AlreadyDurable.class, outcomes.get(0));
        assertInstanceOf(SendOutcome.Unknown.class, outcomes.get(1));
        assertInstanceOf(SendOutcome.Unknown.class, outcomes.get(2));
      }
      faulty.heal();
    } catch (IOException closing) {
      assertInstanceOf(FaultFileSystem.InjectedException.class, closing.getCause());
    }
  }

  /** A full disk is no failed log: nothing is written, and the store goes on when there is room. */
  @Test
  void aFullDiskWritesNothing() throws Exception {
    FaultFileSystem full = new FaultFileSystem(new MemoryFileSystem());
    try (SmallIm small = new SmallIm(full, ImOptions.DEFAULT).withTeam(ANN, BOB)) {
      Draft draft = small.draft(ANN, "x".repeat(60_000));
      full.limitSpace(100);
      assertInstanceOf(NoSpaceException.class, SmallIm.refusal(small.im.sender().send(draft)));
      full.heal();
      assertEquals(1, SmallIm.durable(small.im.sender().send(draft)).sequence());
      assertEquals(2, small.events(BOB).size());
    }
  }

  /** Eight threads, overlapping conversations: no position is left out or given twice. */
  @Test
  void positionsHaveNoHolesUnderConcurrency() throws Exception {
    long seed = TestSeed.next();
    System.out.println("-Dsheaf.test.seed=" + seed);
    int threads = 8;
    int messages = 200;
    try (SmallIm small = new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT)) {
      List<UserId> users = new ArrayList<>();
      List<ConversationId> groups = new ArrayList<>();
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < 20; i++) {
        users.add(UserId.of(i));
        small.im.sync().addDevice(UserId.of(i), SmallIm.PHONE);
      }
      for (int i = 0; i < 6; i++) {
        groups.add(ConversationId.of(i));
        List<NewMember> members = new ArrayList<>();
        users.forEach(user -> {
          if (random.nextInt(3) > 0) {
            members.add(NewMember.of(user));
          }
        });
        members.add(NewMember.of(users.getFirst()));
        small.im.conversations().create(groups.get(i), false, members);
      }
      ConcurrentLinkedQueue<SentMessage> sent = new ConcurrentLinkedQueue<>();
      ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
      List<Thread> running = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        SplittableRandom own = random.split();
        running.add(
            Thread.ofPlatform()
                .name("sender-" + t)
                .start(() -> {
                  try {
                    for (int i = 0; i < messages; i++) {
                      Draft draft =
                          new Draft(
                              groups.get(own.nextInt(groups.size())),
                              users.getFirst(),
                              null,
                              0,
                              Body.EMPTY,
                              List.of(),
                              false,
                              List.of(),
                              OptionalLong.empty());
                      sent.add(SmallIm.durable(small.im.sender().send(draft)));
                    }
                  } catch (Throwable e) {
                    failures.add(e);
                  }
                }));
      }
      for (Thread thread : running) {
        thread.join();
      }
      assertEquals(List.of(), List.copyOf(failures));
      Map<UserId, Map<Long, MessageId>> byUser = new HashMap<>();
      Map<ConversationId, Map<Long, MessageId>> bySequence = new HashMap<>();
      for (SentMessage message : sent) {
        put(bySequence, message.conversation(), message.sequence(), message.id());
        message.deliveries().forEach(one -> put(byUser, one.user(), one.position(), message.id()));
      }
      bySequence
          .values()
          .forEach(all -> {
            for (long i = 1; i <= all.size(); i++) {
              assertTrue(all.containsKey(i));
            }
          });
      for (UserId user : users) {
        List<QueuedEvent> events = small.events(user);
        for (int i = 0; i < events.size(); i++) {
          assertEquals(i + 1, events.get(i).position());
          if (events.get(i).event() instanceof Event.OfMessage about) {
            assertEquals(
                about.id(), byUser.getOrDefault(user, Map.of()).remove(events.get(i).position()));
          }
        }
        assertTrue(byUser.getOrDefault(user, Map.of()).isEmpty());
      }
    }
  }

  private static <K> void put(
      Map<K, Map<Long, MessageId>> map, K key, long position, MessageId id) {
    MessageId before = map.computeIfAbsent(key, k -> new HashMap<>()).put(position, id);
    assertEquals(null, before, () -> "position " + position + " of " + key + " was given twice");
  }

  private static void refused(SmallIm small, Draft draft, Class<? extends ImException> expected) {
    Exception cause = SmallIm.refusal(small.im.sender().send(draft));
    assertInstanceOf(expected, cause);
    assertTrue(cause.getMessage() != null && cause.getMessage().length() > 10);
  }

  private static SmallIm open() throws IOException {
    return new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT).withTeam(ANN, BOB);
  }
}
