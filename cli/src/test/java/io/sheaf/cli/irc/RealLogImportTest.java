package io.sheaf.cli.irc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sheaf.cli.CommandRun;
import io.sheaf.cli.JsonParser;
import io.sheaf.engine.Sheaf;
import io.sheaf.im.ImOptions;
import io.sheaf.im.ImStore;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.HistoryQuery;
import io.sheaf.im.model.Message;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.testdata.IrcLog;
import io.sheaf.testdata.IrcMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
  private static final ConversationId CHANNEL = ConversationId.of("#ubuntu");
  private static final int PAGE = 1000;

  @TempDir private Path store;

  private record Said(UserId sender, int type, Body text) {}

  @Test
  void everyMessageIsFoundAgainByteForByte() throws Exception {
    assumeTrue(Files.exists(LOGS), () -> "skipped: no real logs at " + LOGS);
    CommandRun run =
        CommandRun.of("import", "irc", "--store", store, "--json", "--no-progress", LOGS)
            .succeeds();
    Map<String, Object> count = JsonParser.object(run.out().strip());
    assertEquals(153, JsonParser.number(count, "logs"));
    assertEquals(220_463, JsonParser.number(count, "lines"));
    List<Said> said = saidInLogs();
    assertEquals(said.size(), JsonParser.number(count, "messages"));
    Map<UserId, List<Said>> bySender = new HashMap<>();
    said.forEach(one -> bySender.computeIfAbsent(one.sender(), name -> new ArrayList<>()).add(one));
    try (Db db = Sheaf.open(store, DbOptions.DEFAULT);
        ImStore im = ImStore.open(db, ImOptions.DEFAULT)) {
      assertEquals(bySender.size(), im.conversations().find(CHANNEL).orElseThrow().memberCount());
      assertSame(said, im);
      for (Map.Entry<UserId, List<Said>> sender : bySender.entrySet()) {
        List<Message> found =
            im.indexes()
                .ofConversation(
                    "sender", CHANNEL, sender.getKey().id(), MessageId.HIGHEST, 1_000_000);
        assertEquals(
            sender.getValue(), found.reversed().stream().map(RealLogImportTest::of).toList());
      }
    }
  }

  private static void assertSame(List<Said> expected, ImStore im) throws Exception {
    long sequence = 0;
    MessageId place = MessageId.NONE;
    for (int from = 0; from < expected.size(); from += PAGE) {
      List<Message> page = im.history().messages(CHANNEL, HistoryQuery.after(place, PAGE));
      assertEquals(
          expected.subList(from, Math.min(from + PAGE, expected.size())),
          page.stream().map(RealLogImportTest::of).toList());
      for (Message message : page) {
        assertEquals(++sequence, message.sequence());
      }
      place = page.getLast().id();
    }
    assertTrue(
        im.history().messages(CHANNEL, HistoryQuery.after(place, 1)).isEmpty(),
        "more messages than were said");
  }

  private static Said of(Message message) {
    return new Said(message.sender(), message.type(), message.body());
  }

  private static List<Said> saidInLogs() throws Exception {
    List<Said> said = new ArrayList<>();
    new LogSources(List.of(LOGS))
        .forEach((name, sizeBytes, content) -> {
          IrcLog log = new IrcLog(content, name);
          for (IrcMessage next = log.next(); next != null; next = log.next()) {
            int type = next.kind() == IrcMessage.Kind.MESSAGE ? IrcDrafts.SAID : IrcDrafts.ACTION;
            said.add(new Said(UserId.of(next.nick()), type, Body.of(next.text())));
          }
        });
    return said;
  }
}
