package io.sheaf.server.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.engine.Sheaf;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.server.ServedStore;
import io.sheaf.server.ServerOptions;
import io.sheaf.server.SheafServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.params.XTrimParams;
import redis.clients.jedis.resps.StreamEntry;

/** A stream is what a sorted map of its entries is, whatever is added, removed and trimmed. */
final class StreamModelTest {
  private static final int STEPS = 3_000;

  @TempDir private Path directory;

  @Test
  void isASortedMap() throws IOException {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    TreeMap<Long, String> model = new TreeMap<>();
    long last = 0;
    try (Db db = Sheaf.open(directory, DbOptions.DEFAULT.withMemory(32L << 20, 8L << 20));
        SheafServer server = SheafServer.start(db, ServerOptions.DEFAULT.withPort(0));
        Jedis jedis = ServedStore.connect(server)) {
      for (int step = 0; step < STEPS; step++) {
        String where = "seed " + seed + ", step " + step;
        switch (random.nextInt(12)) {
          case 0 -> {
            int kept = random.nextInt(model.size() + 2);
            long removed = Math.max(0, model.size() - kept);
            assertEquals(removed, jedis.xtrim("s", kept, false), where);
            for (long i = 0; i < removed; i++) {
              model.pollFirstEntry();
            }
          }
          case 1 -> {
            long lowest = random.nextLong(last + 2);
            NavigableMap<Long, String> below = model.headMap(lowest, false);
            XTrimParams params = XTrimParams.xTrimParams().minId(lowest + "-0");
            assertEquals(below.size(), jedis.xtrim("s", params), where);
            below.clear();
          }
          case 2 -> {
            long id = random.nextLong(last + 2);
            int removed = model.remove(id) == null ? 0 : 1;
            assertEquals(removed, jedis.xdel("s", new StreamEntryID(id, 0)), where);
          }
          case 3 -> {
            long from = random.nextLong(last + 2);
            int limit = 1 + random.nextInt(20);
            List<String> expected =
                model.tailMap(from, true).values().stream().limit(limit).toList();
            assertEquals(expected, values(jedis.xrange("s", from + "", "+", limit)), where);
          }
          case 4 -> {
            int limit = 1 + random.nextInt(20);
            List<String> expected = model.descendingMap().values().stream().limit(limit).toList();
            assertEquals(expected, values(jedis.xrevrange("s", "+", "-", limit)), where);
          }
          default -> {
            last += 1 + random.nextInt(3);
            String value = "v" + last;
            StreamEntryID _ = jedis.xadd("s", new StreamEntryID(last, 0), Map.of("f", value));
            model.put(last, value);
          }
        }
        assertEquals(model.size(), jedis.xlen("s"), where);
        if (!model.isEmpty() && step % 50 == 0) {
          assertEquals(
              model.firstKey() + "-0",
              jedis.xinfoStream("s").getFirstEntry().getID().toString(),
              where);
        }
      }
    }
  }

  private static List<String> values(List<StreamEntry> entries) {
    return entries.stream().map(entry -> entry.getFields().get("f")).toList();
  }
}
