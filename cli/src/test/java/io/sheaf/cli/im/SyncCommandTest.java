package io.sheaf.cli.im;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.CommandRun;
import io.sheaf.cli.JsonParser;
import io.sheaf.engine.Sheaf;
import io.sheaf.im.ImOptions;
import io.sheaf.im.ImStore;
import io.sheaf.im.id.ClientMessageId;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.NewMember;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands show of a store whose service gives numbers to users and conversations. */
final class SyncCommandTest {
  private static final ConversationId SEVEN = ConversationId.of(7);
  private static final UserId ANN = UserId.of("ann");
  private static final UserId ONE = UserId.of(1);
  private static final UserId ROBOT = UserId.of("robot");

  @TempDir private Path directory;

  @BeforeEach
  void send() throws Exception {
    try (Db db = Sheaf.open(directory, DbOptions.DEFAULT);
        ImStore im = ImStore.open(db, ImOptions.DEFAULT)) {
      im.conversations()
          .create(
              SEVEN,
              false,
              List.of(NewMember.of(ANN), NewMember.of(ONE), new NewMember(ROBOT, 0, true)));
      var _ = im.send(Draft.of(SEVEN, ONE, ClientMessageId.of("c1"), Body.of("hello")));
      long _ = im.sync().append(ANN, Body.of("news"));
    }
  }

  @Test
  void printsEventsForPrograms() {
    List<Map<String, Object>> events =
        im("sync", "--user", "ann", "--json").lines().stream().map(JsonParser::object).toList();
    assertEquals(
        List.of("joined", "sent", "custom"),
        events.stream().map(event -> event.get("event")).toList());
    assertEquals("7", events.get(1).get("conversation"));
    assertTrue(String.valueOf(events.get(1).get("message")).contains("hello"), events::toString);
    assertEquals("news", events.get(2).get("text"));
    assertEquals(3, im("sync", "--user", "ann", "--acknowledge").lines().size());
    assertEquals(
        List.of("{\"upToDate\":true,\"position\":3}"),
        im("sync", "--user", "ann", "--json").lines());
  }

  @Test
  void printsUnreadForPrograms() {
    assertEquals(
        List.of("{\"user\":\"ann\",\"conversation\":\"7\",\"unread\":1}"),
        im("unread", "--user", "ann", "--conversation", "num:7", "--json").lines());
    assertEquals(
        List.of("{\"user\":\"ann\",\"unread\":1}"),
        im("unread", "--user", "ann", "--json").lines());
  }

  @Test
  void namesIdsAsTheyAreToBeGiven() {
    String[][] calls = {
      {"history", "--conversation", "7"}, {"unread", "--conversation", "7", "--user", "ann"}
    };
    for (String[] call : calls) {
      run(call).failsSaying("no conversation '7' here; there is num:7");
    }
    run("unread", "--conversation", "num:7", "--user", "1")
        .failsSaying("'1' is no member of the conversation 'num:7'; there are num:1, ann, robot");
    for (String command : List.of("conversations", "mentions", "sync", "unread")) {
      assertEquals(
          "sheaf: 'num:2' is in no conversation here\n", im(command, "--user", "num:2").err());
      assertEquals("", im(command, "--user", "num:1").err());
    }
  }

  @Test
  void showsTheListOfAnAccountThatIsInVeryManyConversations() {
    assertEquals(
        List.of("7                               1 unread    1: hello"),
        im("conversations", "--user", "robot").lines());
    assertEquals(List.of("1"), im("unread", "--user", "robot").lines());
    assertEquals("", im("mentions", "--user", "robot").err());
  }

  private CommandRun im(String command, String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = command;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return run(all).succeeds();
  }

  private CommandRun run(String... arguments) {
    Object[] all = new Object[arguments.length + 3];
    all[0] = "im";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[arguments.length + 1] = "--store";
    all[arguments.length + 2] = directory;
    return CommandRun.of(all);
  }
}
