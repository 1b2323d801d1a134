package io.sheaf.server.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.server.ServedStore;
import io.sheaf.server.ServerOptions;
import io.sheaf.server.im.Reply;
import io.sheaf.server.im.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How far groups are, as XINFO GROUPS and XPENDING tell it. */
final class GroupProgressTest {
  @TempDir private Path directory;
  private ServedStore store;
  private RespClient client;

  @BeforeEach
  void serve() throws IOException {
    store = new ServedStore(directory, ServerOptions.DEFAULT);
    client = new RespClient(store.port());
    client.hello(3);
    for (int i = 1; i <= 10; i++) {
      assertEquals(i + "-0", client.call("XADD", "s", i + "-0", "a", "b").text());
    }
    assertEquals("OK", client.call("XGROUP", "CREATE", "s", "g", "0").text());
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    store.close();
  }

  private void read(String consumer, int count) throws IOException {
    Reply _ =
        client.call(
            "XREADGROUP",
            "GROUP",
            "g",
            consumer,
            "COUNT",
            Integer.toString(count),
            "STREAMS",
            "s",
            ">");
  }

  private String lag() throws IOException {
    return client.call("XINFO", "GROUPS", "s").at(0).at("lag").toString();
  }

  /** As Valkey counts: what a group has not read is behind it, whether it is still there or not. */
  @Test
  void whatIsTrimmedIsStillBehindTheGroup() throws IOException {
    read("c", 2);
    assertEquals("8", lag());
    assertEquals(7, client.call("XTRIM", "s", "MAXLEN", "3").number());
    assertEquals("8", lag());
    read("c", 1);
    assertEquals("2", lag());
  }

  @Test
  void whatIsDeletedInTheMiddleMakesItUnknown() throws IOException {
    read("c", 2);
    assertEquals(1, client.call("XDEL", "s", "5-0").number());
    assertEquals("null", lag());
    read("c", 100);
    assertEquals("0", lag());
    assertEquals(1, client.call("XDEL", "s", "1-0").number());
    assertEquals("0", lag());
  }

  @Test
  void whereAllIsDeletedItIsBehindTheGroupToo() throws IOException {
    read("c", 2);
    for (int i = 1; i <= 10; i++) {
      assertEquals(1, client.call("XDEL", "s", i + "-0").number());
    }
    assertEquals("8", lag());
  }

  private List<String> pending(String... words) throws IOException {
    List<String> request = new ArrayList<>(List.of("XPENDING", "s", "g"));
    request.addAll(List.of(words));
    Reply found = client.call(request.toArray(String[]::new));
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      ids.add(found.at(i).at(0).text() + " " + found.at(i).at(1).text());
    }
    return ids;
  }

  @Test
  void whatWaitsForOneConsumerIsToldInOrder() throws IOException {
    read("ann", 2);
    read("bob", 2);
    read("ann", 2);
    assertEquals(
        List.of("1-0 ann", "2-0 ann", "5-0 ann", "6-0 ann"), pending("-", "+", "10", "ann"));
    assertEquals(List.of("5-0 ann"), pending("(2-0", "+", "1", "ann"));
    assertEquals(List.of("3-0 bob"), pending("-", "3-0", "10", "bob"));
    assertEquals(List.of(), pending("-", "+", "10", "eve"));
    assertEquals(List.of(), pending("9-0", "1-0", "10", "ann"));
    assertEquals(List.of(), pending("IDLE", "1000000", "-", "+", "10", "ann"));
    assertEquals(6, pending("-", "+", "10").size());
  }
}
