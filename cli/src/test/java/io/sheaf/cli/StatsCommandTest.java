package io.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.Sheaf;
import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StatsCommandTest {
  private static final int ROWS = 2_000;

  @TempDir private Path directory;

  @Test
  void showsTheShape() throws Exception {
    Path store = store();
    Map<String, Object> stats =
        JsonParser.object(
            CommandRun.of("stats", "--store", store, "--json").succeeds().out().strip());
    List<?> tables = (List<?>) Objects.requireNonNull(stats.get("tables"));
    assertEquals(1, tables.size());
    @SuppressWarnings("unchecked")
    Map<String, Object> table = (Map<String, Object>) tables.getFirst();
    assertEquals("message", table.get("name"));
    assertEquals(ROWS, JsonParser.number(table, "rows"));
    assertEquals(1, JsonParser.number(table, "separatedRowShare"));
    assertEquals(1, JsonParser.number(table, "separatedByteShare"));
    assertEquals(1, JsonParser.number(table, "valueFilesLiveShare"));
    assertEquals(ROWS * 216L, JsonParser.number(table, "rawBytes"));
    assertTrue(JsonParser.number(stats, "diskBytes", "total") > 0);
    assertEquals(0, JsonParser.number(stats, "sinceOpening", "userBytes"));
    assertTrue(JsonParser.number(stats, "memoryBytes", "total") > 0);
  }

  @Test
  void showsItToPeople() throws Exception {
    String text = CommandRun.of("stats", "--store", store()).succeeds().out();
    assertTrue(text.contains("Table message: 2,000 rows"), text);
    assertTrue(text.contains("separated: 100.0 % of the value bytes"), text);
    assertTrue(text.contains("1 value file"), text);
    assertTrue(text.contains("no user wrote since this opening"), text);
  }

  @Test
  void leavesTheRowsAsTheyAre() throws Exception {
    Path store = store();
    CommandRun.of("stats", "--store", store).succeeds();
    String first = CommandRun.of("stats", "--store", store).succeeds().out();
    String second = CommandRun.of("stats", "--store", store).succeeds().out();
    assertEquals(tables(first), tables(second));
  }

  @Test
  void saysThatThereIsNoStore() throws IOException {
    assertMisused(directory, directory + " is not a Sheaf store");
    assertMisused(directory.resolve("x"), "no such directory");
    assertMisused(Files.writeString(directory.resolve("file"), "x"), "is not a directory");
  }

  private static void assertMisused(Path store, String why) {
    for (String command :
        List.of("stats", "export", "compact", "verify", "store shape", "tail --from 1")) {
      List<Object> arguments = new ArrayList<>(List.of((Object[]) command.split(" ", -1)));
      arguments.addAll(List.of("--store", store));
      CommandRun run = CommandRun.of(arguments.toArray()).failsSaying(why);
      assertEquals(2, run.code(), command);
    }
  }

  private static String tables(String stats) {
    return stats.substring(stats.indexOf("\nTable"), stats.indexOf("Since"));
  }

  private Path store() throws IOException, InterruptedException {
    Path store = directory.resolve("store");
    try (Db db = Sheaf.open(store, DbOptions.DEFAULT)) {
      Table table = db.openTable("message", TableOptions.DEFAULT.withPrefix(new FixedPrefix(8)));
      for (long i = 0; i < ROWS; i++) {
        byte[] key = ByteBuffer.allocate(16).putLong(i / 1000).putLong(i).array();
        db.put(table, key, new byte[200]);
      }
      db.flush();
      db.awaitIdle();
    }
    return store;
  }
}
