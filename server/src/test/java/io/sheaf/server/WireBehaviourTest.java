package io.sheaf.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** What the server does with clients that are not what they should be. */
final class WireBehaviourTest {
  @TempDir private Path directory;

  @Test
  void aProtocolErrorIsToldAndTheConnectionClosed() throws IOException {
    try (ServedStore store = new ServedStore(directory, ServerOptions.DEFAULT)) {
      assertEquals(
          "+PONG\r\n-ERR Protocol error: invalid bulk length\r\n",
          exchange(store, "PING\r\n*1\r\n$-10\r\n*1\r\n$4\r\nPING\r\n"));
      assertEquals(
          "-ERR Protocol error: expected '$', got 'f'\r\n", exchange(store, "*1\r\nfoo\r\n"));
    }
  }

  @Test
  void aClientThatIsStillSendingReadsWhyItIsClosed() throws IOException {
    byte[] rest = new byte[32 << 20]; // more than the system keeps for two sockets
    try (ServedStore store = new ServedStore(directory, ServerOptions.DEFAULT);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), store.port())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write("*2\r\n$-10\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(rest);
      assertEquals(
          "-ERR Protocol error: invalid bulk length\r\n",
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
    }
  }

  @Test
  void aBrowserGetsNothing() throws IOException {
    try (ServedStore store = new ServedStore(directory, ServerOptions.DEFAULT)) {
      assertEquals("", exchange(store, "POST / HTTP/1.1\r\nHost: localhost\r\n\r\nSET a 1\r\n"));
      assertEquals("$-1\r\n+OK\r\n", exchange(store, "GET a\r\nQUIT\r\n"));
    }
  }

  @Test
  void aStrangerMaySayItsPasswordOnly() throws IOException {
    ServerOptions options = ServerOptions.DEFAULT.withPassword("secret");
    try (ServedStore store = new ServedStore(directory, options)) {
      assertEquals(
          String.join(
              "\r\n",
              "-NOAUTH Authentication required.",
              "-WRONGPASS invalid username-password pair or user is disabled.",
              "+OK",
              "$-1",
              "+OK",
              ""),
          exchange(store, "GET a\r\nAUTH wrong\r\nAUTH secret\r\nGET a\r\nQUIT\r\n"));
      assertEquals(
          "-ERR Protocol error: unauthenticated multibulk length\r\n",
          exchange(store, "*11\r\n$3\r\n"));
      assertEquals(
          "-ERR Protocol error: unauthenticated bulk length\r\n",
          exchange(store, "*2\r\n$16385\r\n"));
    }
  }

  /** Sends {@code text}, and answers all that comes until the server closes. */
  private static String exchange(ServedStore store, String text) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), store.port())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    } catch (java.net.SocketException e) {
      return ""; // closed with bytes that nobody read
    }
  }

  @Test
  void aClientThatDoesNotReadIsNotRead() throws IOException {
    byte[] request = "GET big\r\n".getBytes(StandardCharsets.US_ASCII);
    try (ServedStore store = new ServedStore(directory, ServerOptions.DEFAULT);
        Jedis other = store.connect();
        SocketChannel channel =
            SocketChannel.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), store.port()))) {
      String value = "v".repeat(10_000);
      other.set("big", value);
      channel.configureBlocking(false);
      ByteBuffer requests = ByteBuffer.allocate(request.length * 100_000);
      while (requests.hasRemaining()) {
        requests.put(request);
      }
      requests.flip();
      int refusals = 0;
      while (requests.hasRemaining() && refusals < 1_000) {
        refusals = channel.write(requests) == 0 ? refusals + 1 : 0;
        if (refusals > 0) {
          assertEquals("PONG", other.ping()); // others are served, and it is time that passes
        }
      }
      long answers = requests.position() / request.length;
      long expectedBytes = answers * ("$10000\r\n".length() + value.length() + 2);
      assertTrue(answers > 0);
      channel.configureBlocking(true);
      ByteBuffer replies = ByteBuffer.allocate(1 << 20);
      for (long left = Math.min(expectedBytes, 100L << 20); left > 0; ) {
        int read = channel.read(replies.clear());
        assertTrue(read > 0, "the server closed before all was answered");
        left -= read;
      }
    }
  }
}
