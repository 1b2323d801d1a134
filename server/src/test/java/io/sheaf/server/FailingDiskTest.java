package io.sheaf.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.Sheaf;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.FaultFileSystem.Operation;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.params.XAddParams;
import redis.clients.jedis.util.SafeEncoder;

/** A disk that fails under a server: clients are told, and reads go on. */
final class FailingDiskTest {
  private static final Path STORE = Path.of("store");
  private static final String LARGE = "v".repeat(10_000);

  @Test
  void aFailedWriteOfTheLogIsToldToAllWhoWaitForItAndReadsGoOn() throws IOException {
    MemoryFileSystem memory = new MemoryFileSystem();
    FaultFileSystem disk = new FaultFileSystem(memory);
    Db failing = open(disk);
    try (SheafServer server = SheafServer.start(failing, ServerOptions.DEFAULT.withPort(0));
        Jedis jedis = ServedStore.connect(server)) {
      jedis.set("a", "1");
      disk.failFrom(Operation.WRITE, 1);
      try (Pipeline pipeline = jedis.pipelined()) {
        List<Response<String>> answers = List.of(pipeline.set("a", "2"), pipeline.set("b", "2"));
        Response<String> read = pipeline.get("a");
        pipeline.sync();
        for (Response<String> answer : answers) {
          assertRefused(assertThrows(JedisDataException.class, answer::get));
        }
        assertRefused(assertThrows(JedisDataException.class, read::get));
      }
      assertEquals("1", jedis.get("a"));
      assertEquals(1, jedis.dbSize());
      assertRefused(
          assertThrows(
              JedisDataException.class,
              () -> jedis.xadd("s", StreamEntryID.NEW_ENTRY, Map.of("f", "v"))));
      assertTrue(jedis.info("persistence").contains("read_only:1"));
      assertTrue(whySlow(jedis).startsWith("The store takes no writes"), whySlow(jedis));
    } finally {
      assertThrows(IOException.class, failing::close); // it says what was not written
    }
    disk.heal();
    try (Db db = open(memory);
        SheafServer server = SheafServer.start(db, ServerOptions.DEFAULT.withPort(0));
        Jedis jedis = ServedStore.connect(server)) {
      assertEquals("1", jedis.get("a"));
      assertEquals("OK", jedis.set("b", "3"));
    }
  }

  @Test
  void aFullDiskIsToldAndIsNotFinal() throws IOException {
    FaultFileSystem disk = new FaultFileSystem(new MemoryFileSystem());
    try (Db db = open(disk);
        SheafServer server = SheafServer.start(db, ServerOptions.DEFAULT.withPort(0));
        Jedis jedis = ServedStore.connect(server)) {
      jedis.set("a", "1");
      disk.limitSpace(0);
      String refusal = null;
      for (int i = 0; refusal == null; i++) { // until what was preallocated is used up
        String key = "b" + i;
        refusal = refusal(() -> jedis.set(key, "v".repeat(100_000)));
      }
      assertFull(refusal);
      assertEquals("1", jedis.get("a"));
      assertTrue(whySlow(jedis).contains("s ago, as the device is full"), whySlow(jedis));
      assertTrue(jedis.info("persistence").contains("writes_refused_for_space:1\r\n"));
      disk.heal();
      long until = System.nanoTime() + 60_000_000_000L;
      while (refusal(() -> jedis.set("c", "3"))
          != null) { // until the store has seen that there is room
        assertTrue(System.nanoTime() < until, "writes do not go on");
      }
      assertEquals("3", jedis.get("c"));
    }
  }

  @Test
  void keysAreDeletedWhereTheDiskHasNoRoomToSetAny() throws IOException {
    FaultFileSystem disk = new FaultFileSystem(new MemoryFileSystem());
    try (Db db = open(disk);
        SheafServer server = SheafServer.start(db, ServerOptions.DEFAULT.withPort(0));
        Jedis jedis = ServedStore.connect(server)) {
      jedis.set("small", "1");
      jedis.set("large", LARGE);
      String longName = "stream-".repeat(100);
      for (int i = 0; i < 100; i++) {
        jedis.xadd("stream", StreamEntryID.NEW_ENTRY, Map.of("number", String.valueOf(i)));
        jedis.xadd(longName, new StreamEntryID(1, i), Map.of("number", String.valueOf(i)));
      }
      fill(disk, jedis);
      assertEquals(60, jedis.xtrim("stream", 40, false));
      assertEquals(1, jedis.xdel(longName, new StreamEntryID(1, 50)));
      assertEquals(3, jedis.del("small", "large", "stream"));
      assertNull(jedis.get("large"));
      assertFull(refusal(() -> jedis.set("other", "3")));
    }
  }

