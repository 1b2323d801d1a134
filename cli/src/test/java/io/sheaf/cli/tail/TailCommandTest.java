package io.sheaf.cli.tail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.CommandRun;
import io.sheaf.cli.JsonParser;
import io.sheaf.engine.Sheaf;
import io.sheaf.lsm.db.ChangeTail;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.LogRetention;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command tail, as people and scripts run it. */
final class TailCommandTest {
  private static final DbOptions OPTIONS = DbOptions.DEFAULT.withMemory(32 << 20, 4 << 20);

  @TempDir private Path directory;

  @Test
  void printsWhatWasWritten() throws Exception {
    Path store = directory.resolve("store");
    try (Db db = Sheaf.open(store, OPTIONS.withLogRetention(LogRetention.ofBytes(1 << 30)))) {
      Table table = db.openTable("message", TableOptions.DEFAULT);
      db.write(
          new WriteBatch()
              .put(table, bytes("anna"), bytes("hello\n"))
              .delete(table, bytes("bert"))
              .deleteRange(table, bytes("c"), bytes("d")));
      db.put(table, bytes("zoe"), new byte[1000]);
      db.flush();
      CommandRun open = CommandRun.of("tail", "--store", store, "--from", 1).succeeds();
      assertEquals("sequence 1 to 3, ", open.lines().getFirst().substring(0, 17));
      assertEquals(
          List.of(
              "  put message 'anna' = 'hello\\x0a'",
              "  delete message 'bert'",
              "  delete message from 'c' to 'd'"),
          open.lines().subList(1, 4));
      assertTrue(open.out().contains("… (1000 bytes)"), open.out());
      db.put(table, bytes("anna"), bytes("again"));
    }
    List<String> lines =
        CommandRun.of("tail", "--store", store, "--from", 5, "--json").succeeds().lines();
    assertEquals(1, lines.size());
    Map<String, Object> group = JsonParser.object(lines.getFirst());
    assertEquals(5, JsonParser.number(group, "firstSequence"));
    @SuppressWarnings("unchecked")
    Map<String, Object> change =
        (Map<String, Object>) ((List<?>) Objects.requireNonNull(group.get("changes"))).getFirst();
    assertEquals(
        Map.of("kind", "put", "table", "message", "key", "616e6e61", "value", "616761696e"),
        change);
    assertEquals(5, JsonParser.number(group, "lastSequence"));
    CommandRun behind = CommandRun.of("tail", "--store", store, "--from", 6).succeeds();
    assertEquals("", behind.out());
    assertEquals("Nothing was written from 6 on: the newest is 5.", behind.err().strip());
  }

  /** A look at a store is no reason for its followers to begin anew. */
  @Test
  void findsTheLogsThatOtherCommandsFound() throws Exception {
    Path store = directory.resolve("store");
    DbOptions keeping = OPTIONS.withLogRetention(LogRetention.ofBytes(1 << 30));
    try (Db db = Sheaf.open(store, keeping)) {
      Table table = db.openTable("message", TableOptions.DEFAULT);
      db.put(table, bytes("anna"), bytes("hello"));
      db.flush();
      db.put(table, bytes("bert"), bytes("hello"));
    }
    CommandRun.of("stats", "--store", store).succeeds();
    CommandRun.of("compact", "--store", store).succeeds();
    CommandRun.of("stats", "--store", store).succeeds();
    try (Db db = Sheaf.open(store, keeping);
        ChangeTail tail = db.tail(1)) {
      assertTrue(tail.next());
      assertEquals(1, tail.firstSequence());
      assertTrue(tail.next());
      assertEquals(2, tail.firstSequence());
    }
  }

  @Test
  void saysWhatIsWrong() throws Exception {
    Path store = directory.resolve("store");
    try (Db db = Sheaf.open(store, OPTIONS)) {
      Table table = db.openTable("message", TableOptions.DEFAULT);
      db.put(table, bytes("anna"), bytes("hello"));
      db.flush();
      db.put(table, bytes("anna"), bytes("again"));
      db.flush();
    }
    assertEquals(
        1,
        CommandRun.of("tail", "--store", store, "--from", 1)
            .failsSaying("which begin with 3")
            .code());
    assertEquals(2, CommandRun.of("tail", "--store", store).failsSaying("--from").code());
    Path nowhere = directory.resolve("x");
    assertEquals(
        2, CommandRun.of("tail", "--store", nowhere, "--from", 1).failsSaying("no such").code());
    assertEquals(
        2, CommandRun.of("tail", "--store", store, "--from", 0).failsSaying("begin with 1").code());
  }

  /** A store that nobody has open: what is damaged is no write under way. */
  @Test
  void reportsDamage() throws Exception {
    Path store = directory.resolve("store");
    try (Db db = Sheaf.open(store, OPTIONS.withLogRetention(LogRetention.ofBytes(1 << 30)))) {
      Table table = db.openTable("message", TableOptions.DEFAULT);
      for (int flush = 0; flush < 3; flush++) {
        for (int row = 0; row < 20; row++) {
          db.write(
              new WriteBatch().put(table, bytes("anna" + row), bytes("hello " + row)),
              Durability.SYNC);
        }
        db.flush();
      }
    }
    CommandRun.of("tail", "--store", store, "--from", 1).succeeds();
    CommandRun whole = CommandRun.of("tail", "--store", store, "--from", 1, "--json").succeeds();
    assertEquals(60, whole.lines().size());
    List<Path> logs = files(store, ".log");
    assertTrue(logs.size() >= 3, logs.toString());
    for (Path log : logs.subList(0, 3)) {
      for (int offset : new int[] {0, 20, 40, 64, 64 + 20, 64 + 50, 1_000}) {
        assertDamageIsReported(store, log, offset);
      }
    }
    for (int offset : new int[] {0, 20, 32, 40, 60}) {
      assertDamageIsReported(store, files(store, ".manifest").getFirst(), offset);
    }
    assertDamageIsReported(store, store.resolve("CURRENT"), 3);
    Path newest = logs.getLast();
    byte[] content = Files.readAllBytes(newest);
    Files.delete(newest);
    assertReports(store, newest, "there is no such file");
    Files.write(newest, content);
    assertEquals(whole.out(), CommandRun.of("tail", "--store", store, "--from", 1, "--json").out());
  }

  private static void assertDamageIsReported(Path store, Path file, int offset) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[offset] ^= 1;
    Files.write(file, content);
    assertReports(store, file, "at offset ");
    content[offset] ^= 1;
    Files.write(file, content);
  }

  private static void assertReports(Path store, Path file, String problem) {
    CommandRun run = CommandRun.of("tail", "--store", store, "--from", 1);
    assertEquals(1, run.code(), file + ": " + run.out());
    run.failsSaying(file.toString());
    run.failsSaying(problem);
    run.failsSaying("./sheaf repair --store " + store + " --into NEWDIR");
    run.failsSaying("./sheaf verify --store " + store);
  }

  private static List<Path> files(Path store, String kind) throws IOException {
    try (Stream<Path> files = Files.list(store)) {
      return files.filter(file -> file.toString().endsWith(kind)).sorted().toList();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
