package io.sheaf.im;

import static io.sheaf.im.SmallIm.ANN;
import static io.sheaf.im.SmallIm.BOB;
import static io.sheaf.im.SmallIm.EVE;
import static io.sheaf.im.SmallIm.TEAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.im.id.ClientMessageId;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.HistoryMessage;
import io.sheaf.im.model.HistoryQuery;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.MessagePlace;
import io.sheaf.im.model.NewMember;
import io.sheaf.im.table.Keys;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** Pages, where they begin and end; what is on them is compared in {@link ImModelTest}. */
final class HistoryTest {
  @Test
  void aPageBeginsAtAnIdOrATime() throws Exception {
    try (SmallIm small = open()) {
      List<MessageId> ids = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        small.nowMillis.addAndGet(60_000);
        ids.add(small.send(ANN, "m" + i).id());
      }
      assertEquals(List.of("m9", "m8"), page(small, HistoryQuery.newest(2)));
      assertEquals(List.of("m4", "m3"), page(small, HistoryQuery.before(ids.get(5), 2)));
      assertEquals(List.of("m6", "m7"), page(small, HistoryQuery.after(ids.get(5), 2)));
      Instant fifth = Instant.ofEpochMilli(SmallIm.BEGIN_MILLIS + 5 * 60_000);
      assertEquals(List.of("m4", "m5"), page(small, HistoryQuery.since(fifth, 2)));
      MessageId first = MessageId.firstAt(fifth);
      assertEquals(List.of("m3", "m2"), page(small, HistoryQuery.before(first, 2)));
    }
  }

  @Test
  void behindTheLastMessageThereIsNone() throws Exception {
    try (SmallIm small = open()) {
      MessageId id = small.send(ANN, "gone").id();
      small.im.reactions().set(ANN, TEAM, id, "+1", true);
      small.im.messages().clear(BOB, TEAM);
      assertEquals(List.of(), page(small, HistoryQuery.after(MessageId.HIGHEST, 10)));
      assertEquals(List.of(), page(small, HistoryQuery.after(MessageId.NONE, 10)));
      assertEquals(List.of(), small.im.reactions().of(TEAM, MessageId.HIGHEST));
      assertEquals(1, small.im.reactions().of(TEAM, id).size());
    }
  }

  /** Ids are those of one conversation: messages of two may have the same. */
  @Test
  void pagesOfMentionsLeaveNothingOut() throws Exception {
    try (SmallIm small = open()) {
      for (int c = 0; c < 5; c++) {
        ConversationId id = ConversationId.of(c);
        small.im.conversations().create(id, false, List.of(NewMember.of(ANN), NewMember.of(BOB)));
        Draft draft =
            Draft.of(id, ANN, ClientMessageId.of(c), Body.of("m" + c)).mentioning(List.of(BOB));
        SmallIm.durable(small.im.sender().send(c == 3 ? draft.onlyFor(List.of(BOB)) : draft));
      }
      for (int limit = 1; limit < 7; limit++) {
        List<String> found = new ArrayList<>();
        MessagePlace place = MessagePlace.END;
        List<HistoryMessage> page = small.im.mentions().page(BOB, place, limit);
        while (!page.isEmpty()) {
          page.forEach(message -> found.add(message.message().body().text()));
          place = MessagePlace.of(page.getLast().message());
          page = small.im.mentions().page(BOB, place, limit);
        }
        assertEquals(List.of("m4", "m3", "m2", "m1", "m0"), found);
      }
    }
  }

  /** There is one message at any moment: what came before it was cleared. */
  @Test
  void aPageIsOfOneMoment() throws Exception {
    try (SmallIm small = open()) {
      FutureTask<Void> writing =
          new FutureTask<>(() -> {
            for (int i = 0; i < 2000; i++) {
              small.im.messages().clear(BOB, TEAM);
              small.send(ANN, "m" + i);
            }
            return null;
          });
      Thread.ofPlatform().name("writing").start(writing);
      while (!writing.isDone()) {
        List<String> page = page(small, HistoryQuery.newest(10));
        assertTrue(page.size() <= 1, page::toString);
      }
      writing.get();
    }
  }

  /** A page costs a read less for each row that it does without. */
  @Test
  void aPageIsReadWithoutTheRowOfTheMember() throws Exception {
    try (SmallIm small = open()) {
      small.send(ANN, "one");
      byte[] member = Keys.of(TEAM.id(), BOB.id());
      small.db.write(new WriteBatch().delete(small.db.table("conversation_member"), member));
      assertEquals(List.of("one"), page(small, HistoryQuery.newest(10)));
    }
  }

  @Test
  void theEntryOfAnEarlierLifeMakesNobodyAMember() throws Exception {
    ImOptions options = ImOptions.DEFAULT.withLargeMembers(1);
    try (SmallIm small = new SmallIm(new MemoryFileSystem(), options).withTeam(ANN, BOB)) {
      small.send(ANN, "one");
      small.im.conversations().delete(TEAM);
      small.im.conversations().create(TEAM, false, List.of(NewMember.of(EVE)));
      small.send(EVE, "two");
      assertThrows(ImException.NotMember.class, () -> page(small, HistoryQuery.newest(10)));
      small.im.conversations().join(TEAM, List.of(NewMember.of(BOB)));
      assertEquals(List.of("two"), page(small, HistoryQuery.newest(10)));
    }
  }

  private static List<String> page(SmallIm small, HistoryQuery query) throws IOException {
    return small.im.history().page(BOB, TEAM, query).stream()
        .map(message -> message.message().body().text())
        .toList();
  }

  private static SmallIm open() throws IOException {
    return new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT).withTeam(ANN, BOB);
  }
}
