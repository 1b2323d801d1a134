package io.sheaf.cli.irc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sheaf.cli.CommandRun;
import io.sheaf.cli.JsonParser;
import io.sheaf.engine.Sheaf;
import io.sheaf.im.Message;
import io.sheaf.im.MessageArchive;
import io.sheaf.im.MessageCursor;
import io.sheaf.im.MessageId;
import io.sheaf.im.MessageKind;
import io.sheaf.im.Name;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.testdata.IrcLog;
import io.sheaf.testdata.IrcMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports the real logs of #ubuntu, where they lie beside the project. */
final class RealLogImportTest {
  private static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
  private static final Path LOGS =
      MODULE.resolve("../../shared/data/ubuntu-irc/logs.tar.gz").normalize();
  private static final Name CHANNEL = Name.of("#ubuntu");

  @TempDir private Path store;

  @Test
  void everyMessageIsFoundAgainByteForByte() throws Exception {
    assumeTrue(Files.exists(LOGS), () -> "skipped: no real logs at " + LOGS);
    CommandRun run =
        CommandRun.of("import", "irc", "--store", store, "--json", "--no-progress", LOGS)
            .succeeds();
    Map<String, Object> count = JsonParser.object(run.out().strip());
    assertEquals(153, JsonParser.number(count, "logs"));
    assertEquals(220_463, JsonParser.number(count, "lines"));
    List<Message> said = saidInLogs();
    assertEquals(said.size(), JsonParser.number(count, "messages"));
    said.sort(Comparator.comparing(Message::id, Long::compareUnsigned));
    Map<Name, List<Message>> bySender = new HashMap<>();
    said.forEach(message ->
        bySender.computeIfAbsent(message.sender(), name -> new ArrayList<>()).add(message));
    try (Db db = Sheaf.open(store, DbOptions.DEFAULT)) {
      MessageArchive archive = MessageArchive.find(db).orElseThrow();
      assertSame(said, archive.conversations().from(CHANNEL, MessageId.LOWEST, Long.MAX_VALUE));
      for (Map.Entry<Name, List<Message>> sender : bySender.entrySet()) {
        assertSame(
            sender.getValue(),
            archive.senders().from(sender.getKey(), MessageId.LOWEST, Long.MAX_VALUE));
      }
    }
  }

  private static void assertSame(List<Message> expected, MessageCursor found) throws IOException {
    try (found) {
      for (Message message : expected) {
        assertEquals(message, found.next());
      }
      assertTrue(found.next() == null, "more messages than were said");
    }
  }

  private static List<Message> saidInLogs() throws Exception {
    List<Message> said = new ArrayList<>();
    new LogSources(List.of(LOGS))
        .forEach((name, sizeBytes, content) -> {
          IrcLog log = new IrcLog(content, name);
          IrcMessageIds ids = new IrcMessageIds(name);
          for (IrcMessage next = log.next(); next != null; next = log.next()) {
            MessageKind kind =
                next.kind() == IrcMessage.Kind.MESSAGE ? MessageKind.TEXT : MessageKind.ACTION;
            said.add(new Message(CHANNEL, Name.of(next.nick()), ids.next(next), kind, next.text()));
          }
        });
    return said;
  }
}
