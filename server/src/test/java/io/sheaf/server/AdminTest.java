package io.sheaf.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.Sheaf;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** What an operator asks of a server. */
final class AdminTest {
  @TempDir private Path directory;
  private ServedStore store;
  private Jedis jedis;

  @BeforeEach
  void open() throws IOException {
    store = new ServedStore(directory.resolve("data"), ServerOptions.DEFAULT.withAllowsFlush(true));
    jedis = store.connect();
  }

  @AfterEach
  void close() throws IOException {
    jedis.close();
    store.close();
  }

  private Object call(String name, String... arguments) {
    return jedis.sendCommand(() -> name.getBytes(StandardCharsets.US_ASCII), arguments);
  }

  private static String shown(Object answer) {
    return new String((byte[]) answer, StandardCharsets.UTF_8);
  }

  @Test
  void optionsAreChangedAllOrNone() {
    assertEquals("OK", jedis.configSet(Map.of("timeout", "7", "slowlog-max-len", "3")));
    assertEquals(Map.of("timeout", "7"), jedis.configGet("timeout"));
    JedisDataException refused =
        assertThrows(
            JedisDataException.class, () -> call("CONFIG", "SET", "timeout", "9", "port", "1"));
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains("can't set immutable config"), message);
    assertThrows(JedisDataException.class, () -> jedis.configSet("timeout", "-1"));
    assertThrows(JedisDataException.class, () -> jedis.configSet("nonsense", "1"));
    assertEquals(Map.of("timeout", "7"), jedis.configGet("timeout"));
  }

  @Test
  void optionsThatMeanNothingHereAreCheckedToo() {
    String failed = "ERR CONFIG SET failed (possibly related to argument '";
    assertEquals(
        failed + "maxmemory') - argument must be a memory value",
        refused("CONFIG", "SET", "maxmemory", "abc"));
    assertEquals(
        failed + "maxmemory') - argument must be a memory value",
        refused("CONFIG", "SET", "maxmemory", "-1"));
    assertEquals(
        failed + "appendonly') - argument must be 'yes' or 'no'",
        refused("CONFIG", "SET", "appendonly", "maybe"));
    assertEquals(
        failed + "appendfsync') - argument(s) must be one of the following: everysec, always, no",
        refused("CONFIG", "SET", "appendfsync", "soon"));
    assertEquals(
        failed + "save') - Invalid save parameters", refused("CONFIG", "SET", "save", "60"));
    assertEquals(
        failed + "auto-aof-rewrite-percentage') - argument couldn't be parsed into an integer",
        refused("CONFIG", "SET", "maxmemory", "1", "auto-aof-rewrite-percentage", "x"));
    assertEquals(Map.of("maxmemory", "0"), jedis.configGet("maxmemory"));
    assertEquals("OK", jedis.configSet(Map.of("maxmemory", "10mb", "save", "60 1")));
    assertEquals(Map.of("maxmemory", "10485760"), jedis.configGet("maxmemory"));
    assertEquals(Map.of("save", "60 1"), jedis.configGet("save"));
  }

  @Test
  void aPasswordMayBeAnyBytes() {
    byte[] name = "ann".getBytes(StandardCharsets.US_ASCII);
    byte[] set = {'>', 'a', -1};
    assertEquals(
        "OK",
        shown(
            jedis.sendCommand(
                () -> "ACL".getBytes(StandardCharsets.US_ASCII),
                "SETUSER".getBytes(StandardCharsets.US_ASCII),
                name,
                "on".getBytes(StandardCharsets.US_ASCII),
                "+@all".getBytes(StandardCharsets.US_ASCII),
                set)));
    ProtocolCommand auth = () -> "AUTH".getBytes(StandardCharsets.US_ASCII);
    byte[] another = {'a', -2};
    byte[] right = {'a', -1};
    assertThrows(JedisDataException.class, () -> jedis.sendCommand(auth, name, another));
    assertEquals("OK", shown(jedis.sendCommand(auth, name, right)));
  }

  @Test
  void theSlowLogShowsNoPasswords() {
    jedis.configSet("slowlog-log-slower-than", "0");
    assertEquals("OK", shown(call("ACL", "SETUSER", "ann", ">secret", "+get")));
    assertEquals(1L, call("ACL", "DELUSER", "ann"));
    assertTrue(refused("CONFIG", "SET", "requirepass", "secret").contains("ACL SETUSER default"));
    var logged = jedis.slowlogGet(10).stream().map(entry -> entry.getArgs()).toList();
    assertTrue(logged.contains(List.of("ACL", "DELUSER", "(redacted)")), logged.toString());
    List<String> set = List.of("ACL", "SETUSER", "(redacted)", "(redacted)", "(redacted)");
    assertTrue(logged.contains(set), logged.toString());
    assertFalse(logged.toString().contains("secret"), logged.toString());
  }

  @Test
  void timesOfCommandsAreToldByPowersOfTwo() {
    assertEquals("OK", jedis.set("a", "1"));
    List<?> histogram = (List<?>) call("LATENCY", "HISTOGRAM", "SET", "nosuch", "client");
    assertEquals("set", shown(histogram.get(0)));
    List<?> told = (List<?>) histogram.get(1);
    assertEquals(List.of(1L), told.subList(1, 2));
    List<?> within = (List<?>) told.get(3);
    assertEquals(2, within.size());
    assertEquals(1L, within.get(1));
    assertEquals("ERR No samples available for event 'none'", refused("LATENCY", "GRAPH", "none"));
    String percentiles = "latency_percentiles_usec_set:p50=" + within.get(0) + ",p99=";
    assertTrue(jedis.info("latencystats").contains(percentiles), jedis.info("latencystats"));
  }

  @Test
  void whatIsNotTrackedIsRefusedAsRedisDoes() {
    jedis.set("a", "1");
    String rest =
        " Please note that when switching between policies at runtime LRU and LFU data will take"
            + " some time to adjust.";
    assertEquals(
        "ERR An LFU maxmemory policy is selected, idle time not tracked." + rest,
        refused("OBJECT", "IDLETIME", "a"));
    assertEquals(
        "ERR An LFU maxmemory policy is not selected, access frequency not tracked." + rest,
        refused("OBJECT", "FREQ", "a"));
    assertNull(call("OBJECT", "IDLETIME", "missing"));
    assertNull(call("OBJECT", "FREQ", "missing"));
  }

  @Test
  void aRequestMayBeAsLargeAsTheOptionsSay() {
    jedis.configSet("proto-max-bulk-len", "1mb");
    assertEquals("OK", jedis.set("a", "v".repeat(1 << 20)));
    assertTrue(closed("SET", "a", "v".repeat((1 << 20) + 1)).contains("invalid bulk length"));
    jedis = store.connect();
    jedis.configSet(Map.of("proto-max-bulk-len", "2mb", "client-query-buffer-limit", "1mb"));
    assertTrue(closed("SET", "a", "v".repeat((1 << 20) + 1)).contains("invalid bulk length"));
    jedis = store.connect();
    String half = "v".repeat(700_000);
    assertTrue(closed("MSET", "a", half, "b", half).contains("too big request"));
    jedis = store.connect();
    jedis.configSet("client-query-buffer-limit", "3mb");
    assertEquals("OK", shown(call("MSET", "a", half, "b", half)));
    assertEquals("OK", jedis.set("a", "v".repeat(2 << 20)));
    assertEquals("2097152", jedis.configGet("proto-max-bulk-len").get("proto-max-bulk-len"));
    assertThrows(JedisDataException.class, () -> jedis.configSet("proto-max-bulk-len", "65mb"));
  }

  private String refused(String name, String... arguments) {
    return String.valueOf(
        assertThrows(JedisDataException.class, () -> call(name, arguments)).getMessage());
  }

  /** What the server says before it closes. */
  private String closed(String name, String... arguments) {
    JedisException told = assertThrows(JedisException.class, () -> call(name, arguments));
    return String.valueOf(told.getMessage());
  }

  @Test
  void onlyAShutdownThatIsUnderstoodStopsTheServer() {
    assertEquals("ERR syntax error", refused("SHUTDOWN", "LATER"));
    assertEquals("ERR syntax error", refused("SHUTDOWN", "SAVE", "NOSAVE"));
    assertEquals("ERR syntax error", refused("SHUTDOWN", "NOW", "ABORT"));
    assertEquals("ERR No shutdown in progress.", refused("SHUTDOWN", "ABORT"));
    assertEquals("PONG", jedis.ping());
    jedis.shutdown(); // throws where there is a reply
  }

  @Test
  void namesAndNumbersOfGroupsAreChecked() {
    jedis.xgroupCreate("s", "g", StreamEntryID.XGROUP_LAST_ENTRY, true);
    String longest = "c".repeat(4 << 10);
    assertNull(call("XREADGROUP", "GROUP", "g", longest, "STREAMS", "s", ">"));
    String told = refused("XREADGROUP", "GROUP", "g", longest + "c", "STREAMS", "s", ">");
    assertTrue(told.startsWith("ERR a name of a group or a consumer has"), told);
    assertEquals(
        "ERR Invalid IDLE option argument for XCLAIM",
        refused("XCLAIM", "s", "g", "c", "0", "1-1", "IDLE", "x"));
    assertEquals(
        "ERR Invalid min-idle-time argument for XAUTOCLAIM",
        refused("XAUTOCLAIM", "s", "g", "c", "x", "0"));
    assertEquals(
        "ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.",
        refused("XREAD", "NOACK", "STREAMS", "s", "0"));
  }

  @Test
  void slowCommandsAreKept() {
    jedis.configSet(Map.of("slowlog-log-slower-than", "0", "slowlog-max-len", "2"));
    jedis.set("a", "v".repeat(1_000));
    jedis.get("a");
    jedis.get("b");
    jedis.configSet("slowlog-log-slower-than", "-1");
    var entries = jedis.slowlogGet();
    assertEquals(2, entries.size());
    assertEquals(List.of("GET", "b"), entries.getFirst().getArgs());
    assertEquals("OK", jedis.slowlogReset());
    assertEquals(0, jedis.slowlogLen());
  }

  @Test
  void commandsAndErrorsAreCounted() {
    jedis.set("a", "x");
    assertThrows(JedisDataException.class, () -> jedis.incr("a"));
    assertThrows(JedisDataException.class, () -> call("GET"));
    String info = jedis.info("everything");
    assertTrue(info.contains("cmdstat_set:calls=1,"), info);
    assertTrue(info.contains("errorstat_ERR:count=2"), info);
    assertTrue(info.contains("total_error_replies:2"), info);
    assertEquals("OK", jedis.configResetStat());
    assertTrue(jedis.info("stats").contains("total_error_replies:0"));
  }

  @Test
  void aCheckpointIsAStoreOfItsOwn() throws IOException {
    jedis.set("a", "1");
    assertEquals("OK", shown(call("ENGINE.CHECKPOINT", "first")));
    jedis.set("a", "2");
    assertThrows(JedisDataException.class, () -> call("ENGINE.CHECKPOINT", "first"));
    assertThrows(JedisDataException.class, () -> call("ENGINE.CHECKPOINT", "../first"));
    Path checkpoint = directory.resolve("data.checkpoints").resolve("first");
    try (Db db = Sheaf.open(checkpoint, DbOptions.DEFAULT.withMemory(32L << 20, 8L << 20));
        SheafServer server = SheafServer.start(db, ServerOptions.DEFAULT.withPort(0));
        Jedis other = ServedStore.connect(server)) {
      assertEquals("1", other.get("a"));
    }
  }

  @Test
  void anOpenStoreIsVerified() {
    jedis.set("a", "1");
    for (int i = 0; i < 2; i++) {
      List<?> report = (List<?>) call("ENGINE.VERIFY", "DEEP");
      assertEquals("fine", shown(report.get(0)));
      assertEquals(1L, report.get(1));
      assertEquals(List.of(), report.get(11));
    }
  }

  @Test
  void flushAllStopsOnlyTransactionsOfKeysThatWereThere() {
    jedis.set("there", "1");
    try (Jedis watchesNothing = store.connect();
        Jedis watches = store.connect()) {
      watchesNothing.watch("missing");
      watches.watch("there");
      jedis.flushAll();
      assertEquals(List.of("PONG"), pinged(watchesNothing));
      assertEquals(List.of(), pinged(watches));
    }
  }

  private static List<?> pinged(Jedis jedis) {
    jedis.sendCommand(() -> "MULTI".getBytes(StandardCharsets.US_ASCII));
    jedis.sendCommand(() -> "PING".getBytes(StandardCharsets.US_ASCII));
    List<?> answers = (List<?>) jedis.sendCommand(() -> "EXEC".getBytes(StandardCharsets.US_ASCII));
    return answers == null ? List.of() : answers.stream().map(AdminTest::shown).toList();
  }
}
