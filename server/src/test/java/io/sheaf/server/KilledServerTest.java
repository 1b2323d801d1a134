package io.sheaf.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.Sheaf;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Durability;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * After kill -9 under load what was promised is there. SYNC and WRITTEN: every acknowledged write.
 * BUFFERED: what was acknowledged longer ago than the interval, so all of it where writers have
 * stopped before. Always: no write without those before it, and counters that agree with rows.
 */
final class KilledServerTest {
  private static final int CLIENTS = 4;
  private static final int ROUNDS = 2;
  private static final int PATIENCE_SECONDS = 120;

  /** The thread that hands writes on may be late by that, on a busy machine. */
  private static final long SLACK_MILLIS = 3_000;

  @TempDir private Path directory;

  /** Writes numbers one after another, each as a key and as an entry. */
  private static final class Writer implements Runnable {
    private final int port;
    private final int client;
    private final CountDownLatch enough;
    private final boolean stops;
    private volatile long acknowledged;

    /**
     * Writes until the server is gone.
     *
     * @param written the last number that is there
     * @param stops whether it stops before, when there is enough
     */
    Writer(int port, int client, long written, CountDownLatch enough, boolean stops) {
      this.port = port;
      this.client = client;
      this.enough = enough;
      this.stops = stops;
      this.acknowledged = written;
    }

    @Override
    public void run() {
      try (Jedis jedis = new Jedis("127.0.0.1", port, PATIENCE_SECONDS * 1_000)) {
        while (!stops || enough.getCount() > 0) {
          long next = acknowledged + 1;
          String text = Long.toString(next);
          jedis.set("k" + client + ":" + next, text);
          StreamEntryID _ = jedis.xadd("s" + client, new StreamEntryID(next, 1), Map.of("n", text));
          acknowledged = next;
          enough.countDown();
        }
      } catch (JedisConnectionException e) {
        assertFalse(stops, "the server has gone by itself");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void whatWasPromisedIsThere(Durability durability) throws IOException, InterruptedException {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    long[] written = new long[CLIENTS];
    for (int round = 0; round < ROUNDS; round++) {
      int writes =
          durability == Durability.SYNC ? 100 + random.nextInt(400) : 2_000 + random.nextInt(4_000);
      boolean stops = durability == Durability.BUFFERED && round == ROUNDS - 1;
      CountDownLatch enough = new CountDownLatch(writes);
      Process process = start(durability);
      int port = readPort(process);
      List<Writer> writers = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Writer writer = new Writer(port, i, written[i], enough, stops);
        writers.add(writer);
        threads.add(Thread.ofPlatform().name("writer-" + i).start(writer));
      }
      assertTrue(enough.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "too slow, seed " + seed);
      if (stops) {
        join(threads);
        long handedOnMillis = ServeProcess.BUFFERED_MILLIS + SLACK_MILLIS;
        assertFalse(process.waitFor(handedOnMillis, TimeUnit.MILLISECONDS), "it ended by itself");
      }
      process.destroyForcibly().waitFor();
      join(threads);
      check(writers, durability != Durability.BUFFERED || stops, written, "seed " + seed);
    }
  }

  private static void join(List<Thread> threads) throws InterruptedException {
    for (Thread thread : threads) {
      thread.join(PATIENCE_SECONDS * 1_000L);
      assertFalse(thread.isAlive(), () -> thread.getName() + " hangs");
    }
  }

  private Process start(Durability durability) throws IOException {
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
            directory.toString(),
            durability.name()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static int readPort(Process process) throws IOException {
    BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    return Integer.parseInt(Objects.requireNonNull(out.readLine(), "the server did not start"));
  }

  /** Checks what is there, and notes up to where each client has written. */
  private void check(List<Writer> writers, boolean allIsPromised, long[] written, String seed)
      throws IOException {
    DbOptions options = DbOptions.DEFAULT.withMemory(32L << 20, 4L << 20);
    try (Db db = Sheaf.open(directory, options);
        SheafServer server = SheafServer.start(db, ServerOptions.DEFAULT.withPort(0));
        Jedis jedis = ServedStore.connect(server)) {
      long keys = 0;
      for (Writer writer : writers) {
        String stream = "s" + writer.client;
        String key = "k" + writer.client + ":";
        long length = jedis.xlen(stream);
        long promised = allIsPromised ? writer.acknowledged : written[writer.client];
        long most = writer.acknowledged + 1; // written, and not answered any more
        assertTrue(
            length >= promised && length <= most,
            () -> length + " of " + promised + " to " + most + ", " + seed);
        assertEquals(length, jedis.xrange(stream, "-", "+").size(), seed);
        for (long n = 1; n <= length; n++) {
          assertEquals(Long.toString(n), jedis.get(key + n), seed);
        }
        assertNull(jedis.get(key + (length + 2)), seed); // its entry was not written before
        keys += length + 1 + (jedis.exists(key + (length + 1)) ? 1 : 0);
        written[writer.client] = length;
      }
      assertEquals(keys, jedis.dbSize(), seed);
    }
  }
}
