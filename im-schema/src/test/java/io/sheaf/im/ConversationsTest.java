package io.sheaf.im;

import static io.sheaf.im.SmallIm.ANN;
import static io.sheaf.im.SmallIm.BOB;
import static io.sheaf.im.SmallIm.EVE;
import static io.sheaf.im.SmallIm.TEAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.inbox.ConversationList;
import io.sheaf.im.index.IndexDefinition;
import io.sheaf.im.model.ConversationEntry;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.HistoryQuery;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.MessagePlace;
import io.sheaf.im.model.MessageState;
import io.sheaf.im.model.NewMember;
import io.sheaf.im.model.QueuedEvent;
import io.sheaf.im.model.SyncResult;
import io.sheaf.im.sync.EventListener;
import io.sheaf.im.sync.Subscription;
import io.sheaf.im.table.Keys;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.stats.Counter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConversationsTest {
  private static final UserId ROBOT = UserId.of("robot");

  @Test
  void aHugeListIsKeptWithTheConversations() throws Exception {
    try (SmallIm small = new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT)) {
      int conversations = 300;
      for (int i = 0; i < conversations; i++) {
        ConversationId id = ConversationId.of(i);
        small
            .im
            .conversations()
            .create(id, false, List.of(NewMember.of(ANN), new NewMember(ROBOT, 1, i % 3 != 0)));
        small.nowMillis.addAndGet(10);
        SmallIm.durable(small.im.sender().send(draft(small, id, ANN, "hello")));
        SmallIm.durable(small.im.sender().send(draft(small, id, ROBOT, "welcome")));
      }
      List<ConversationEntry> own = small.im.list().page(ROBOT, null, 1000);
      assertEquals(conversations / 3, own.size());
      List<ConversationEntry> found = new ArrayList<>();
      List<ConversationEntry> page = small.im.list().query(ROBOT, null, 70);
      while (!page.isEmpty()) {
        found.addAll(page);
        page = small.im.list().query(ROBOT, ConversationList.Place.of(page.getLast()), 70);
      }
      assertEquals(conversations * 2 / 3, found.size());
      assertEquals(ConversationId.of(conversations - 1), found.getFirst().conversation());
      for (ConversationEntry entry : found) {
        assertEquals(1, entry.unread());
        assertEquals(entry, small.im.list().entry(ROBOT, entry.conversation()));
      }
      small.im.conversations().purge(ROBOT, true);
      assertEquals(List.of(), small.im.list().query(ROBOT, null, 70));
      assertEquals(
          1, small.im.conversations().find(ConversationId.of(0)).orElseThrow().memberCount());
    }
  }

  /** It joins another conversation while it leaves those it was found in, and gets rows there. */
  @Test
  void anAccountWithAHugeListLeavesWhatItJoinsMeanwhile() throws Exception {
    ConversationId before = ConversationId.of(1);
    ConversationId meanwhile = ConversationId.of(0);
    List<NewMember> members = List.of(NewMember.of(ANN), new NewMember(ROBOT, 1, true));
    try (SmallIm small = new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT)) {
      small.im.conversations().create(before, false, members);
      // Called without locks by the thread that purges, between two of the things it does.
      EventListener joins =
          new EventListener() {
            private boolean joined;

            @Override
            public void pushed(UserId user, QueuedEvent event) {
              try {
                if (!joined) {
                  joined = true;
                  small.im.conversations().create(meanwhile, false, members);
                  Draft draft = draft(small, meanwhile, ANN, "hello").onlyFor(List.of(ROBOT));
                  SmallIm.durable(small.im.sender().send(draft));
                }
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            }

            @Override
            public void behind(UserId user) {
              throw new AssertionError("nothing was missed");
            }
          };
      Subscription anns = small.im.sync().subscribe(ANN, 1, joins);
      try (anns) {
        small.im.conversations().purge(ROBOT, true);
      }
      assertFalse(small.im.conversations().isMember(before, ROBOT));
      assertFalse(small.im.conversations().isMember(meanwhile, ROBOT));
      for (String table : List.of("message_inbox", "sync_queue", "conversation_inbox")) {
        assertEquals(0, rowsOf(small, table, ROBOT), table);
      }
    }
  }

  /** Who leaves with thousands of rows of its own pays as one with a few. */
  @Test
  void leavingCostsTheSameHoweverMuchOneHas() throws Exception {
    try (SmallIm small =
        new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT).withTeam(ANN, BOB, EVE)) {
      List<Draft> drafts = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        drafts.add(small.draft(ANN, "you").onlyFor(List.of(BOB)).mentioning(List.of(BOB)));
      }
      small.im.sender().send(drafts);
      long written = small.db.statistics().get(Counter.ROWS_WRITTEN);
      small.im.conversations().leave(TEAM, BOB);
      assertTrue(small.db.statistics().get(Counter.ROWS_WRITTEN) - written < 30);
      assertEquals(0, rowsOf(small, "message_inbox", BOB));
      small.im.conversations().join(TEAM, List.of(NewMember.of(BOB)));
      assertEquals(List.of(), small.im.mentions().page(BOB, MessagePlace.END, 10));
      assertFalse(small.im.list().entry(BOB, TEAM).isMentioned());
    }
  }

  /** Members of a large conversation are not looked up when it is deleted. */
  @Test
  void entriesOfWhatIsGoneGoWhenTheyAreComeAcross() throws Exception {
    try (SmallIm small =
        new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT.withLargeMembers(2))
            .withTeam(ANN, BOB, EVE)) {
      MessageId id = small.send(ANN, "hello").id();
      small.im.messages().setState(BOB, TEAM, id, new MessageState(false, 1));
      small.im.conversations().delete(TEAM);
      small.im.conversations().create(TEAM, false, List.of(NewMember.of(EVE)));
      assertEquals(1, rowsOf(small, "conversation_inbox", BOB));
      assertEquals(List.of(), small.im.list().page(BOB, null, 10));
      assertEquals(1, small.im.list().page(EVE, null, 10).size());
      small.im.removeStaleEntries();
      assertEquals(0, rowsOf(small, "conversation_inbox", BOB));
      assertEquals(0, rowsOf(small, "message_inbox", BOB));
      assertEquals(1, small.im.list().page(EVE, null, 10).size());
      assertEquals(
          "DELETED", // it is told all the same
          ((Event.OfConversation) small.events(BOB).getLast().event()).change().toString());
      // Who comes back with a huge list has its entry elsewhere.
      small.im.conversations().delete(TEAM);
      small.im.conversations().create(TEAM, false, List.of(new NewMember(EVE, 1, true)));
      assertEquals(0, rowsOf(small, "conversation_inbox", EVE));
      assertEquals(1, small.im.list().query(EVE, null, 10).size());
    }
  }

  private static int rowsOf(SmallIm small, String table, UserId user) throws IOException {
    int rows = 0;
    try (Cursor cursor =
        small.db.cursor(small.db.table(table), CursorOptions.prefix(Keys.of(user.id())))) {
      while (cursor.next()) {
        rows++;
      }
    }
    return rows;
  }

  @Test
  void deletingGivesTheSpaceBack() throws Exception {
    MemoryFileSystem disk = new MemoryFileSystem();
    try (SmallIm small = new SmallIm(disk, ImOptions.DEFAULT).withTeam(ANN, BOB)) {
      List<Draft> drafts = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        drafts.add(small.draft(ANN, "some words of a message " + i + " ".repeat(900)));
      }
      small.im.sender().send(drafts);
      small.db.flush();
      long rows = rows(small);
      assertTrue(rows > 1000, "rows: " + rows);
      small.im.conversations().delete(TEAM);
      assertThrows(ImException.UnknownConversation.class, () -> small.im.list().entry(ANN, TEAM));
      small.db.compact(small.db.table("conversation_message"), null, null);
      small.db.compact(small.db.table("index:sender"), null, null);
      assertEquals(
          0,
          Objects.requireNonNull(small.db.version().table("conversation_message")).runs().size());
      small.im.conversations().create(TEAM, false, List.of(NewMember.of(EVE)));
      assertEquals(1, small.send(EVE, "anew").sequence());
      assertEquals(List.of(), small.im.list().page(ANN, null, 10));
    }
  }

  /** What is counted from several rows is counted at one moment. */
  @Test
  void listsAreOfOneMoment() throws Exception {
    try (SmallIm small =
        new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT.withWindow(Duration.ofMillis(1)))
            .withTeam(ANN, BOB)) {
      AtomicBoolean end = new AtomicBoolean();
      AtomicInteger read = new AtomicInteger();
      ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
      Thread writer =
          Thread.ofPlatform()
              .name("writer")
              .start(() -> {
                try {
                  for (int i = 0; i < 3000; i++) {
                    MessageId id = small.send(ANN, "m" + i).id();
                    small.im.receipts().read(BOB, TEAM, id);
                    read.set(i + 1);
                  }
                } catch (IOException | RuntimeException | Error e) {
                  failures.add(e);
                } finally {
                  end.set(true);
                }
              });
      while (!end.get()) {
        // What was read before the call is read, and one more at most is sent than is read after
        // it;
        // none of ann's own is unread to her.
        int before = read.get();
        List<ConversationEntry> entries =
            List.of(
                small.im.list().entry(BOB, TEAM), small.im.list().page(BOB, null, 1).getFirst());
        int most = read.get() + 1 - before;
        for (ConversationEntry entry : entries) {
          assertTrue(entry.unread() >= 0 && entry.unread() <= most, entry::toString);
        }
        assertEquals(0, small.im.list().entry(ANN, TEAM).unread());
        assertEquals(0, small.im.list().page(ANN, null, 1).getFirst().unread());
      }
      writer.join();
      assertEquals(List.of(), List.copyOf(failures));
    }
  }

  /**
   * A member that leaves has read the message, or is none any more; it is never one that has not.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void receiptsAreOfOneMoment(boolean large) throws Exception {
    int members = 300;
    try (SmallIm small =
        new SmallIm(
            new MemoryFileSystem(),
            ImOptions.DEFAULT.withWindow(Duration.ZERO).withLargeMembers(large ? 2 : 500))) {
      small.withTeam(ANN, BOB);
      List<NewMember> readers = new ArrayList<>();
      for (int i = 0; i < members; i++) {
        readers.add(NewMember.of(UserId.of(i)));
      }
      small.im.conversations().join(TEAM, readers);
      MessageId id = small.send(ANN, "read by all").id();
      for (NewMember reader : readers) {
        small.im.receipts().read(reader.user(), TEAM, id);
      }
      small.im.receipts().read(BOB, TEAM, id);
      FutureTask<Void> leaving =
          new FutureTask<>(() -> {
            for (NewMember reader : readers.reversed()) {
              small.im.conversations().leave(TEAM, reader.user());
            }
            return null;
          });
      Thread.ofPlatform().name("leaving").start(leaving);
      while (!leaving.isDone()) {
        assertEquals(0, small.im.receipts().of(TEAM, id).unreadCount());
      }
      leaving.get();
      assertEquals(1, small.im.receipts().of(TEAM, id).readCount());
    }
  }

  /** Services count users and conversations from 1: the same number is both. */
  @Test
  void aConversationIsNotAUserOfTheSameId() throws Exception {
    UserId user = UserId.of(7);
    ConversationId sameId = ConversationId.of(7);
    try (SmallIm small = new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT)) {
      small.withTeam(ANN, user);
      small.im.conversations().create(sameId, false, List.of(NewMember.of(ANN), NewMember.of(BOB)));
      Draft mention = small.draft(ANN, "you").mentioning(List.of(user));
      SmallIm.durable(small.im.sender().send(mention));
      MessageId recalled =
          SmallIm.durable(small.im.sender().send(draft(small, sameId, ANN, "oops"))).id();
      small.im.messages().recall(ANN, sameId, recalled);
      assertEquals(0, small.im.list().entry(BOB, sameId).unread());
      small.im.conversations().delete(sameId);
      assertEquals(1, small.im.mentions().page(user, MessagePlace.END, 10).size());

      small.im.conversations().create(sameId, false, List.of(NewMember.of(ANN), NewMember.of(BOB)));
      recalled = SmallIm.durable(small.im.sender().send(draft(small, sameId, ANN, "oh"))).id();
      small.im.messages().recall(ANN, sameId, recalled);
      small.im.conversations().purge(user, false);
      assertEquals(0, small.im.list().entry(BOB, sameId).unread());
      assertEquals(List.of(), small.im.mentions().page(user, MessagePlace.END, 10));
    }
  }

  @Test
  void purgingAUserGivesTheSpaceBack() throws Exception {
    try (SmallIm small =
        new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT).withTeam(ANN, BOB, EVE)) {
      List<Draft> drafts = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        drafts.add(
            small
                .draft(ANN, "for you " + i + " ".repeat(900))
                .onlyFor(List.of(BOB))
                .mentioning(List.of(BOB)));
      }
      small.im.sender().send(drafts);
      small.im.conversations().leave(TEAM, ANN); // with what it has of its own
      small.db.flush();
      long written = small.db.statistics().get(Counter.ROWS_WRITTEN);
      small.im.conversations().purge(BOB, false);
      assertTrue(small.db.statistics().get(Counter.ROWS_WRITTEN) - written < 30);
      assertEquals(List.of(), small.im.list().page(BOB, null, 10));
      assertEquals(List.of(), small.im.sync().devices(BOB));
      try (Cursor entries =
          small.db.cursor(small.db.table("index:mention-private"), CursorOptions.ALL)) {
        assertFalse(entries.next());
      }
      for (String table : List.of("message_inbox", "sync_queue", "client_message")) {
        small.db.compact(small.db.table(table), null, null);
      }
      assertEquals(
          0, Objects.requireNonNull(small.db.version().table("message_inbox")).runs().size());
      small.im.conversations().join(TEAM, List.of(NewMember.of(BOB)));
      small.im.sync().addDevice(BOB, SmallIm.PHONE);
      SyncResult result = small.im.sync().read(BOB, SmallIm.PHONE, 10);
      // Its positions do not come again: a new device is told where they go on.
      assertTrue(
          result instanceof SyncResult.Rebase rebase && rebase.position() > 1000, result::toString);
    }
  }

  /** It comes back as somebody new. */
  @Test
  void whatMentionedAPurgedUserIsNotFoundAgain() throws Exception {
    try (SmallIm small =
        new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT).withTeam(ANN, BOB)) {
      Draft before = small.draft(ANN, "before").mentioning(List.of(BOB));
      SmallIm.durable(small.im.sender().send(before));
      small.im.conversations().purge(BOB, false);
      small.im.conversations().join(TEAM, List.of(NewMember.of(BOB)));
      assertEquals(1, small.im.history().page(BOB, TEAM, HistoryQuery.newest(10)).size());
      assertEquals(List.of(), small.im.mentions().page(BOB, MessagePlace.END, 10));
      Draft after = small.draft(ANN, "after").mentioning(List.of(BOB));
      MessageId id = SmallIm.durable(small.im.sender().send(after)).id();
      assertEquals(
          List.of(id),
          small.im.mentions().page(BOB, MessagePlace.END, 10).stream()
              .map(found -> found.message().id())
              .toList());
    }
  }

  @Test
  void refusesWhatCannotBe() throws Exception {
    try (SmallIm small =
        new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT).withTeam(ANN, BOB)) {
      assertThrows(
          ImException.ConversationExists.class,
          () -> small.im.conversations().create(TEAM, false, List.of()));
      ConversationId none = ConversationId.of("none");
      assertThrows(
          ImException.UnknownConversation.class,
          () -> small.im.conversations().join(none, List.of(NewMember.of(ANN))));
      assertThrows(
          ImException.UnknownConversation.class,
          () -> small.im.conversations().members(none, null, 1));
      assertThrows(ImException.NotMember.class, () -> small.im.conversations().leave(TEAM, EVE));
      assertThrows(IllegalArgumentException.class, () -> new NewMember(ANN, 256, false));
      for (int limit : new int[] {0, -1}) {
        refuses("limit", () -> small.im.list().page(ANN, null, limit));
        refuses("limit", () -> small.im.list().query(ANN, null, limit));
        refuses("limit", () -> small.im.conversations().members(TEAM, null, limit));
        refuses("limit", () -> small.im.conversations().list(null, limit));
        refuses("limit", () -> small.im.sync().read(ANN, SmallIm.PHONE, limit));
        refuses("limit", () -> small.im.mentions().page(ANN, MessagePlace.END, limit));
        refuses("limit", () -> HistoryQuery.newest(limit));
        refuses("limit", () -> small.im.gate().hotUsers(limit));
        refuses("limit", () -> small.im.gate().hotConversations(limit));
        refuses(
            "limit",
            () ->
                small
                    .im
                    .indexes()
                    .ofUser("mention", ANN, IndexDefinition.NO_VALUE, MessagePlace.END, limit));
        refuses(
            "limit",
            () ->
                small
                    .im
                    .indexes()
                    .ofConversation("sender", TEAM, ANN.id(), MessageId.HIGHEST, limit));
      }
    }
  }

  private static void refuses(String argument, Executable call) {
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, call);
    assertTrue(String.valueOf(refused.getMessage()).contains(argument), refused::toString);
  }

  private static long rows(SmallIm small) throws IOException {
    return (long) small.im.history().messages(TEAM, HistoryQuery.newest(1000)).size()
        + small.events(BOB).size();
  }

  private static Draft draft(SmallIm small, ConversationId id, UserId sender, String text) {
    Draft draft = small.draft(sender, text);
    return new Draft(
        id,
        sender,
        draft.clientMessageId(),
        0,
        draft.body(),
        List.of(),
        false,
        List.of(),
        draft.timeMillis());
  }
}
