package io.sheaf.server.im;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.server.ServedStore;
import io.sheaf.server.ServerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the IM commands answer, over a socket, in RESP3. */
final class ImCommandsTest {
  private static final Reply OK = Reply.of("OK");

  @TempDir private Path directory;
  private ServedStore store;
  private RespClient client;

  @BeforeEach
  void serve() throws IOException {
    store = new ServedStore(directory, ServerOptions.DEFAULT);
    client = new RespClient(store.port());
    client.hello(3);
    assertEquals(OK, client.call("IM.CREATE", "team", "MEMBERS", "ann", "bob", "17"));
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    store.close();
  }

  @Test
  void aMessageReachesHistoryListAndQueue() throws IOException {
    assertEquals(OK, client.call("IM.ADDDEVICE", "bob", "phone"));
    Reply sent = client.call("IM.SEND", "team", "ann", "hello", "ID", "a1");
    assertEquals(1, sent.at("sequence").number());
    assertEquals(0, sent.at("sent-before").number());
    String id = sent.at("id").text();
    Reply again = client.call("IM.SEND", "team", "ann", "hello", "ID", "a1");
    assertEquals(id, again.at("id").text());
    assertEquals(1, again.at("sent-before").number());

    Reply history = client.call("IM.HISTORY", "team", "bob", "COUNT", "10");
    assertEquals(1, history.size());
    assertEquals("hello", history.at(0).at("body").text());
    assertEquals("ann", history.at(0).at("sender").text());
    assertEquals("sent", history.at(0).at("status").text());
    assertEquals(id, history.at(0).at("id").text());

    assertEquals(1, client.call("IM.UNREAD", "bob", "team").number());
    assertEquals(1, client.call("IM.UNREAD", "bob").number());
    assertEquals(1, client.call("IM.CONVERSATIONS", "bob").at(0).at("unread").number());
    assertEquals(OK, client.call("IM.READ", "team", "bob", id));
    assertEquals(0, client.call("IM.UNREAD", "bob", "team").number());

    Reply news = client.call("IM.SYNC", "bob", "phone");
    assertEquals("events", news.at("kind").text());
    Reply event = news.at("events").at(1);
    assertEquals(2, event.at("position").number());
    assertEquals("sent", event.at("change").text());
    assertEquals("hello", event.at("message").at("body").text());
    assertEquals(2, client.call("IM.ACK", "bob", "phone", "2").number());
  }

  @Test
  void whatBecomesOfAMessageIsSeen() throws IOException {
    String id = client.call("IM.SEND", "team", "ann", "hi", "MENTION", "1", "bob").at("id").text();
    assertEquals(id, client.call("IM.MENTIONS", "bob").at(0).at("id").text());
    assertEquals(OK, client.call("IM.EDIT", "team", "ann", id, "hi!"));
    assertEquals("hi!", client.call("IM.MESSAGE", "team", "bob", id).at("body").text());
    assertEquals(OK, client.call("IM.REACT", "team", "bob", id, "+1"));
    Reply reaction = client.call("IM.REACTIONS", "team", id).at(0);
    assertEquals("+1", reaction.at("sign").text());
    assertEquals("bob", reaction.at("user").text());
    assertEquals(OK, client.call("IM.DELETE", "team", "17", id));
    assertTrue(client.call("IM.MESSAGE", "team", "17", id).isNothing());
    assertEquals(OK, client.call("IM.RECALL", "team", "ann", id));
    Reply recalled = client.call("IM.MESSAGE", "team", "bob", id);
    assertEquals("recalled", recalled.at("status").text());
    assertEquals("", recalled.at("body").text());
    Reply receipt = client.call("IM.RECEIPT", "team", id);
    assertEquals(0, receipt.at("read-count").number());
    assertEquals(List.of(Reply.of("17"), Reply.of("bob")), receipt.at("unread").value());
  }

