package io.sheaf.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.server.im.RespClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CLIENT PAUSE, UNBLOCK, KILL and TRACKING. */
final class ClientControlTest {
  @TempDir private Path directory;
  private ServedStore store;
  private RespClient admin;
  private RespClient client;

  @BeforeEach
  void serve() throws IOException {
    store = new ServedStore(directory, ServerOptions.DEFAULT);
    admin = new RespClient(store.port());
    client = new RespClient(store.port());
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    admin.close();
    store.close();
  }

  private void awaitBlocked(int count) throws IOException {
    Deadline deadline = Deadline.ofSeconds(60);
    while (!admin.call("INFO", "clients").text().contains("blocked_clients:" + count + "\r\n")) {
      deadline.check(store);
    }
  }

  private void pause(String... how) throws IOException {
    String[] words = new String[2 + how.length];
    words[0] = "CLIENT";
    words[1] = "PAUSE";
    System.arraycopy(how, 0, words, 2, how.length);
    assertEquals("OK", admin.call(words).text());
  }

  private void goOn() throws IOException {
    assertEquals("OK", admin.call("CLIENT", "UNPAUSE").text());
  }

  @Test
  void writesWaitForTheEndOfAPause() throws IOException {
    pause("1000000", "WRITE");
    assertTrue(admin.call("INFO", "clients").text().contains("paused_actions:write\r\n"));
    client.send("SET", "a", "1");
    awaitBlocked(1);
    assertTrue(admin.call("GET", "a").isNothing());
    client.send("GET", "a"); // behind it
    goOn();
    assertEquals("OK", client.read().text());
    assertEquals("1", client.read().text());

    assertEquals("OK", client.call("MULTI").text());
    assertEquals("QUEUED", client.call("SET", "a", "2").text());
    pause("1000000", "WRITE");
    client.send("EXEC");
    awaitBlocked(1);
    assertEquals("1", admin.call("GET", "a").text());
    goOn();
    assertEquals("OK", client.read().at(0).text());
  }

  @Test
  void aPauseOfAllEndsByItselfAndIsNotMadeShorter() throws IOException {
    pause("1000000", "ALL");
    pause("1", "WRITE");
    client.hello(3); // in time, whatever is paused
    client.send("PING");
    goOn();
    assertEquals("PONG", client.read().text());
    pause("50");
    assertEquals("PONG", client.call("PING").text());
    assertEquals("ERR timeout is negative", admin.call("CLIENT", "PAUSE", "-1").error());
    assertEquals(
        "ERR timeout is not an integer or out of range",
        admin.call("CLIENT", "PAUSE", "soon").error());
    assertEquals("ERR syntax error", admin.call("CLIENT", "PAUSE", "1", "x").error());
  }

  @Test
  void whoLeavesDuringAPauseIsForgotten() throws IOException {
    pause("1000000", "WRITE");
    try (RespClient leaves = new RespClient(store.port())) {
      leaves.send("SET", "a", "1");
      awaitBlocked(1);
    }
    awaitBlocked(0);
    long id = client.call("CLIENT", "ID").number();
    client.send("SET", "a", "2");
    awaitBlocked(1);
    assertEquals(1, admin.call("CLIENT", "KILL", "ID", Long.toString(id)).number());
    awaitBlocked(0);
    goOn();
    assertTrue(admin.call("GET", "a").isNothing());
  }

  @Test
  void whoWaitsIsUnblocked() throws IOException {
    String id = Long.toString(client.call("CLIENT", "ID").number());
    assertEquals(0, admin.call("CLIENT", "UNBLOCK", id).number());
    client.send("XREAD", "BLOCK", "0", "STREAMS", "s", "$");
    awaitBlocked(1);
    assertEquals(1, admin.call("CLIENT", "UNBLOCK", id).number());
    assertTrue(client.read().isNothing());
    client.send("XREAD", "BLOCK", "0", "STREAMS", "s", "$");
    awaitBlocked(1);
    assertEquals(1, admin.call("CLIENT", "UNBLOCK", id, "ERROR").number());
    assertEquals("UNBLOCKED client unblocked via CLIENT UNBLOCK", client.read().error());
    assertEquals("PONG", client.call("PING").text());
    assertEquals(
        "ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR",
        admin.call("CLIENT", "UNBLOCK", id, "x").error());
  }

