package io.sheaf.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.StreamEntryID;

/** Clients that write the same key at the same time, and those beside them. */
final class SharedBurstTest {
  private static final int CLIENTS = 20;
  private static final int ROUNDS = 15;
  private static final int DEPTH = 20;

  @TempDir private Path directory;

  /** Has {@code client} done by each of some threads at once. */
  private static void together(Runnable client) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < CLIENTS; i++) {
      threads.add(
          Thread.ofPlatform()
              .name("client-" + i)
              .uncaughtExceptionHandler((thread, failure) -> failures.add(failure))
              .start(client));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(List.of(), List.copyOf(failures));
  }

  @Test
  void eachIncrementCountsOnceAndIsAnsweredInOrder() throws IOException, InterruptedException {
    try (ServedStore store = new ServedStore(directory, ServerOptions.DEFAULT)) {
      Set<Long> seen = java.util.Collections.synchronizedSet(new HashSet<>());
      together(() -> {
        try (Jedis jedis = store.connect();
            Pipeline pipeline = jedis.pipelined()) {
          for (int round = 0; round < ROUNDS; round++) {
            List<Response<Long>> hot = new ArrayList<>();
            List<Response<String>> own = new ArrayList<>();
            String key = "own" + Thread.currentThread().threadId();
            for (int i = 0; i < DEPTH; i++) {
              hot.add(pipeline.incr("hot"));
              Response<String> _ = pipeline.set(key, round + ":" + i);
              own.add(pipeline.get(key));
            }
            pipeline.sync();
            long last = 0;
            for (int i = 0; i < DEPTH; i++) {
              long value = hot.get(i).get();
              assertEquals(true, value > last && seen.add(value), "twice or out of order");
              last = value;
              assertEquals(round + ":" + i, own.get(i).get());
            }
          }
        }
      });
      try (Jedis jedis = store.connect()) {
        assertEquals(Integer.toString(CLIENTS * ROUNDS * DEPTH), jedis.get("hot"));
        assertEquals(CLIENTS + 1, jedis.dbSize());
      }
    }
  }

  @Test
  void aStreamThatAllWriteIsInOrder() throws IOException, InterruptedException {
    try (ServedStore store = new ServedStore(directory, ServerOptions.DEFAULT)) {
      together(() -> {
        try (Jedis jedis = store.connect();
            Pipeline pipeline = jedis.pipelined()) {
          StreamEntryID last = new StreamEntryID(0, 0);
          for (int round = 0; round < ROUNDS; round++) {
            List<Response<StreamEntryID>> ids = new ArrayList<>();
            for (int i = 0; i < DEPTH; i++) {
              ids.add(pipeline.xadd("s", StreamEntryID.NEW_ENTRY, Map.of("f", "v")));
            }
            pipeline.sync();
            for (Response<StreamEntryID> id : ids) {
              assertEquals(true, id.get().compareTo(last) > 0);
              last = id.get();
            }
          }
        }
      });
      try (Jedis jedis = store.connect()) {
        assertEquals(CLIENTS * ROUNDS * DEPTH, jedis.xlen("s"));
        assertEquals(CLIENTS * ROUNDS * DEPTH, jedis.xrange("s", "-", "+").size());
      }
    }
  }

  @Test
  void anErrorOfOneClientIsNotThatOfAnother() throws IOException, InterruptedException {
    try (ServedStore store = new ServedStore(directory, ServerOptions.DEFAULT)) {
      together(() -> {
        try (Jedis jedis = store.connect();
            Pipeline pipeline = jedis.pipelined()) {
          List<Response<Long>> right = new ArrayList<>();
          List<Response<Long>> wrong = new ArrayList<>();
          for (int i = 0; i < DEPTH * ROUNDS; i++) {
            right.add(pipeline.incr("n"));
            wrong.add(pipeline.incrBy("n", Long.MAX_VALUE));
          }
          pipeline.sync();
          right.forEach(answer -> assertEquals(true, answer.get() > 0));
          for (Response<Long> answer : wrong) {
            org.junit.jupiter.api.Assertions.assertThrows(
                redis.clients.jedis.exceptions.JedisDataException.class, answer::get);
          }
        }
      });
      try (Jedis jedis = store.connect()) {
        assertEquals(Integer.toString(CLIENTS * ROUNDS * DEPTH), jedis.get("n"));
      }
    }
  }
}
