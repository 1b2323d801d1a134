package io.sheaf.im;

import static io.sheaf.im.SmallIm.ANN;
import static io.sheaf.im.SmallIm.BOB;
import static io.sheaf.im.SmallIm.EVE;
import static io.sheaf.im.SmallIm.TEAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.im.change.Clock;
import io.sheaf.im.change.Context;
import io.sheaf.im.conversation.Conversations;
import io.sheaf.im.history.History;
import io.sheaf.im.id.ClientMessageId;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.index.IndexDefinition;
import io.sheaf.im.index.IndexSet;
import io.sheaf.im.index.IndexSource;
import io.sheaf.im.limit.DeferredSends;
import io.sheaf.im.limit.Origin;
import io.sheaf.im.limit.Rate;
import io.sheaf.im.limit.Rates;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.HistoryQuery;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.im.send.Sender;
import io.sheaf.im.sync.SyncQueues;
import io.sheaf.im.table.Kept;
import io.sheaf.im.table.Tables;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.stats.Counter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DeferredSendsTest {
  @Test
  void sendsInOrderWhenThereIsTime() throws Exception {
    try (SmallIm small = new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT)) {
      small.withTeam(ANN, BOB, EVE);
      small.im.close(); // its own thread would send them
      Context context = context(small);
      DeferredSends deferred = new DeferredSends(context, new Sender(context, 1000), () -> 0);
      List<SendOutcome> outcomes = new ArrayList<>();
      deferred.listen((draft, outcome) -> outcomes.add(outcome));
      for (int i = 0; i < 100; i++) {
        deferred.add(small.draft(i == 50 ? EVE : ANN, "d" + i), Duration.ofMinutes(30));
      }
      new Conversations(context, 500).leave(TEAM, EVE);
      assertEquals(100, deferred.deliver());
      assertEquals(0, deferred.waiting());
      List<String> sent =
          new History(context)
              .messages(TEAM, HistoryQuery.after(MessageId.NONE, 1000)).stream()
                  .map(message -> message.body().text())
                  .toList();
      assertEquals(99, sent.size());
      assertEquals("d0", sent.getFirst());
      assertEquals("d51", sent.get(50));
      assertInstanceOf(ImException.NotMember.class, SmallIm.refusal(outcomes.get(50)));
    }
  }

  /** Who waits for an hour to hear that there is no such conversation is not helped. */
  @Test
  void refusesAtOnceWhatCannotBeSent() throws Exception {
    try (SmallIm small = new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT)) {
      small.withTeam(ANN, BOB);
      refused(small, small.draft(EVE, "no member"), ImException.NotMember.class);
      refused(
          small,
          small.draft(ANN, "mentions none").mentioning(List.of(EVE)),
          ImException.NotMember.class);
      refused(small, small.draft(ANN, "x".repeat(65_537)), ImException.BodyTooLarge.class);
      refused(small, small.draft(ANN, "long ago").at(-1), ImException.TimeOutOfRange.class);
      refused(
          small,
          Draft.of(ConversationId.of("none"), ANN, ClientMessageId.of("c"), Body.EMPTY),
          ImException.UnknownConversation.class);
      assertEquals(0, small.im.deferred().waiting());
    }
  }

  private static void refused(SmallIm small, Draft draft, Class<? extends ImException> expected) {
    assertThrows(expected, () -> small.im.deferred().add(draft, Duration.ofHours(1)));
  }

  /**
   * However many there are: they would come too late otherwise, while the store has nothing to do.
   */
  @Test
  void sendsAllAsLongAsThereIsTime() throws Exception {
    int messages = 6500; // more than between two looks at the pressure
    try (SmallIm small = new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT)) {
      small.withTeam(ANN);
      small.im.close(); // its own thread would send them
      Context context = context(small);
      double[] pressure = {0};
      DeferredSends deferred =
          new DeferredSends(context, new Sender(context, 1000), () -> pressure[0]);
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < messages; i++) {
          deferred.add(small.draft(ANN, "d"), Duration.ofHours(1));
        }
        if (round == 0) {
          assertEquals(messages, deferred.deliver());
        }
      }
      deferred.listen((draft, outcome) -> pressure[0] = 0.1);
      assertEquals(6400, deferred.deliver()); // there is none any more
      assertEquals(100, deferred.waiting());
      assertEquals(0, deferred.deliver());
      pressure[0] = 0;
      assertEquals(100, deferred.deliver());
      assertEquals(0, deferred.waiting());
    }
  }

  /** Closing does not wait for an hour's messages. */
  @Test
  void sendsNothingMoreOnceClosed() throws Exception {
    try (SmallIm small = new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT)) {
      small.withTeam(ANN);
      small.im.close(); // its own thread would send them
      DeferredSends deferred = underPressure(small);
      for (int i = 0; i < 200; i++) {
        deferred.add(small.draft(ANN, "d" + i), Duration.ZERO);
      }
      deferred.listen((draft, outcome) -> deferred.close());
      assertEquals(64, deferred.deliver());
      assertEquals(0, deferred.deliver());
      assertEquals(136, deferred.waiting());
    }
  }

  @Test
  void survivesACrashAndIsSentOnce() throws Exception {
    CrashFileSystem disk = new CrashFileSystem();
    List<CrashFileSystem> left = new ArrayList<>();
    try (SmallIm small = new SmallIm(disk, ImOptions.DEFAULT).withTeam(ANN, BOB)) {
      for (int i = 0; i < 200; i++) {
        small.im.deferred().add(small.draft(ANN, "d" + i), Duration.ofHours(1));
      }
      disk.onOperation(name -> {
        synchronized (left) {
          left.add(disk.killClone());
        }
      });
      small.im.deferred().deliver();
      disk.onOperation(name -> {});
    }
    assertTrue(!left.isEmpty());
    for (CrashFileSystem crashed : left) {
      try (SmallIm small = new SmallIm(crashed, ImOptions.DEFAULT)) {
        small.im.deferred().deliver();
        List<Message> sent =
            small.im.history().messages(TEAM, HistoryQuery.after(MessageId.NONE, 1000));
        assertEquals(200, sent.size());
        for (int i = 0; i < sent.size(); i++) {
          assertEquals("d" + i, sent.get(i).body().text());
          assertEquals(i + 1, sent.get(i).sequence());
        }
      }
    }
  }

  /** While the store does not keep up, only those go whose time has come, and those before them. */
  @Test
  void waitsUnderPressureUntilTheDeadline() throws Exception {
    try (SmallIm small = new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT)) {
      small.withTeam(ANN, BOB);
      small.im.close(); // its own thread would send them
      Context context = context(small);
      double[] pressure = {0.5};
      List<String> sent = new ArrayList<>();
      DeferredSends deferred =
          new DeferredSends(context, new Sender(context, 1000), () -> pressure[0]);
      deferred.listen((draft, outcome) -> {
        SmallIm.durable(outcome);
        sent.add(draft.body().text());
      });
      deferred.add(small.draft(ANN, "an hour"), Duration.ofHours(1));
      deferred.add(small.draft(ANN, "half"), Duration.ofMinutes(30));
      deferred.add(small.draft(ANN, "late"), Duration.ofHours(1));
      assertThrows(
          IllegalArgumentException.class,
          () -> deferred.add(small.draft(ANN, "too late"), Duration.ofMinutes(61)));
      assertEquals(0, deferred.deliver());
      small.nowMillis.addAndGet(Duration.ofMinutes(23).toMillis());
      assertEquals(0, deferred.deliver());
      small.nowMillis.addAndGet(Duration.ofMinutes(2).toMillis());
      assertEquals(2, deferred.deliver());
      assertEquals(List.of("an hour", "half"), sent);
      pressure[0] = 0;
      assertEquals(1, deferred.deliver());
      assertEquals(List.of("an hour", "half", "late"), sent);
      assertEquals(0, deferred.waiting());
    }
  }

  /** Whoever looks each second under pressure must not pay for all that waits. */
  @Test
  void aLookUnderPressureDoesNotReadWhatHasTime() throws Exception {
    int messages = 3000;
    try (SmallIm small = new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT)) {
      small.withTeam(ANN, BOB);
      small.im.close(); // its own thread would send them
      DeferredSends first = underPressure(small);
      first.add(small.draft(ANN, "soon"), Duration.ofMinutes(1));
      for (int i = 1; i < messages; i++) {
        first.add(small.draft(ANN, "later " + " ".repeat(500)), Duration.ofHours(1));
      }
      small.db.flush();
      DeferredSends deferred = underPressure(small); // one that has read the queue
      assertEquals(1, deferred.deliver());
      long before = cursors(small);
      assertEquals(0, deferred.deliver());
      assertEquals(before, cursors(small));
      small.nowMillis.addAndGet(Duration.ofMinutes(55).toMillis());
      assertEquals(messages - 1, deferred.deliver());
      assertEquals(0, deferred.waiting());
    }
  }

  /** Nobody but who looks at the queue opens any. */
  private static long cursors(SmallIm small) {
    return small.db.statistics().get(Counter.CURSORS);
  }

  /** An index that fails for one body must not keep the others from being sent. */
  @Test
  void oneThatCannotBeSentHarmsNoOther() throws Exception {
    try (SmallIm small = new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT)) {
      small.withTeam(ANN, BOB);
      IndexDefinition failing =
          new IndexDefinition(
              "failing",
              IndexSource.MESSAGES,
              (row, entries) -> {
                if (row.message().orElseThrow().body().text().equals("bad")) {
                  throw new IllegalStateException("cannot");
                }
              });
      assertTrue(small.im.indexes().create(failing).await());
      List<String> told = new ArrayList<>();
      DeferredSends deferred = small.im.deferred();
      deferred.listen((draft, outcome) -> {
        synchronized (told) {
          told.add(draft.body().text() + " " + outcome.getClass().getSimpleName());
        }
        throw new IllegalStateException("the listener cannot either");
      });
      for (String text : List.of("a", "bad", "c")) {
        deferred.add(small.draft(ANN, text), Duration.ofMinutes(1));
      }
      deferred.deliver();
      assertEquals(1, deferred.waiting());
      small.nowMillis.addAndGet(Duration.ofMinutes(1).toMillis());
      deferred.deliver();
      assertEquals(0, deferred.waiting());
      synchronized (told) {
        assertEquals(List.of("a Durable", "c Durable", "bad NotWritten"), told);
      }
    }
  }

  @Test
  void deadlinesThatHavePassedAreForgottenWhileThereIsAlwaysTime() throws Exception {
    try (SmallIm small = new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT)) {
      small.withTeam(ANN, BOB);
      DeferredSends deferred = small.im.deferred();
      for (int i = 0; i < 100; i++) {
        deferred.add(small.draft(ANN, "d" + i), Duration.ofMinutes(1));
        deferred.deliver();
        small.nowMillis.addAndGet(Duration.ofMinutes(1).toMillis());
      }
      deferred.deliver();
      assertEquals(0, deferred.secondsToCome());
    }
  }

  @Test
  void ratesRefuseWithTheTimeToWait() throws Exception {
    Rates rates = new Rates(new Rate(1, 2), Rate.UNLIMITED, Rate.UNLIMITED, new Rate(1000, 1000));
    try (SmallIm small = limited(rates)) {
      Origin origin = new Origin("desktop", "robot");
      SmallIm.durable(small.im.send(small.draft(ANN, "1"), origin));
      SmallIm.durable(small.im.send(small.draft(ANN, "2"), origin));
      ImException.TooFast refused = refused(small, ANN, origin);
      assertTrue(refused.retryAfterMillis() > 0 && refused.retryAfterMillis() <= 1000);
      SmallIm.durable(small.im.send(small.draft(BOB, "4"), origin));
      assertEquals(ANN, small.im.gate().hotUsers(1).getFirst().key());
      assertEquals(TEAM, small.im.gate().hotConversations(1).getFirst().key());
    }
  }

  @Test
  void eachKindOfRateRefusesItsOwn() throws Exception {
    Rate slow = new Rate(0.001, 1);
    Rate no = Rate.UNLIMITED;
    Origin robot = new Origin("server", "robot");
    Origin other = new Origin("desktop", "other");
    try (SmallIm small = limited(new Rates(no, slow, no, no))) {
      SmallIm.durable(small.im.send(small.draft(ANN, "1"), robot));
      assertTrue(words(refused(small, BOB, other)).contains("the conversation 'team'"));
    }
    try (SmallIm small = limited(new Rates(no, no, slow, no))) {
      SmallIm.durable(small.im.send(small.draft(ANN, "1"), robot));
      SmallIm.durable(small.im.send(small.draft(ANN, "2"), other));
      assertTrue(words(refused(small, BOB, robot)).contains("the client kind server"));
      SmallIm.durable(small.im.send(small.draft(ANN, "3")));
      assertTrue(
          words(refused(small, BOB, Origin.UNKNOWN)).contains("the client kind that is not named"));
    }
    try (SmallIm small = limited(new Rates(no, no, no, slow))) {
      SmallIm.durable(small.im.send(small.draft(ANN, "1"), robot));
      SmallIm.durable(small.im.send(small.draft(ANN, "2"), other));
      assertTrue(words(refused(small, BOB, robot)).contains("the application robot"));
    }
  }

  private static DeferredSends underPressure(SmallIm small) throws IOException {
    Context context = context(small);
    return new DeferredSends(context, new Sender(context, 1000), () -> 0.5);
  }

  private static Context context(SmallIm small) throws IOException {
    Kept kept = ImOptions.DEFAULT.kept();
    return new Context(
        small.db,
        Tables.open(small.db, kept),
        kept,
        new IndexSet(small.db),
        SyncQueues.publisher(),
        new Clock(small.nowMillis::get));
  }

  private static SmallIm limited(Rates rates) throws IOException {
    return new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT.withRates(rates))
        .withTeam(ANN, BOB);
  }

  private static ImException.TooFast refused(SmallIm small, UserId sender, Origin origin) {
    return assertInstanceOf(
        ImException.TooFast.class,
        SmallIm.refusal(small.im.send(small.draft(sender, "no"), origin)));
  }

  private static String words(ImException refused) {
    return String.valueOf(refused.getMessage());
  }
}