  @Test
  void aReplyThatIsSkippedIsSkippedWheneverItComes() throws IOException {
    String id = Long.toString(client.call("CLIENT", "ID").number());
    client.send("CLIENT", "REPLY", "SKIP");
    client.send("XREAD", "BLOCK", "0", "STREAMS", "s", "$");
    awaitBlocked(1);
    assertEquals(1, admin.call("CLIENT", "UNBLOCK", id).number());
    assertEquals("PONG", client.call("PING").text());
    client.send("CLIENT", "REPLY", "SKIP");
    client.send("XREAD", "BLOCK", "0", "STREAMS", "s", "$");
    awaitBlocked(1);
    assertFalse(admin.call("XADD", "s", "*", "a", "1").isNothing());
    assertEquals("PONG", client.call("PING").text());
  }

  @Test
  void theLastWordOnRepliesHolds() throws IOException {
    client.send("CLIENT", "REPLY", "SKIP");
    client.send("CLIENT", "REPLY", "SKIP"); // itself skipped, and skips the next
    client.send("PING", "skipped");
    assertEquals("shown", client.call("PING", "shown").text());

    client.send("CLIENT", "REPLY", "SKIP");
    assertEquals("OK", client.call("CLIENT", "REPLY", "ON").text());

    client.send("CLIENT", "REPLY", "SKIP");
    client.send("RESET");
    assertEquals("shown", client.call("PING", "shown").text());

    client.send("CLIENT", "REPLY", "SKIP");
    client.send("CLIENT", "REPLY", "OFF");
    client.send("CLIENT", "REPLY", "SKIP"); // says less than OFF
    client.send("PING", "off");
    client.send("PING", "off");
    assertEquals("OK", client.call("CLIENT", "REPLY", "ON").text());
  }

  @Test
  void whoIsUnblockedLeavesTheLineOfAGroup() throws IOException {
    assertEquals("OK", admin.call("XGROUP", "CREATE", "s", "g", "$", "MKSTREAM").text());
    String id = Long.toString(client.call("CLIENT", "ID").number());
    client.send("XREADGROUP", "GROUP", "g", "c", "BLOCK", "0", "STREAMS", "s", ">");
    awaitBlocked(1);
    assertEquals(1, admin.call("CLIENT", "UNBLOCK", id, "TIMEOUT").number());
    assertTrue(client.read().isNothing());
    try (RespClient next = new RespClient(store.port())) {
      next.send("XREADGROUP", "GROUP", "g", "d", "BLOCK", "0", "STREAMS", "s", ">");
      awaitBlocked(1);
      String added = admin.call("XADD", "s", "*", "a", "1").text();
      assertEquals(added, next.read().at(0).at(1).at(0).at(0).text());
    }
  }

  @Test
  void whatIsListenedToCounts() throws IOException {
    int keys = 10_000;
    String[] words = new String[4 + 2 * keys];
    words[0] = "XREAD";
    words[1] = "BLOCK";
    words[2] = "0";
    words[3] = "STREAMS";
    for (int i = 0; i < keys; i++) {
      words[4 + i] = "stream-" + i;
      words[4 + keys + i] = "0";
    }
    client.send(words);
    awaitBlocked(1);
    Deadline deadline = Deadline.ofSeconds(60);
    while (heldBytes() < keys * 400L) { // it is counted when the run has ended
      deadline.check(store);
    }
  }

  private long heldBytes() throws IOException {
    String told = admin.call("INFO", "memory").text();
    int at = told.indexOf("mem_clients_normal:") + "mem_clients_normal:".length();
    return Long.parseLong(told.substring(at, told.indexOf('\r', at)));
  }

