package io.sheaf.server.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.server.ServedStore;
import io.sheaf.server.ServerOptions;
import io.sheaf.server.im.Reply;
import io.sheaf.server.im.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.params.XAddParams;

/** Readers that wait for one stream are served in the order in which they came. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WaitingReadersTest {
  private static final int READERS = 12;
  private static final int ROUNDS = 10;

  @TempDir private Path directory;

  /** Connects readers of the group one after another, each when those before it wait. */
  private static List<RespClient> wait(
      ServedStore store, Jedis jedis, int firstMillis, String... keys) throws IOException {
    List<RespClient> readers = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      RespClient reader = new RespClient(store.port());
      readers.add(reader);
      List<String> words =
          new ArrayList<>(List.of("XREADGROUP", "GROUP", "g", "c" + i, "COUNT", "1", "BLOCK"));
      words.add(i == 0 ? Integer.toString(firstMillis) : "0");
      words.add("STREAMS");
      words.addAll(List.of(keys));
      for (int key = 0; key < keys.length; key++) {
        words.add(">");
      }
      Reply _ = reader.call("CLIENT", "SETNAME", "c" + i);
      reader.send(words.toArray(String[]::new));
      if (i > 0 || firstMillis == 0) {
        awaitWaiting(store, jedis, "c" + i);
      }
    }
    return readers;
  }

  private static void awaitWaiting(ServedStore store, Jedis jedis, String name) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (jedis
        .clientList()
        .lines()
        .noneMatch(line -> line.contains(" name=" + name + " ") && line.contains(" flags=b "))) {
      assertTrue(System.nanoTime() - until < 0, store::state);
    }
  }

  private static void closeAll(List<RespClient> readers) throws IOException {
    for (RespClient reader : readers) {
      reader.close();
    }
  }

  @Test
  void eachGetsTheEntryOfItsTurn() throws IOException {
    try (ServedStore store = new ServedStore(directory, ServerOptions.DEFAULT);
        Jedis jedis = store.connect()) {
      for (int round = 0; round < ROUNDS; round++) {
        String key = "s" + round;
        jedis.xgroupCreate(key, "g", new StreamEntryID(0, 0), true);
        List<RespClient> readers = wait(store, jedis, 0, key);
        try (Pipeline pipeline = jedis.pipelined()) {
          for (int i = 0; i < READERS; i++) {
            var _ =
                pipeline.xadd(
                    key,
                    XAddParams.xAddParams().id(i + 1, 1),
                    java.util.Map.of("n", Integer.toString(i)));
          }
          pipeline.sync();
        }
        for (int i = 0; i < READERS; i++) {
          String shown = readers.get(i).read().toString();
          assertTrue(shown.contains((i + 1) + "-1"), i + ": " + shown + " in round " + round);
        }
        closeAll(readers);
      }
    }
  }

  @Test
  void whoGoesMakesRoomForTheNext() throws IOException {
    try (ServedStore store = new ServedStore(directory, ServerOptions.DEFAULT);
        Jedis jedis = store.connect()) {
      jedis.xgroupCreate("a", "g", new StreamEntryID(0, 0), true);
      jedis.xgroupCreate("b", "g", new StreamEntryID(0, 0), true);
      List<RespClient> readers = wait(store, jedis, 2_000, "a", "b");
      try (RespClient first = readers.removeFirst()) {
        assertTrue(first.read().isNothing()); // its time is over
      }
      var _ = jedis.xadd("b", XAddParams.xAddParams().id(1, 1), java.util.Map.of("f", "v"));
      assertTrue(readers.removeFirst().read().toString().contains("1-1"));
      var _ = jedis.xadd("a", XAddParams.xAddParams().id(2, 1), java.util.Map.of("f", "v"));
      assertTrue(readers.removeFirst().read().toString().contains("2-1"));
      assertEquals(1, jedis.xgroupDestroy("a", "g")); // which concerns all of them
      for (RespClient reader : readers) {
        assertTrue(reader.read().toString().contains("NOGROUP"));
      }
      closeAll(readers);
    }
  }
}
