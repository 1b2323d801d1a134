package io.sheaf.im;

import static io.sheaf.im.SmallIm.ANN;
import static io.sheaf.im.SmallIm.BOB;
import static io.sheaf.im.SmallIm.EVE;
import static io.sheaf.im.SmallIm.TEAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.inbox.ConversationList;
import io.sheaf.im.model.ConversationEntry;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.HistoryQuery;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.NewMember;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

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
      assertThrows(IllegalArgumentException.class, () -> small.im.list().page(ANN, null, 0));
    }
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
