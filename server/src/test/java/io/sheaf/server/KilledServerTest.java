package io.sheaf.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.Sheaf;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** After kill -9 under load every acknowledged write is there, and counters agree with rows. */
final class KilledServerTest {
  private static final int CLIENTS = 4;

  @TempDir private Path directory;

  @Test
  void everyAcknowledgedWriteIsThere() throws IOException, InterruptedException {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    AtomicLongArray acknowledged = new AtomicLongArray(CLIENTS);
    for (int round = 0; round < 2; round++) {
      long stopAt = 2_000L + random.nextInt(4_000);
      Process process = start();
      int port = readPort(process);
      long before = sum(acknowledged);
      List<Thread> writers = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int client = i;
        writers.add(
            Thread.ofPlatform().name("writer-" + i).start(() -> write(port, client, acknowledged)));
      }
      while (sum(acknowledged) - before < stopAt && process.isAlive()) {
        Thread.onSpinWait();
      }
      process.destroyForcibly().waitFor();
      for (Thread writer : writers) {
        writer.join();
      }
      check(acknowledged, seed);
    }
  }

  private Process start() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (argument.startsWith("--enable-native") || argument.startsWith("--sun-misc")) {
        command.add(argument);
      }
    }
    command.addAll(
        List.of(
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            ServeProcess.class.getName(),
            directory.toString()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static int readPort(Process process) throws IOException {
    BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    return Integer.parseInt(Objects.requireNonNull(out.readLine(), "the server did not start"));
  }

  private static long sum(AtomicLongArray numbers) {
    long sum = 0;
    for (int i = 0; i < numbers.length(); i++) {
      sum += numbers.get(i);
    }
    return sum;
  }

  /** Writes numbers one after another until the server is gone. */
  private static void write(int port, int client, AtomicLongArray acknowledged) {
    try (Jedis jedis = new Jedis("127.0.0.1", port, 30_000)) {
      while (true) {
        long next = acknowledged.get(client) + 1;
        String text = Long.toString(next);
        jedis.set("k" + client + ":" + next, text);
        StreamEntryID _ = jedis.xadd("s" + client, new StreamEntryID(next, 1), Map.of("n", text));
        acknowledged.set(client, next);
      }
    } catch (JedisConnectionException e) {
      assertTrue(acknowledged.get(client) > 0, "the client never got an answer: " + e);
    }
  }

  private void check(AtomicLongArray acknowledged, long seed) throws IOException {
    DbOptions options = DbOptions.DEFAULT.withMemory(32L << 20, 4L << 20);
    try (Db db = Sheaf.open(directory, options);
        SheafServer server = SheafServer.start(db, ServerOptions.DEFAULT.withPort(0));
        Jedis jedis = new Jedis("127.0.0.1", server.port(), 30_000)) {
      long keys = 0;
      for (int client = 0; client < CLIENTS; client++) {
        long last = acknowledged.get(client);
        for (long n = 1; n <= last; n++) {
          assertEquals(Long.toString(n), jedis.get("k" + client + ":" + n), "seed " + seed);
        }
        long length = jedis.xlen("s" + client);
        assertTrue(length == last || length == last + 1, length + " of " + last + ", seed " + seed);
        assertEquals(length, jedis.xrange("s" + client, "-", "+").size(), "seed " + seed);
        keys += last + 1 + (jedis.exists("k" + client + ":" + (last + 1)) ? 1 : 0);
        if (length == last + 1) {
          acknowledged.set(client, last + 1); // written, and not answered any more
        }
      }
      assertEquals(keys, jedis.dbSize(), "seed " + seed);
    }
  }
}
