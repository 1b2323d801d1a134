package io.sheaf.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.server.connection.ConnectionLimits;
import io.sheaf.server.connection.Deadlines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Clients that keep the server waiting are closed; others are not. */
final class DeadlineTest {
  private static final int LONG_MILLIS = 600_000;

  @TempDir private Path directory;

  private static ConnectionLimits limits(Deadlines deadlines) {
    return new ConnectionLimits(256 << 10, 64 << 10, 1 << 20, deadlines);
  }

  /** Sends {@code text}, and answers all that comes until the server closes. */
  private static String exchange(ServedStore store, String text) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), store.port())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  @Test
  void halfARequestIsNotWaitedForLong() throws IOException {
    Deadlines deadlines = new Deadlines(LONG_MILLIS, 50, 1 << 20, LONG_MILLIS, LONG_MILLIS);
    try (ServedStore store = new ServedStore(directory, ServerOptions.DEFAULT, limits(deadlines));
        Jedis idle = store.connect();
        Jedis waiting = store.connect()) {
      idle.ping();
      assertEquals("+PONG\r\n", exchange(store, "PING\r\n*2\r\n$3\r\nGET\r\n$5\r\nab"));
      assertEquals("", exchange(store, "*1"));
      assertEquals("PONG", idle.ping()); // who is silent between requests stays
      assertEquals("PONG", waiting.ping());
    }
  }

  @Test
  void aStrangerMustSayWhoItIs() throws IOException {
    Deadlines deadlines = new Deadlines(50, LONG_MILLIS, 1, LONG_MILLIS, LONG_MILLIS);
    ServerOptions options = ServerOptions.DEFAULT.withPassword("secret");
    try (ServedStore store = new ServedStore(directory, options, limits(deadlines))) {
      assertEquals("", exchange(store, ""));
    }
  }

  @Test
  void whoDoesNotReadIsClosedAndWhoReadsSlowlyIsNot() throws IOException {
    Deadlines deadlines = new Deadlines(LONG_MILLIS, LONG_MILLIS, 1, 1_000, LONG_MILLIS);
    try (ServedStore store = new ServedStore(directory, ServerOptions.DEFAULT, limits(deadlines));
        Jedis jedis = store.connect();
        Socket silent = new Socket(InetAddress.getLoopbackAddress(), store.port());
        Socket slow = new Socket(InetAddress.getLoopbackAddress(), store.port())) {
      jedis.set("a", "v".repeat(1_000_000));
      int replies = 20;
      byte[] requests = "GET a\r\n".repeat(replies).getBytes(StandardCharsets.US_ASCII);
      silent.getOutputStream().write(requests);
      slow.getOutputStream().write(requests);
      slow.setSoTimeout(60_000);
      long left = replies * (1_000_000L + "$1000000\r\n".length() + 2);
      while (left > 0) {
        int read = slow.getInputStream().readNBytes((int) Math.min(left, 200_000)).length;
        assertTrue(read > 0, () -> "closed early; " + store.state());
        assertEquals("PONG", jedis.ping()); // which takes its time
        left -= read;
      }
      Deadline closed = Deadline.ofSeconds(60);
      while (jedis.clientList().lines().count() > 2) { // jedis and the slow one
        closed.check(store);
      }
    }
  }

  @Test
  void idleClientsAreClosedWhereThatIsAskedFor() throws IOException {
    try (ServedStore store = new ServedStore(directory, ServerOptions.DEFAULT);
        Jedis jedis = store.connect()) {
      jedis.configSet("timeout", "1");
      assertEquals("+PONG\r\n", exchange(store, "PING\r\n"));
    }
  }

  @Test
  void connectionsAreLimited() throws IOException {
    try (ServedStore store = new ServedStore(directory, ServerOptions.DEFAULT);
        Jedis jedis = store.connect()) {
      jedis.configSet("maxclients", "1");
      assertEquals("-ERR max number of clients reached\r\n", exchange(store, ""));
      assertEquals("PONG", jedis.ping());
    }
  }

  @Test
  void aReplyThatIsTooLongClosesTheConnection() throws IOException {
    try (ServedStore store =
            new ServedStore(directory, ServerOptions.DEFAULT, limits(Deadlines.DEFAULT));
        Jedis jedis = store.connect()) {
      jedis.set("a", "v".repeat(700_000));
      assertEquals("", exchange(store, "MGET a a a\r\n"));
      assertEquals(700_000, jedis.get("a").length());
    }
  }

  @Test
  void manyIdleConnectionsAreServed() throws IOException {
    int count = Integer.getInteger("sheaf.test.connections", 400);
    List<Socket> sockets = new ArrayList<>();
    try (ServedStore store = new ServedStore(directory, ServerOptions.DEFAULT);
        Jedis jedis = store.connect()) {
      try {
        for (int i = 0; i < count; i++) {
          sockets.add(new Socket(InetAddress.getLoopbackAddress(), store.port()));
        }
        assertEquals("PONG", jedis.ping());
        for (Socket socket : sockets) {
          socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        for (Socket socket : sockets) {
          assertEquals(
              "+PONG\r\n",
              new String(socket.getInputStream().readNBytes(7), StandardCharsets.US_ASCII));
        }
      } finally {
        for (Socket socket : sockets) {
          socket.close();
        }
      }
    }
  }
}