  @Test
  void aDeleteIsNotRefusedWithWhatIsSetBesideItOnAFullDisk() throws IOException {
    FaultFileSystem disk = new FaultFileSystem(new MemoryFileSystem());
    try (Db db = open(disk);
        SheafServer server = SheafServer.start(db, ServerOptions.DEFAULT.withPort(0));
        Jedis jedis = ServedStore.connect(server)) {
      for (int i = 0; i < 100; i++) {
        jedis.set("old" + i, "1");
      }
      fill(disk, jedis);
      try (Pipeline pipeline = jedis.pipelined()) {
        for (int i = 0; i < 100; i++) {
          Response<String> set = pipeline.set("new" + i, LARGE);
          Response<Long> deleted = pipeline.del("old" + i);
          if (i % 10 == 0) {
            pipeline.sync();
            assertFull(refusal(set));
            assertEquals(1, deleted.get());
          }
        }
        pipeline.sync();
      }
      assertEquals(0, jedis.dbSize());
    }
  }

  @Test
  void allKeysAreFlushedOnAFullDisk() throws IOException {
    FaultFileSystem disk = new FaultFileSystem(new MemoryFileSystem());
    try (Db db = open(disk);
        SheafServer server =
            SheafServer.start(db, ServerOptions.DEFAULT.withPort(0).withAllowsFlush(true));
        Jedis jedis = ServedStore.connect(server)) {
      for (int i = 0; i < 100; i++) {
        jedis.set("key" + i, "1");
      }
      fill(disk, jedis);
      assertEquals("OK", jedis.flushAll());
      assertEquals(0, jedis.dbSize());
      assertFull(refusal(() -> jedis.set("other", "3")));
    }
  }

  /** It deletes a row, but sets two: going on with it would use up the room of deletes. */
  @Test
  void aNewExpiryIsNoDeleteOnAFullDisk() throws IOException {
    FaultFileSystem disk = new FaultFileSystem(new MemoryFileSystem());
    try (Db db = open(disk);
        SheafServer server = SheafServer.start(db, ServerOptions.DEFAULT.withPort(0));
        Jedis jedis = ServedStore.connect(server)) {
      jedis.set("session", "1", SetParams.setParams().ex(1_000));
      jedis.xadd("stream", StreamEntryID.NEW_ENTRY, Map.of("f", "v"));
      fill(disk, jedis);
      assertFull(refusal(() -> jedis.set("session", "2", SetParams.setParams().ex(2_000))));
      assertFull(refusal(() -> jedis.expire("session", 3_000)));
      XAddParams capped = XAddParams.xAddParams().maxLen(1).exactTrimming();
      assertFull(refusal(() -> jedis.xadd("stream", Map.of("f", "w"), capped)));
      assertEquals("1", jedis.get("session"));
      assertEquals(1, jedis.del("session"));
    }
  }

  /** Leaves so much room as is kept for deletes, and waits until the store has seen it. */
  private static void fill(FaultFileSystem disk, Jedis jedis) {
    disk.limitSpace(48 << 20); // of 64 MB that puts leave, and 32 MB that deletes leave
    long until = System.nanoTime() + 60_000_000_000L;
    while (refusal(() -> jedis.set("filling", "3")) == null) {
      assertTrue(System.nanoTime() < until, "writes go on");
    }
    jedis.del("filling");
  }

  private static void assertFull(@Nullable String refusal) {
    assertTrue(refusal != null && refusal.startsWith("MISCONF The device is full"), refusal);
  }

  private static String whySlow(Jedis jedis) {
    List<?> answer = (List<?>) jedis.sendCommand(() -> SafeEncoder.encode("ENGINE.SLOW"));
    return SafeEncoder.encode((byte[]) answer.getLast());
  }

  /** What a command is refused with; null: it is not. */
  private static @Nullable String refusal(Supplier<?> command) {
    try {
      Object _ = command.get();
      return null;
    } catch (JedisDataException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static Db open(io.sheaf.lsm.io.FileSystem disk) throws IOException {
    return Db.open(
        STORE,
        DbOptions.DEFAULT.withMemory(32L << 20, 8L << 20),
        Sheaf.components().withFileSystem(disk));
  }

  private static void assertRefused(JedisDataException refusal) {
    String message = String.valueOf(refusal.getMessage());
    assertTrue(message.startsWith("MISCONF The store takes no writes"), message);
  }
}