  @Test
  void membersComeAndGo() throws IOException {
    assertEquals(OK, client.call("IM.JOIN", "team", "ROLE", "3", "MEMBERS", "eve"));
    Reply member = client.call("IM.MEMBERS", "team", "AFTER", "bob").at(0);
    assertEquals("eve", member.at("user").text());
    assertEquals(3, member.at("role").number());
    assertEquals(OK, client.call("IM.LEAVE", "team", "eve"));
    assertEquals(3, client.call("IM.INFO", "team").at("members").number());
    assertEquals(OK, client.call("IM.DROP", "team"));
    assertTrue(client.call("IM.INFO", "team").isNothing());
  }

  @Test
  void whatIsRefusedHasACode() throws IOException {
    assertEquals(
        "NOCONVERSATION there is no conversation 'x': create it first",
        error("IM.SEND", "x", "ann", "hi"));
    assertTrue(error("IM.SEND", "team", "eve", "hi").startsWith("NOTMEMBER 'eve'"));
    assertTrue(error("IM.CREATE", "team").startsWith("CONVERSATIONEXISTS "));
    assertTrue(error("IM.SYNC", "ann", "tv").startsWith("NODEVICE "));
    assertTrue(error("IM.MESSAGE", "team", "ann", "x").startsWith("ERR a message id is a number"));
    assertTrue(error("IM.SEND", "team", "ann", "hi", "FOO").startsWith("ERR syntax error: 'FOO'"));
    assertTrue(error("IM.HISTORY", "team", "ann", "COUNT", "0").startsWith("ERR COUNT must be"));
    assertEquals(
        "ERR wrong number of arguments for 'im.recall' command", error("IM.RECALL", "team"));
    assertTrue(error("IM.RECALL", "team", "ann", "5").startsWith("NOMESSAGE "));
    assertTrue(error("IM.SEND", "", "ann", "hi").startsWith("ERR a conversation id has 1 to 64"));
  }

  @Test
  void theyAreNoPartOfMulti() throws IOException {
    assertEquals(OK, client.call("MULTI"));
    assertTrue(error("IM.SEND", "team", "ann", "hi").startsWith("ERR "));
    assertTrue(error("EXEC").startsWith("EXECABORT"));
    assertEquals(0, client.call("IM.HISTORY", "team", "ann").size());
  }

  @Test
  void aCallThatWaitsIsWoken() throws IOException {
    assertEquals(OK, client.call("IM.ADDDEVICE", "17", "phone"));
    assertEquals(1, client.call("IM.ACK", "17", "phone", "1").number());
    assertTrue(client.call("IM.SYNC", "17", "phone", "BLOCK", "1").isNothing());
    try (RespClient other = new RespClient(store.port())) {
      other.hello(3);
      other.send("IM.SYNC", "17", "phone", "BLOCK", "0");
      assertEquals(2, client.call("IM.APPEND", "17", "an event").number());
      Reply event = other.read().at("events").at(0);
      assertEquals("an event", event.at("body").text());
      assertEquals(2, event.at("position").number());
    }
  }

  @Test
  void whatWasGatheredIsWrittenAtTheStop() throws IOException {
    String id = client.call("IM.SEND", "team", "ann", "hello").at("id").text();
    assertEquals(OK, client.call("IM.READ", "team", "bob", id));
    client.close();
    store.close(); // before the window has ended
    store = new ServedStore(directory, ServerOptions.DEFAULT);
    client = new RespClient(store.port());
    client.hello(3);
    assertEquals(0, client.call("IM.UNREAD", "bob", "team").number());
    assertEquals(1, client.call("IM.RECEIPT", "team", id).at("read-count").number());
  }

  @Test
  void eachIsInTheDocumentation() throws IOException {
    Reply sync = client.call("COMMAND", "DOCS", "im.sync").at("im.sync");
    assertEquals("im", sync.at("group").text());
    Reply count = sync.at("arguments").at(2);
    assertEquals("count", count.at("name").text());
    assertEquals("COUNT", count.at("token").text());
    assertEquals("integer", count.at("type").text());
    assertEquals(List.of(Reply.of("optional")), count.at("flags").value());
    Reply info = client.call("COMMAND", "INFO", "im.send").at(0);
    assertEquals(-4, info.at(1).number());
    assertEquals(List.of(Reply.of("write"), Reply.of("no_multi")), info.at(2).value());
    assertEquals(1, info.at(3).number());
  }

  private String error(String... words) throws IOException {
    return client.call(words).error();
  }
}
