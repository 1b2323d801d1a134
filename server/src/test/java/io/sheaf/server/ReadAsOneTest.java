package io.sheaf.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.server.im.Reply;
import io.sheaf.server.im.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands that read several rows, while another client changes them. */
@Timeout(120)
final class ReadAsOneTest {
  private static final int CHANGES = 3_000;

  @TempDir private Path directory;
  private ServedStore store;
  private RespClient reader;

  @BeforeEach
  void serve() throws IOException {
    store = new ServedStore(directory, ServerOptions.DEFAULT);
    reader = new RespClient(store.port());
    reader.hello(3);
    assertEquals("1-0", reader.call("XADD", "s", "1-0", "a", "b").text());
    assertEquals("OK", reader.call("XGROUP", "CREATE", "s", "always", "0").text());
  }

  @AfterEach
  void stop() throws IOException {
    reader.close();
    store.close();
  }

  /** What is sent again and again by another client. */
  @FunctionalInterface
  private interface Change {
    void send(RespClient writer, int round) throws IOException;
  }

  /** What must hold meanwhile. */
  @FunctionalInterface
  private interface Check {
    void read() throws IOException;
  }

  private void beside(Change change, Check check) throws Exception {
    FutureTask<Integer> changes =
        new FutureTask<>(() -> {
          int round = 0;
          try (RespClient writer = new RespClient(store.port())) {
            writer.hello(3);
            for (; round < CHANGES; round++) {
              change.send(writer, round);
            }
          }
          return round;
        });
    Thread.ofPlatform().name("changes").start(changes);
    do {
      check.read();
    } while (!changes.isDone());
    assertEquals(CHANGES, changes.get());
  }

  @Test
  void severalKeysAreOfOneMoment() throws Exception {
    assertEquals("OK", reader.call("MSET", "x", "first", "y", "first").text());
    beside(
        (writer, i) -> assertEquals("OK", writer.call("MSET", "x", "v" + i, "y", "v" + i).text()),
        () -> {
          Reply both = reader.call("MGET", "x", "y");
          assertEquals(both.at(0).text(), both.at(1).text());
        });
  }

  @Test
  void aKeyThatIsRenamedIsAlwaysThere() throws Exception {
    assertEquals("OK", reader.call("SET", "x", "v").text());
    beside(
        (writer, i) -> {
          String from = i % 2 == 0 ? "x" : "y";
          assertEquals("OK", writer.call("RENAME", from, from.equals("x") ? "y" : "x").text());
        },
        () -> {
          assertEquals(1, reader.call("EXISTS", "x", "y").number());
          assertEquals(1, reader.call("TOUCH", "x", "y").number());
        });
  }

  @Test
  void aStreamThatIsKeptAtOneEntryIsNeverEmpty() throws Exception {
    beside(
        (writer, i) ->
            assertTrue(writer.call("XADD", "s", "MAXLEN", "1", "*", "a", "b").text() != null),
        () -> {
          assertEquals(1, reader.call("XREVRANGE", "s", "+", "-", "COUNT", "1").size());
          assertEquals(1, reader.call("XRANGE", "s", "-", "+").size());
          assertEquals(1, reader.call("XREAD", "STREAMS", "s", "0").at("s").size());
        });
  }

  @Test
  void asManyGroupsAreToldOfAsAreCounted() throws Exception {
    beside(
        (writer, i) -> {
          assertEquals("OK", writer.call("XGROUP", "CREATE", "s", "now", "0").text());
          assertEquals(1, writer.call("XGROUP", "DESTROY", "s", "now").number());
        },
        () -> {
          Reply groups = reader.call("XINFO", "GROUPS", "s");
          assertEquals("always", groups.at(0).at("name").text());
          assertEquals("PONG", reader.call("PING").text()); // the reply before it has ended
        });
  }

  @Test
  void whatWaitsForAConsumerWaitsInItsGroup() throws Exception {
    beside(
        (writer, i) -> {
          Reply _ = writer.call("XGROUP", "SETID", "s", "always", "0");
          Reply _ = writer.call("XREADGROUP", "GROUP", "always", "c", "STREAMS", "s", ">");
          assertEquals(1, writer.call("XACK", "s", "always", "1-0").number());
        },
        () -> {
          Reply waiting = reader.call("XPENDING", "s", "always", "-", "+", "10", "c");
          if (waiting.size() > 0) {
            assertEquals("c", waiting.at(0).at(1).text());
          }
        });
  }
}
