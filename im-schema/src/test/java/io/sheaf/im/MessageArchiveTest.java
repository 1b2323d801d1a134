package io.sheaf.im;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.Sheaf;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.WriteBatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MessageArchiveTest {
  private static final DbOptions OPTIONS = DbOptions.DEFAULT.withMemory(16 << 20, 4 << 20);

  @TempDir private Path directory;
  private Db db;

  @BeforeEach
  void open() throws IOException {
    db = Sheaf.open(directory, OPTIONS);
  }

  @AfterEach
  void close() throws IOException {
    db.close();
  }

  @Test
  void findsMessagesUnderBothNames() throws IOException {
    MessageArchive archive = MessageArchive.open(db);
    Message first = message("#go", "ann", 1, "hello");
    Message second = message("#go", "bob", 2, "hi");
    Message third = message("#java", "ann", 3, "");
    add(archive, first, second, third);

    assertEquals(List.of(second, first), all(archive.conversations().newest(Name.of("#go"), 10)));
    assertEquals(List.of(third), all(archive.conversations().newest(Name.of("#java"), 10)));
    assertEquals(List.of(third, first), all(archive.senders().newest(Name.of("ann"), 10)));
    assertEquals(List.of(third), all(archive.senders().newest(Name.of("ann"), 1)));
    assertEquals(
        List.of(first, second),
        all(archive.conversations().from(Name.of("#go"), MessageId.LOWEST, 10)));
    assertEquals(List.of(second), all(archive.conversations().from(Name.of("#go"), 2, 10)));
    assertEquals(List.of(), all(archive.conversations().from(Name.of("#go"), 3, 10)));
  }

  @Test
  void getsOneMessage() throws IOException {
    MessageArchive archive = MessageArchive.open(db);
    Message message = message("#go", "ann", MessageId.HIGHEST, "last");
    add(archive, message);
    assertEquals(message, archive.conversations().get(Name.of("#go"), -1).orElseThrow());
    assertEquals(message, archive.senders().get(Name.of("ann"), -1).orElseThrow());
    assertTrue(archive.senders().get(Name.of("ann"), 0).isEmpty());
    assertTrue(archive.senders().get(Name.of("#go"), -1).isEmpty());
  }

  @Test
  void keepsNamesApartThatBeginAlike() throws IOException {
    MessageArchive archive = MessageArchive.open(db);
    List<Name> names =
        List.of(
            Name.of(new byte[] {'a'}),
            Name.of(new byte[] {'a', 0}),
            Name.of(new byte[] {'a', 0, 0, 0, 0, 0, 0, 0, 0, 0}),
            Name.of(new byte[] {'a', 1}),
            Name.of(new byte[] {'a', (byte) 0xFF}));
    for (Name name : names) {
      add(archive, new Message(name, Name.of("s"), name.hashCode(), MessageKind.TEXT, new byte[1]));
    }
    for (Name name : names) {
      assertEquals(1, all(archive.conversations().newest(name, 10)).size(), name.toString());
      assertTrue(archive.conversations().contains(name));
    }
    assertEquals(names, archive.conversations().names(10));
    assertEquals(names.subList(0, 2), archive.conversations().names(2));
    assertFalse(archive.conversations().contains(Name.of("b")));
    assertFalse(archive.senders().contains(Name.of("a")));
  }

  @Test
  void isThereAfterReopening() throws IOException {
    assertTrue(MessageArchive.find(db).isEmpty());
    Message message = message("#go", "ann", 1, "hello");
    add(MessageArchive.open(db), message);
    db.close();
    db = Sheaf.open(directory, OPTIONS);
    MessageArchive archive = MessageArchive.find(db).orElseThrow();
    assertEquals(message, archive.conversations().get(Name.of("#go"), 1).orElseThrow());
  }

  private void add(MessageArchive archive, Message... messages) throws IOException {
    WriteBatch batch = new WriteBatch();
    for (Message message : messages) {
      archive.add(batch, message);
    }
    db.write(batch);
  }

  private static Message message(String conversation, String sender, long id, String text) {
    return new Message(
        Name.of(conversation),
        Name.of(sender),
        id,
        MessageKind.TEXT,
        text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<Message> all(MessageCursor cursor) throws IOException {
    List<Message> messages = new ArrayList<>();
    try (cursor) {
      for (Message next = cursor.next(); next != null; next = cursor.next()) {
        messages.add(next);
      }
    }
    return messages;
  }
}
