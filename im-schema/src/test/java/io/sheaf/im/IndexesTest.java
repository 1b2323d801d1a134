package io.sheaf.im;

import static io.sheaf.im.SmallIm.ANN;
import static io.sheaf.im.SmallIm.BOB;
import static io.sheaf.im.SmallIm.TEAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.im.build.IndexBuild;
import io.sheaf.im.id.ClientMessageId;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.Id;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.index.IndexDefinition;
import io.sheaf.im.index.IndexSource;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.HistoryQuery;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.MessagePlace;
import io.sheaf.im.model.MessageState;
import io.sheaf.im.model.NewMember;
import io.sheaf.im.table.Kept;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class IndexesTest {
  private static final int FILE = 3;
  private static final Id FILES = IndexDefinition.NO_VALUE;

  /** The messages of a conversation that are files. */
  private static final IndexDefinition OF_FILES =
      new IndexDefinition(
          "files",
          IndexSource.MESSAGES,
          (row, entries) ->
              row.message()
                  .filter(message -> message.type() == FILE && !message.isRecalled())
                  .ifPresent(message -> entries.ofConversation(FILES)));

  /** What a user has starred. */
  private static final IndexDefinition STARRED =
      new IndexDefinition(
          "starred",
          IndexSource.INBOX,
          (row, entries) -> {
            if (row.state().marks() == 1) {
              row.owner().ifPresent(user -> entries.ofUser(user, IndexDefinition.NO_VALUE));
            }
          });

  @Test
  void isThereWithTheRowAndGoesWithIt() throws Exception {
    try (SmallIm small = open(new MemoryFileSystem())) {
      assertTrue(small.im.indexes().create(OF_FILES).await());
      assertTrue(small.im.indexes().create(STARRED).await());
      small.send(ANN, "no file");
      Message file = file(small, "a.txt");
      assertEquals(List.of("a.txt"), files(small));
      small.im.messages().edit(ANN, TEAM, file.id(), Body.of("b.txt"));
      assertEquals(List.of("b.txt"), files(small));
      small.im.messages().setState(BOB, TEAM, file.id(), new MessageState(false, 1));
      assertEquals(1, starred(small));
      small.im.messages().setState(BOB, TEAM, file.id(), MessageState.NONE);
      assertEquals(0, starred(small));
      small.im.messages().recall(ANN, TEAM, file.id());
      assertEquals(List.of(), files(small));
      assertThrows(IllegalArgumentException.class, () -> small.im.indexes().create(OF_FILES));
      small.im.indexes().drop("files");
      assertThrows(IllegalArgumentException.class, () -> files(small));
      assertTrue(small.im.indexes().create(OF_FILES).await());
      assertEquals(List.of(), files(small));
    }
  }

  /** Two users may give the same entry of a third: when one takes it back it would be gone. */
  @Test
  void aUsersOwnRowsAreFoundForThatUserOnly() throws Exception {
    try (SmallIm small = open(new MemoryFileSystem())) {
      IndexDefinition ofAll =
          new IndexDefinition(
              "starred-by-anybody",
              IndexSource.INBOX,
              (row, entries) -> entries.ofConversation(IndexDefinition.NO_VALUE));
      IndexDefinition ofAnother =
          new IndexDefinition(
              "starred-by-others",
              IndexSource.INBOX,
              (row, entries) -> entries.ofUser(ANN, IndexDefinition.NO_VALUE));
      MessageId id = small.send(ANN, "star").id();
      for (IndexDefinition definition : List.of(ofAll, ofAnother)) {
        assertTrue(small.im.indexes().create(definition).await());
        IllegalArgumentException refused =
            assertThrows(
                IllegalArgumentException.class,
                () -> small.im.messages().setState(BOB, TEAM, id, new MessageState(false, 1)));
        assertTrue(
            String.valueOf(refused.getMessage()).contains(definition.name()), refused::toString);
        small.im.indexes().drop(definition.name());
      }
      small.im.messages().setState(BOB, TEAM, id, new MessageState(false, 1));
    }
  }

  @Test
  void expiresWithTheRow() throws Exception {
    Kept kept = ImOptions.DEFAULT.kept();
    Kept aDay = new Kept(kept.events(), kept.devices(), kept.answers(), Duration.ofDays(1));
    try (SmallIm small =
        new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT.withKept(aDay)).withTeam(ANN, BOB)) {
      assertTrue(small.im.indexes().create(OF_FILES).await());
      file(small, "old");
      small.nowMillis.addAndGet(Duration.ofHours(20).toMillis());
      file(small, "new");
      assertEquals(List.of("new", "old"), files(small));
      small.nowMillis.addAndGet(Duration.ofHours(5).toMillis());
      assertEquals(List.of("new"), files(small));
      assertEquals(allFiles(small), files(small));
      small.nowMillis.addAndGet(Duration.ofDays(1).toMillis());
      try (Cursor entries = small.db.cursor(small.db.table("index:files"), CursorOptions.ALL)) {
        assertFalse(entries.next());
      }
    }
  }

  @Test
  void leavingTakesTheEntriesOfOnesOwnRows() throws Exception {
    try (SmallIm small = open(new MemoryFileSystem())) {
      assertTrue(small.im.indexes().create(STARRED).await());
      MessageId id = small.send(ANN, "a").id();
      small.im.messages().setState(BOB, TEAM, id, new MessageState(false, 1));
      assertEquals(1, starred(small));
      small.im.conversations().leave(TEAM, BOB);
      small.im.conversations().join(TEAM, List.of(NewMember.of(BOB)));
      assertEquals(0, starred(small));
      small.im.messages().setState(BOB, TEAM, id, new MessageState(false, 2));
      assertEquals(0, starred(small)); // another row of the same message
      small.im.messages().setState(BOB, TEAM, id, new MessageState(false, 1));
      assertEquals(1, starred(small));
      assertThrows(IllegalArgumentException.class, () -> small.im.indexes().drop("sender"));
      assertThrows(IllegalStateException.class, () -> ImStore.open(small.db, ImOptions.DEFAULT));
      small.im.close();
      assertThrows(ClosedException.class, () -> small.im.sync().append(BOB, Body.EMPTY));
    }
  }

  /** A tool, or the store's own thread, writes before the service has created its index. */
  @Test
  void beginsAnewWhenRowsWereWrittenWithoutIt() throws Exception {
    MemoryFileSystem disk = new MemoryFileSystem();
    MessageId recalled;
    try (SmallIm small = open(disk)) {
      assertTrue(small.im.indexes().create(OF_FILES).await());
      recalled = file(small, "a").id();
      file(small, "b");
    }
    try (SmallIm other = new SmallIm(disk, ImOptions.DEFAULT)) {
      other.im.messages().recall(ANN, TEAM, recalled);
      SmallIm.durable(other.im.sender().send(named("c")));
    }
    try (SmallIm small = new SmallIm(disk, ImOptions.DEFAULT)) {
      assertTrue(small.im.indexes().create(OF_FILES).await());
      assertEquals(List.of("c", "b"), files(small));
    }
    try (SmallIm small = new SmallIm(disk, ImOptions.DEFAULT)) {
      SmallIm.durable(small.im.sender().send(named("d")));
      IndexBuild build = small.im.indexes().create(OF_FILES);
      SmallIm.durable(small.im.sender().send(named("e")));
      assertTrue(build.await());
      assertEquals(List.of("e", "d", "c", "b"), files(small));
    }
  }

  /** What is written once the index is not kept any more must not be missing from it later. */
  @Test
  void oneThatCannotBeDroppedLacksNothing() throws Exception {
    FaultFileSystem full = new FaultFileSystem(new MemoryFileSystem());
    try (SmallIm small = open(full)) {
      assertTrue(small.im.indexes().create(OF_FILES).await());
      file(small, "a");
      full.limitSpace(0);
      assertThrows(IOException.class, () -> small.im.indexes().drop(OF_FILES.name()));
      full.heal();
      file(small, "b");
    }
    try (SmallIm small = new SmallIm(full, ImOptions.DEFAULT)) {
      assertTrue(small.im.indexes().create(OF_FILES).await());
      assertEquals(List.of("b", "a"), files(small));
    }
  }

  private static Draft named(String name) {
    return Draft.of(TEAM, ANN, ClientMessageId.of("file " + name), Body.of(name)).ofType(FILE);
  }

  @Test
  void isBuiltWhileOthersWrite() throws Exception {
    int before = 3000;
    try (SmallIm small = open(new MemoryFileSystem())) {
      List<Draft> drafts = new ArrayList<>();
      for (int i = 0; i < before; i++) {
        drafts.add(small.draft(ANN, "f" + i).ofType(i % 2 == 0 ? FILE : 0));
      }
      small.im.sender().send(drafts);
      AtomicBoolean end = new AtomicBoolean();
      Thread writer =
          Thread.ofPlatform()
              .name("writer")
              .start(() -> {
                for (int i = 0; !end.get(); i++) {
                  file(small, "w" + i);
                }
              });
      IndexBuild build = small.im.indexes().create(OF_FILES);
      assertTrue(build.await());
      assertTrue(build.rows() >= before);
      end.set(true);
      writer.join();
      assertEquals(allFiles(small), files(small));
    }
  }

  @Test
  void goesOnAfterACrash() throws Exception {
    CrashFileSystem disk = new CrashFileSystem();
    int messages = 2000;
    try (SmallIm small = open(disk)) {
      for (int c = 0; c < 20; c++) {
        ConversationId id = ConversationId.of(c);
        small.im.conversations().create(id, false, List.of(NewMember.of(ANN)));
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < messages / 20; i++) {
          Draft draft = small.draft(ANN, "f");
          drafts.add(
              Draft.of(id, ANN, Objects.requireNonNull(draft.clientMessageId()), Body.of("f"))
                  .ofType(FILE));
        }
        small.im.sender().send(drafts);
      }
      CrashFileSystem[] left = new CrashFileSystem[1];
      int[] writes = new int[1];
      disk.onOperation(name -> {
        if (name.startsWith("write") && ++writes[0] == 12) {
          left[0] = disk.killClone();
        }
      });
      assertTrue(small.im.indexes().create(OF_FILES).await());
      disk.onOperation(name -> {});
      try (SmallIm again = new SmallIm(left[0], ImOptions.DEFAULT)) {
        IndexBuild build = again.im.indexes().create(OF_FILES);
        assertTrue(build.await());
        assertTrue(build.rows() > 0 && build.rows() < messages, "built " + build.rows());
        for (int c = 0; c < 20; c++) {
          assertEquals(
              messages / 20,
              again
                  .im
                  .indexes()
                  .ofConversation("files", ConversationId.of(c), FILES, MessageId.HIGHEST, messages)
                  .size());
        }
      }
    }
  }

  @Test
  void isNotReadBeforeItIsBuilt() throws Exception {
    try (SmallIm small = open(new MemoryFileSystem())) {
      IndexBuild build = small.im.indexes().create(OF_FILES);
      build.await();
      assertTrue(build.isComplete());
      build.close();
      assertTrue(build.isComplete());
      assertFalse(files(small).contains("x"));
    }
  }

  private static Message file(SmallIm small, String name) {
    try {
      MessageId id =
          SmallIm.durable(small.im.sender().send(small.draft(ANN, name).ofType(FILE))).id();
      return small.im.history().find(ANN, TEAM, id).orElseThrow().message();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> files(SmallIm small) throws IOException {
    return small
        .im
        .indexes()
        .ofConversation("files", TEAM, FILES, MessageId.HIGHEST, 1_000_000)
        .stream()
        .map(message -> message.body().text())
        .toList();
  }

  private static List<String> allFiles(SmallIm small) throws IOException {
    List<String> files = new ArrayList<>();
    MessageId before = MessageId.HIGHEST;
    List<Message> page = small.im.history().messages(TEAM, HistoryQuery.before(before, 1000));
    while (!page.isEmpty()) {
      for (Message message : page) {
        if (message.type() == FILE) {
          files.add(message.body().text());
        }
      }
      page = small.im.history().messages(TEAM, HistoryQuery.before(page.getLast().id(), 1000));
    }
    return files;
  }

  private static int starred(SmallIm small) throws IOException {
    return small
        .im
        .indexes()
        .ofUser("starred", BOB, IndexDefinition.NO_VALUE, MessagePlace.END, 10)
        .size();
  }

  private static SmallIm open(FileSystem disk) throws IOException {
    return new SmallIm(disk, ImOptions.DEFAULT).withTeam(ANN, BOB);
  }
}
