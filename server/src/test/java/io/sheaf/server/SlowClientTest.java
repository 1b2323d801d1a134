package io.sheaf.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.server.connection.ConnectionLimits;
import io.sheaf.server.connection.Deadlines;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/**
 * Clients that have much held for them and do not go on: the server takes a bounded amount of
 * memory for all, closes them, and serves those that read.
 */
final class SlowClientTest {
  private static final long LIMIT = 4L << 20;
  private static final int PATIENCE_SECONDS = 120;
  private static final int VALUE_BYTES = 100_000;

  /** What may come on top while commands run: less than a reply for each worker. */
  private static final long RUNNING_BYTES = 4L << 20;

  @TempDir private Path directory;

  private ServedStore open(long stalledMillis) throws IOException {
    Deadlines deadlines = new Deadlines(600_000, 600_000, 64, 600_000, stalledMillis);
    ConnectionLimits limits = new ConnectionLimits(256 << 10, 64 << 10, 256 << 20, deadlines);
    return new ServedStore(
        directory,
        ServerOptions.DEFAULT.withClientLimits(new ClientLimits(LIMIT, 64 << 20, 1 << 20)),
        limits);
  }

  /** A connection for which the kernel keeps little. */
  private static Socket connect(ServedStore store, List<Socket> sockets) throws IOException {
    Socket socket = new Socket();
    sockets.add(socket);
    socket.setReceiveBufferSize(4 << 10);
    socket.setSoTimeout(PATIENCE_SECONDS * 1_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), store.port()));
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static long info(Jedis jedis, String name) {
    Matcher line = Pattern.compile(name + ":(\\d+)").matcher(jedis.info("everything"));
    assertTrue(line.find(), name);
    return Long.parseLong(line.group(1));
  }

  private static void closeAll(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  /** Waits until no more is held than allowed, and somebody was closed for it. */
  private static void awaitRelief(ServedStore store, Jedis jedis, long held) {
    Deadline deadline = Deadline.ofSeconds(PATIENCE_SECONDS);
    while (info(jedis, "evicted_clients") == 0 || info(jedis, "mem_clients_normal") > LIMIT) {
      long now = info(jedis, "mem_clients_normal");
      assertTrue(now <= held, () -> now + " bytes are held; " + store.state());
      deadline.check(store);
    }
  }

  @Test
  void whoDoesNotReadIsClosedAndOthersAreServed() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try (ServedStore store = open(500);
        Jedis jedis = store.connect()) {
      jedis.set("a", "v".repeat(VALUE_BYTES));
      for (int i = 0; i < 20; i++) {
        send(connect(store, sockets), "GET a\r\n".repeat(200));
        assertEquals(VALUE_BYTES, jedis.get("a").length());
      }
      awaitRelief(store, jedis, 2 * LIMIT + RUNNING_BYTES);
      assertTrue(jedis.clientList().lines().count() < 21);
      assertEquals(VALUE_BYTES, jedis.get("a").length());
    } finally {
      closeAll(sockets);
    }
  }

  @Test
  void halfARequestIsGivenUpForTheOthers() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try (ServedStore store = open(500);
        Jedis jedis = store.connect()) {
      for (int i = 0; i < 12; i++) {
        send(connect(store, sockets), "*3\r\n$3\r\nSET\r\n$1\r\nb\r\n$900000\r\n");
        send(sockets.get(i), "v".repeat(i < 6 ? 700_000 : 100_000)); // the large ones come first
        assertEquals("OK", jedis.set("a", "1"));
      }
      awaitRelief(store, jedis, 2 * LIMIT + RUNNING_BYTES);
      assertEquals("OK", jedis.set("a", "2"));
      for (Socket small : sockets.subList(6, 12)) {
        send(small, "v".repeat(800_000) + "\r\nQUIT\r\n");
        InputStream in = small.getInputStream();
        String answer = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        assertEquals("+OK\r\n+OK\r\n", answer, store::state);
      }
    } finally {
      closeAll(sockets);
    }
  }

  @Test
  void aReplyThatHasNoRoomClosesItsConnection() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try (ServedStore store = open(60_000);
        Jedis jedis = store.connect()) {
      jedis.set("a", "v".repeat(VALUE_BYTES));
      Socket greedy = connect(store, sockets);
      send(greedy, "MGET" + " a".repeat(60) + "\r\n");
      assertEquals(0, greedy.getInputStream().readAllBytes().length, store::state);
      assertEquals(1, info(jedis, "evicted_clients"));
      assertEquals(30, jedis.mget(Collections.nCopies(30, "a").toArray(String[]::new)).size());
    } finally {
      closeAll(sockets);
    }
  }

  @Test
  void whatIsQueuedInMultiIsBounded() throws IOException, InterruptedException {
    List<Socket> sockets = new ArrayList<>();
    try (ServedStore store = open(500);
        Jedis jedis = store.connect()) {
      jedis.configSet("maxmemory-clients", "1gb"); // which has no part in it
      Socket one = connect(store, sockets);
      send(one, "MULTI\r\n" + "SET a b\r\n".repeat(1_000));
      Deadline deadline = Deadline.ofSeconds(PATIENCE_SECONDS);
      while (!jedis.clientList().contains("multi=1000 ")) {
        deadline.check(store);
      }
      while (info(jedis, "mem_clients_normal") < 100_000) {
        deadline.check(store);
      }
      Thread writer =
          Thread.ofPlatform()
              .name("writer")
              .start(() -> {
                try {
                  send(one, "SET a b\r\n".repeat(100_000)); // more than client-query-buffer-limit
                } catch (IOException e) {
                  assertTrue(one.isConnected()); // the server has closed it, as it must
                }
              });
      Thread reader =
          Thread.ofPlatform()
              .name("reader")
              .start(() -> {
                try {
                  one.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
                } catch (IOException e) {
                  assertTrue(one.isConnected()); // the same
                }
              });
      deadline.join(reader, store);
      deadline.join(writer, store);
      while (info(jedis, "connected_clients") > 1 || info(jedis, "mem_clients_normal") > 100_000) {
        deadline.check(store);
      }
    } finally {
      closeAll(sockets);
    }
  }

  /** Once all along with too much held, once with now too much and now not. */
  @ParameterizedTest
  @ValueSource(strings = {"1mb", "1gb"})
  void whoReadsGetsEverythingBesideThoseWhoDoNot(String other)
      throws IOException, InterruptedException {
    List<Socket> sockets = new ArrayList<>();
    try (ServedStore store = open(600_000); // nobody is closed: those who read get on all the same
        Jedis jedis = store.connect()) {
      jedis.set("a", "v".repeat(VALUE_BYTES));
      for (int i = 0; i < 15; i++) {
        send(connect(store, sockets), "GET a\r\n".repeat(200));
      }
      Deadline deadline = Deadline.ofSeconds(PATIENCE_SECONDS);
      while (info(jedis, "mem_clients_normal") <= LIMIT / 2) {
        deadline.check(store);
      }
      assertEquals("OK", jedis.configSet("maxmemory-clients", "1mb"));
      ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
      List<Thread> readers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        Socket socket = connect(store, sockets);
        readers.add(
            Thread.ofPlatform()
                .name("reader-" + i)
                .start(() -> {
                  try {
                    readAll(socket);
                  } catch (IOException e) {
                    failures.add(Thread.currentThread().getName() + ": " + e);
                  }
                }));
      }
      while (readers.stream().anyMatch(Thread::isAlive)) {
        assertEquals("OK", jedis.configSet("maxmemory-clients", other));
        assertEquals("OK", jedis.configSet("maxmemory-clients", "1mb"));
        deadline.check(store);
      }
      assertEquals(List.of(), List.copyOf(failures), store::state);
      assertTrue(info(jedis, "mem_clients_normal") > 1 << 20, store::state); // it was so all along
      assertEquals(0, info(jedis, "evicted_clients"));
    } finally {
      closeAll(sockets);
    }
  }

  /** Asks for many replies at once, again and again, and reads each of them. */
  private static void readAll(Socket socket) throws IOException {
    int replies = 30;
    long replyBytes = "$100000\r\n".length() + VALUE_BYTES + 2L;
    for (int round = 0; round < 5; round++) {
      send(socket, "GET a\r\n".repeat(replies));
      byte[] buffer = new byte[64 << 10];
      for (long left = replies * replyBytes; left > 0; ) {
        int read = socket.getInputStream().read(buffer, 0, (int) Math.min(left, buffer.length));
        if (read < 0) {
          throw new IOException("closed with " + left + " bytes to come, in round " + round);
        }
        left -= read;
      }
    }
  }
}
