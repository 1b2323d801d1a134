package io.sheaf.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.server.im.Reply;
import io.sheaf.server.im.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MULTI, EXEC and WATCH, where keys expire and rights change. */
final class MultiTest {
  @TempDir private Path directory;
  private ServedStore store;
  private RespClient client;

  @BeforeEach
  void serve() throws IOException {
    store =
        new ServedStore(
            directory, ServerOptions.DEFAULT.withAllowsDebug(true).withAllowsFlush(true));
    client = new RespClient(store.port());
    assertEquals("OK", client.call("DEBUG", "SET-ACTIVE-EXPIRE", "0").text());
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    store.close();
  }

  /** Leaves a key that has expired, and is not yet removed. */
  private void expired(String key) throws IOException {
    assertEquals("OK", client.call("SET", key, "x", "PX", "1").text());
    Deadline deadline = Deadline.ofSeconds(60);
    while (client.call("DEBUG", "OBJECT", key).value() instanceof String) {
      deadline.check(store);
    }
    assertEquals(1, client.call("DBSIZE").number());
  }

  private void execute(String... command) throws IOException {
    assertEquals("OK", client.call("MULTI").text());
    assertEquals("QUEUED", client.call(command).text());
  }

  @Test
  void whoWaitsForAStreamIsToldThatItIsDeletedBeforeAllAreFlushed() throws IOException {
    assertEquals("OK", client.call("XGROUP", "CREATE", "s", "g", "$", "MKSTREAM").text());
    try (RespClient waiting = new RespClient(store.port())) {
      waiting.send("XREADGROUP", "GROUP", "g", "c", "BLOCK", "0", "STREAMS", "s", ">");
      Deadline deadline = Deadline.ofSeconds(60);
      while (!client.call("INFO", "clients").text().contains("blocked_clients:1")) {
        deadline.check(store);
      }
      assertEquals("OK", client.call("MULTI").text());
      assertEquals("QUEUED", client.call("DEL", "s").text());
      assertEquals("QUEUED", client.call("FLUSHALL").text());
      assertEquals(2, client.call("EXEC").size());
      assertTrue(waiting.read().error().startsWith("NOGROUP"));
    }
  }

  @Test
  void aTransactionCountsItsOwnKeys() throws IOException {
    assertEquals("OK", client.call("MSET", "a", "1", "b", "1", "c", "1").text());
    assertEquals("OK", client.call("MULTI").text());
    String[][] commands = {
      {"SET", "d", "1"}, {"DEL", "a", "b"}, {"SET", "c", "2"}, {"DBSIZE"},
      {"FLUSHALL"}, {"DBSIZE"}, {"SET", "a", "1"}, {"DBSIZE"}
    };
    for (String[] command : commands) {
      assertEquals("QUEUED", client.call(command).text());
    }
    Reply answers = client.call("EXEC");
    assertEquals(2, answers.at(3).number());
    assertEquals(0, answers.at(5).number());
    assertEquals(1, answers.at(7).number());
    assertEquals(1, client.call("DBSIZE").number());
  }

  @Test
  void aKeyThatExpiredBeforeItWasWatchedIsAsGoodAsNone() throws IOException {
    expired("a");
    assertEquals("OK", client.call("WATCH", "a").text());
    assertEquals(0, client.call("EXISTS", "a").number());
    assertEquals(0, client.call("DBSIZE").number());
    execute("PING");
    assertEquals("PONG", client.call("EXEC").at(0).text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "MGET"})
  void aKeyThatIsReadAndHasExpiredIsRemoved(String command) throws IOException {
    expired("a");
    Reply _ = client.call(command, "a");
    assertEquals(0, client.call("DBSIZE").number());
  }

  @Test
  void aKeyThatExpiredMayBeDeletedWhileItIsWatched() throws IOException {
    expired("a");
    assertEquals("OK", client.call("WATCH", "a").text());
    assertEquals(0, client.call("DEL", "a").number());
    execute("PING");
    assertEquals("PONG", client.call("EXEC").at(0).text());
    assertEquals("OK", client.call("WATCH", "a").text());
    assertEquals("OK", client.call("SET", "a", "1").text());
    execute("PING");
    assertTrue(client.call("EXEC").isNothing());
  }

  @Test
  void aKeyThatIsFoundExpiredAndSetInOneTransactionIsCounted() throws IOException {
    expired("a");
    assertEquals("OK", client.call("MULTI").text());
    assertEquals("QUEUED", client.call("TYPE", "a").text());
    assertEquals("QUEUED", client.call("SET", "a", "1").text());
    assertEquals("none", client.call("EXEC").at(0).text());
    assertEquals(1, client.call("DBSIZE").number());
  }

  @Test
  void anExecThatIsRefusedEndsTheTransaction() throws IOException {
    execute("PING");
    assertEquals(
        "EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command",
        client.call("EXEC", "x").error());
    assertEquals("ERR EXEC without MULTI", client.call("EXEC").error());
    try (RespClient ann = new RespClient(store.port())) {
      assertEquals(
          "OK",
          client.call("ACL", "SETUSER", "ann", "on", "nopass", "~*", "+@all", "-exec").text());
      assertEquals("OK", ann.call("AUTH", "ann", "any").text());
      assertEquals("OK", ann.call("MULTI").text());
      assertEquals(
          "EXECABORT Transaction discarded because of: NOPERM User ann has no permissions to run the"
              + " 'exec' command",
          ann.call("EXEC").error());
      assertEquals("ERR DISCARD without MULTI", ann.call("DISCARD").error());
    }
  }

  @Test
  void rightsThatGoBeforeExecAreNamed() throws IOException {
    try (RespClient ann = new RespClient(store.port())) {
      assertEquals(
          "OK", client.call("ACL", "SETUSER", "ann", "on", "nopass", "~*", "+@all").text());
      assertEquals("OK", ann.call("AUTH", "ann", "any").text());
      assertEquals("OK", ann.call("MULTI").text());
      assertEquals("QUEUED", ann.call("SET", "a", "1").text());
      assertEquals("OK", client.call("ACL", "SETUSER", "ann", "-set").text());
      String told = ann.call("EXEC").at(0).error();
      assertTrue(told.startsWith("NOPERM ACLs rules changed between the moment"), told);
      assertEquals(0, client.call("EXISTS", "a").number());
    }
    client.hello(3);
    assertEquals("multi", client.call("ACL", "LOG").at(0).at("context").text());
    assertTrue(client.call("ACL", "LOG").at(0).at("client-info").text().contains("cmd=exec"));
  }

  @Test
  void manyKeysAreWatchedAtOnce() throws IOException {
    String[] words = new String[50_001];
    words[0] = "WATCH";
    for (int i = 1; i < words.length; i++) {
      words[i] = "k" + i;
    }
    assertEquals("OK", client.call(words).text());
    assertTrue(client.call("CLIENT", "INFO").text().contains(" watch=50000 "));
  }
}