  @Test
  void whoLeavesHoldsNothingThoughItDoesNotClose() throws IOException {
    int bytes = 900_000;
    String request = "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$" + bytes + "\r\n" + "v".repeat(bytes);
    try (Socket leaves = new Socket(InetAddress.getLoopbackAddress(), store.port())) {
      leaves
          .getOutputStream()
          .write((request + "\r\nQUIT\r\n").getBytes(StandardCharsets.US_ASCII));
      String answers =
          new String(leaves.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertEquals("+OK\r\n+OK\r\n", answers);
      assertTrue(heldBytes() < bytes, store::state);
    }
  }

  @Test
  void whatIsKeptOfAClientIsShort() throws IOException {
    String name = "n".repeat(1_024);
    assertEquals("OK", client.call("CLIENT", "SETNAME", name).text());
    assertEquals(
        "ERR Client names have 1024 bytes at most",
        client.call("CLIENT", "SETNAME", name + "n").error());
    String user = "u".repeat(100_000);
    assertTrue(client.call("AUTH", user, "x").error().startsWith("WRONGPASS"));
    client.hello(3);
    assertEquals(128, client.call("ACL", "LOG").at(0).at("username").text().length());
    assertTrue(client.call("EXPIRE", "a", "1", user).error().length() < 5_000);
  }

  @Test
  void clientsAreKilledByTheirUser() throws IOException {
    assertEquals("OK", admin.call("ACL", "SETUSER", "ann", "on", "nopass", "~*", "+@all").text());
    assertEquals("OK", client.call("AUTH", "ann", "any").text());
    assertEquals("ERR No such user 'bob'", admin.call("CLIENT", "KILL", "USER", "bob").error());
    assertEquals(1, admin.call("CLIENT", "KILL", "USER", "ann").number());
    assertThrows(IOException.class, () -> client.call("PING"));
    assertEquals(
        "ERR client-id should be greater than 0", admin.call("CLIENT", "KILL", "ID", "0").error());
    assertEquals("ERR syntax error", admin.call("CLIENT", "KILL", "ID", "x").error());
    assertEquals("ERR syntax error", admin.call("CLIENT", "KILL", "ID", "1", "x").error());
  }

  private static long figure(String line, String name) {
    int begin = line.indexOf(" " + name + "=") + name.length() + 2;
    return Long.parseLong(line.substring(begin).split("[ \n]", 2)[0]);
  }

  @Test
  void whatAClientSendsAndIsSentIsCounted() throws IOException {
    String first = client.call("CLIENT", "INFO").text();
    String second = client.call("CLIENT", "INFO").text();
    assertEquals(26, figure(second, "tot-net-in") - figure(first, "tot-net-in"));
    long reply = ("$" + first.length() + "\r\n" + first + "\r\n").length();
    assertEquals(reply, figure(second, "tot-net-out") - figure(first, "tot-net-out"));
    String stats = admin.call("INFO", "stats").text();
    assertTrue(stats.contains("\r\ntotal_net_input_bytes:"), stats);
  }

  private String listed(String... filter) throws IOException {
    String[] words = new String[2 + filter.length];
    words[0] = "CLIENT";
    words[1] = "LIST";
    System.arraycopy(filter, 0, words, 2, filter.length);
    return admin.call(words).text();
  }

  /** The clients of a list. Their figures, as those of memory, may change from list to list. */
  private static List<String> ids(String listed) {
    return listed.lines().map(line -> line.substring("id=".length()).split(" ", 2)[0]).toList();
  }

  @Test
  void clientsAreFiltered() throws IOException {
    String id = Long.toString(client.call("CLIENT", "ID").number());
    assertEquals("OK", client.call("CLIENT", "SETNAME", "one").text());
    assertEquals("OK", client.call("CLIENT", "CAPA", "redirect", "else").text());
    assertEquals("OK", client.call("MULTI").text());
    String line = listed("NAME", "else", "NAME", "one");
    assertTrue(line.startsWith("id=" + id + " "), line);
    assertTrue(line.contains(" flags=x capa=r "), line);
    assertTrue(line.endsWith(" tot-cmds=4\n"), line);
    assertEquals(List.of(id), ids(listed("ID", id, "TYPE", "normal")));
    assertEquals(List.of(id), ids(listed("FLAGS", "x")));
    assertEquals(List.of(id), ids(listed("CAPA", "r", "IP", "127.0.0.1")));
    assertFalse(listed("NOT-ID", id).contains("name=one"));
    assertFalse(listed("NOT-FLAGS", "x").contains("name=one"));
    assertEquals("", listed("NOT-IP", "127.0.0.1"));
    assertEquals("", listed("IDLE", "1000000"));
    assertEquals(
        "ERR Unknown flags found in the provided filter: NZ",
        admin.call("CLIENT", "LIST", "FLAGS", "NZ").error());
    assertEquals(
        "ERR maxage should be greater than 0", admin.call("CLIENT", "KILL", "MAXAGE", "0").error());
    assertEquals(1, admin.call("CLIENT", "KILL", "ID", "1000000", "ID", id).number());
  }

  @Test
  void trackingIsRefused() throws IOException {
    String told = client.call("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "a").error();
    assertTrue(told.startsWith("ERR CLIENT TRACKING is not supported"), told);
    assertEquals("OK", client.call("CLIENT", "TRACKING", "OFF").text());
    assertEquals("ERR syntax error", client.call("CLIENT", "TRACKING", "ON", "x").error());
    assertEquals("ERR syntax error", client.call("CLIENT", "TRACKING", "ON", "PREFIX").error());
    assertEquals(-1, client.call("CLIENT", "GETREDIR").number());
    client.hello(3);
    assertEquals("off", client.call("CLIENT", "TRACKINGINFO").at("flags").at(0).text());
    assertTrue(client.call("CLIENT", "CACHING", "YES").error().contains("tracking mode"));
  }
}
