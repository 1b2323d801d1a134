package io.sheaf.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.params.XAddParams;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.params.XReadParams;
import redis.clients.jedis.resps.ScanResult;
import redis.clients.jedis.resps.StreamEntry;

/** What Jedis sees. */
final class JedisTest {
  @TempDir private Path directory;
  private ServedStore store;
  private Jedis jedis;

  @BeforeEach
  void open() throws IOException {
    store = new ServedStore(directory, ServerOptions.DEFAULT.withAllowsFlush(true));
    jedis = store.connect();
  }

  @AfterEach
  void close() throws IOException {
    jedis.close();
    store.close();
  }

  @Test
  void aStepOfScanIsBoundedByTheBytesOfItsKeysToo() {
    Set<String> wanted = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      String key = "k".repeat(30_000) + i;
      wanted.add(key);
      jedis.set(key, "v");
    }
    ScanParams all = new ScanParams().count(100_000);
    ScanResult<String> step = jedis.scan(ScanParams.SCAN_POINTER_START, all);
    assertTrue(step.getResult().size() < 200, () -> "all keys at once");
    Set<String> found = new HashSet<>(step.getResult());
    while (!step.isCompleteIteration()) {
      step = jedis.scan(step.getCursor(), all);
      found.addAll(step.getResult());
    }
    assertEquals(wanted, found);
  }

  @Test
  void whatIsTooLongIsNotCopiedAtOnce() {
    byte[] key = {'l'};
    Map<byte[], byte[]> megabyte = Map.of(new byte[] {'f'}, new byte[1 << 20]);
    for (int i = 1; i <= 65; i++) {
      jedis.xadd(key, XAddParams.xAddParams().id(i + "-0"), megabyte);
    }
    JedisDataException refused =
        assertThrows(JedisDataException.class, () -> jedis.copy("l", "m", false));
    assertTrue(String.valueOf(refused.getMessage()).contains("too long to be copied"));
    assertFalse(jedis.exists("m"));
    assertEquals(65, jedis.xlen("l"));
  }

  @Test
  void noGroupIsMadeAtAnEnd() {
    jedis.xadd("ends", new StreamEntryID(1, 0), Map.of("f", "v"));
    for (String end : new String[] {"-", "+"}) {
      assertThrows(
          JedisDataException.class,
          () -> jedis.sendCommand(Protocol.Command.XGROUP, "CREATE", "ends", "g", end));
    }
    jedis.xgroupCreate("ends", "g", new StreamEntryID(1, 0), false);
    jedis.sendCommand(Protocol.Command.XGROUP, "SETID", "ends", "g", "-"); // it may be moved to one
    assertEquals("0-0", jedis.xinfoGroups("ends").getFirst().getLastDeliveredId().toString());
    jedis.sendCommand(Protocol.Command.XGROUP, "SETID", "ends", "g", "+");
    assertNull(jedis.sendCommand(Protocol.Command.GETEX, "missing", "EX", "0"));
  }

  @Test
  void strings() {
    assertNull(jedis.get("a"));
    assertEquals("OK", jedis.set("a", "1"));
    assertEquals("1", jedis.get("a"));
    assertEquals(2, jedis.incr("a"));
    assertEquals(12, jedis.incrBy("a", 10));
    assertEquals(5, jedis.append("a", "abc"));
    assertEquals("12abc", jedis.getDel("a"));
    assertNull(jedis.set("a", "x", SetParams.setParams().xx()));
    assertEquals("OK", jedis.set("a", "x", SetParams.setParams().nx()));
    assertEquals("x", jedis.setGet("a", "y"));
    assertEquals("OK", jedis.mset("b", "2", "c", "3"));
    assertEquals(java.util.Arrays.asList("y", "2", null), jedis.mget("a", "b", "z"));
    assertEquals(0, jedis.msetnx("d", "4", "c", "5"));
    assertFalse(jedis.exists("d"));
    assertEquals(3, jedis.dbSize());
    assertEquals(2, jedis.del("a", "b", "z"));
    assertEquals(1, jedis.dbSize());
    assertEquals("string", jedis.type("c"));
    assertEquals("OK", jedis.rename("c", "e"));
    assertEquals("3", jedis.get("e"));
    assertEquals("e", jedis.randomKey());
  }

  @Test
  void errorsInRedisWords() {
    jedis.set("a", "x");
    assertMessage("ERR value is not an integer or out of range", () -> jedis.incr("a"));
    assertMessage(
        "WRONGTYPE Operation against a key holding the wrong kind of value", () -> jedis.xlen("a"));
    assertMessage(
        "ERR unknown command 'nonsense', with args beginning with: 'a' 'b' ",
        () -> jedis.sendCommand(() -> bytes("nonsense"), "a", "b"));
    assertMessage(
        "ERR wrong number of arguments for 'get' command",
        () -> jedis.sendCommand(() -> bytes("get")));
  }

  private static void assertMessage(String message, Runnable call) {
    assertEquals(message, assertThrows(JedisDataException.class, call::run).getMessage());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }

  @Test
  void expiry() {
    jedis.set("a", "1", SetParams.setParams().px(100_000));
    assertTrue(jedis.pttl("a") > 90_000);
    assertEquals(1, jedis.persist("a"));
    assertEquals(-1, jedis.ttl("a"));
    assertEquals(-2, jedis.ttl("b"));
    assertEquals(1, jedis.pexpire("a", 20));
    long until = System.nanoTime() + 10_000_000_000L;
    while (jedis.exists("a") || jedis.dbSize() > 0) {
      assertTrue(System.nanoTime() < until, "an expired key is still there");
    }
  }

  @Test
  void scanIsComplete() {
    Set<String> expected = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      jedis.set("key" + i, "v");
      expected.add("key" + i);
    }
    Set<String> found = new HashSet<>();
    String cursor = ScanParams.SCAN_POINTER_START;
    int step = 0;
    do {
      ScanResult<String> page = jedis.scan(cursor, new ScanParams().count(7).match("key*"));
      assertTrue(page.getResult().size() <= 10, "a page of " + page.getResult().size());
      found.addAll(page.getResult());
      cursor = page.getCursor();
      jedis.set("other" + step, "v");
      step++;
    } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
    assertEquals(expected, found);
    assertEquals(1_000, jedis.keys("key*").size());
    assertEquals("OK", jedis.flushAll());
    assertEquals(0, jedis.dbSize());
    assertEquals(Set.of(), jedis.keys("*"));
  }

  @Test
  void pipelining() {
    try (Pipeline pipeline = jedis.pipelined()) {
      List<redis.clients.jedis.Response<Long>> answers = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        answers.add(pipeline.incr("n"));
      }
      pipeline.sync();
      for (int i = 0; i < 10_000; i++) {
        assertEquals(i + 1, answers.get(i).get());
      }
    }
  }

  @Test
  void transactions() {
    try (Transaction multi = jedis.multi()) {
      var first = multi.set("a", "1");
      var second = multi.incr("a");
      var third = multi.xadd("a", new StreamEntryID(1, 1), Map.of("f", "v"));
      var fourth = multi.xadd("s", new StreamEntryID(1, 1), Map.of("f", "v"));
      var fifth = multi.xrange("s", "-", "+");
      var sixth = multi.keys("*");
      List<Object> answers = multi.exec();
      assertEquals(6, answers.size());
      assertEquals("OK", first.get());
      assertEquals(2, second.get());
      assertThrows(JedisDataException.class, third::get);
      assertEquals("1-1", fourth.get().toString());
      assertEquals(1, fifth.get().size());
      assertEquals(Set.of("a", "s"), sixth.get());
    }
    assertEquals("2", jedis.get("a"));
  }

  @Test
  void aWatchedKeyThatChangesStopsATransaction() {
    jedis.set("a", "1");
    jedis.watch("a");
    try (Jedis other = store.connect()) {
      other.set("a", "2");
    }
    try (Transaction multi = jedis.multi()) {
      var _ = multi.set("a", "3");
      assertNull(multi.exec());
    }
    assertEquals("2", jedis.get("a"));
  }

  @Test
  void streams() {
    StreamEntryID first = jedis.xadd("s", new StreamEntryID(1, 1), Map.of("f", "1"));
    assertEquals("1-1", first.toString());
    assertMessage(
        "ERR The ID specified in XADD is equal or smaller than the target stream top item",
        () -> jedis.xadd("s", new StreamEntryID(1, 1), Map.of("f", "1")));
    for (int i = 2; i <= 100; i++) {
      StreamEntryID _ = jedis.xadd("s", new StreamEntryID(i, 0), Map.of("f", Integer.toString(i)));
    }
    assertEquals(100, jedis.xlen("s"));
    List<StreamEntry> newest = jedis.xrevrange("s", "+", "-", 3);
    assertEquals(
        List.of("100-0", "99-0", "98-0"),
        newest.stream().map(entry -> entry.getID().toString()).toList());
    assertEquals("100", newest.getFirst().getFields().get("f"));
    assertEquals(90, jedis.xtrim("s", 10, false));
    assertEquals(10, jedis.xlen("s"));
    assertEquals("91-0", jedis.xrange("s", "-", "+", 1).getFirst().getID().toString());
    assertEquals(1, jedis.xdel("s", new StreamEntryID(91, 0), new StreamEntryID(7, 7)));
    assertEquals(9, jedis.xinfoStream("s").getLength());
    assertEquals("92-0", jedis.xinfoStream("s").getFirstEntry().getID().toString());
    StreamEntryID trimmed =
        jedis.xadd(
            "s",
            XAddParams.xAddParams().id(new StreamEntryID(200, 0)).maxLen(2),
            Map.of("f", "last"));
    assertEquals("200-0", trimmed.toString());
    assertEquals(2, jedis.xlen("s"));
    assertEquals("stream", jedis.type("s"));
    assertEquals("OK", jedis.rename("s", "t"));
    assertEquals(2, jedis.xrange("t", "-", "+").size());
    assertEquals(1, jedis.del("t"));
    assertEquals(List.of(), jedis.xrange("t", "-", "+"));
  }

  @Test
  void aCopyIsAKeyOfItsOwn() {
    jedis.set("a", "1", SetParams.setParams().ex(100));
    assertTrue(jedis.copy("a", "b", false));
    assertFalse(jedis.copy("a", "b", false));
    jedis.set("a", "2");
    assertEquals("1", jedis.get("b"));
    assertTrue(jedis.ttl("b") > 90);
    StreamEntryID _ = jedis.xadd("s", new StreamEntryID(1, 1), Map.of("f", "v"));
    assertEquals("OK", jedis.xgroupCreate("s", "g", new StreamEntryID(0, 0), false));
    assertTrue(jedis.copy("s", "b", true));
    assertEquals(1, jedis.del("s"));
    assertEquals("1-1", jedis.xrange("b", "-", "+").getFirst().getID().toString());
    assertEquals("g", jedis.xinfoGroups("b").getFirst().getName());
    assertEquals(2, jedis.dbSize());
  }

  @Test
  void groups() {
    assertEquals("OK", jedis.xgroupCreate("s", "g", new StreamEntryID(0, 0), true));
    assertMessage(
        "BUSYGROUP Consumer Group name already exists",
        () -> jedis.xgroupCreate("s", "g", new StreamEntryID(0, 0), true));
    for (int i = 1; i <= 5; i++) {
      StreamEntryID _ = jedis.xadd("s", new StreamEntryID(i, 0), Map.of("f", Integer.toString(i)));
    }
    Map<String, StreamEntryID> fresh = Map.of("s", StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY);
    var delivered =
        jedis.xreadGroup("g", "ann", XReadGroupParams.xReadGroupParams().count(3), fresh);
    assertEquals(3, delivered.getFirst().getValue().size());
    assertEquals(3, jedis.xpending("s", "g").getTotal());
    assertEquals(1, jedis.xack("s", "g", new StreamEntryID(1, 0), new StreamEntryID(9, 9)));
    assertEquals(2, jedis.xpending("s", "g").getConsumerMessageCount().get("ann"));
    var claimed =
        jedis.xautoclaim(
            "s",
            "g",
            "bob",
            0,
            new StreamEntryID(0, 0),
            new redis.clients.jedis.params.XAutoClaimParams());
    assertEquals(2, claimed.getValue().size());
    assertEquals(2, jedis.xpending("s", "g").getConsumerMessageCount().get("bob"));
    assertEquals(2, jedis.xinfoGroups("s").getFirst().getConsumers());
    assertEquals(2, jedis.xgroupDelConsumer("s", "g", "bob"));
    assertEquals(0, jedis.xpending("s", "g").getTotal());
    assertEquals(1, jedis.xgroupDestroy("s", "g"));
  }

  @Test
  void aReaderWaitsForAnEntry() throws InterruptedException {
    AtomicReference<String> seen = new AtomicReference<>();
    CountDownLatch connected = new CountDownLatch(1);
    Thread reader =
        Thread.ofPlatform()
            .name("reader")
            .start(() -> {
              try (Jedis other = store.connect()) {
                other.ping();
                connected.countDown();
                var entries =
                    other.xread(
                        XReadParams.xReadParams().block(30_000),
                        Map.of("s", new StreamEntryID(0, 0)));
                seen.set(entries.getFirst().getValue().getFirst().getID().toString());
              }
            });
    connected.await();
    StreamEntryID _ = jedis.xadd("s", new StreamEntryID(5, 5), Map.of("f", "v"));
    reader.join();
    assertEquals("5-5", seen.get());
  }

  @Test
  void version3() {
    try (Jedis third = store.connectSpeaking3()) {
      third.set("a", "1");
      assertEquals("1", third.get("a"));
      assertNull(third.get("b"));
      StreamEntryID _ = third.xadd("s", new StreamEntryID(5, 5), Map.of("f", "v"));
      assertEquals(1, third.xinfoStream("s").getLength());
      assertEquals(1, third.xrange("s", "-", "+").size());
    }
  }

  @Test
  void allIsThereAfterReopening() throws IOException {
    Map<String, String> expected = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      expected.put("k" + i, "v" + i);
      jedis.set("k" + i, "v" + i);
    }
    StreamEntryID _ = jedis.xadd("s", new StreamEntryID(5, 5), Map.of("f", "v"));
    jedis.close();
    store.close();
    open();
    expected.forEach((key, value) -> assertEquals(value, jedis.get(key)));
    assertEquals(101, jedis.dbSize());
    assertEquals(1, jedis.xlen("s"));
  }
}
