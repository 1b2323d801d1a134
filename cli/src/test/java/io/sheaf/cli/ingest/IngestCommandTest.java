package io.sheaf.cli.ingest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.CommandRun;
import io.sheaf.engine.Sheaf;
import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.version.TableOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command ingest, as people and scripts run it. */
final class IngestCommandTest {
  private static final int ROWS = 3_000;

  @TempDir private Path directory;

  @Test
  void addsSortedRows() throws Exception {
    Path store = directory.resolve("store");
    Path rows = directory.resolve("rows");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      text.append(hex(key(i))).append('\t').append(hex("value " + i)).append('\n');
    }
    Files.writeString(rows, text);
    CommandRun run =
        CommandRun.of(
            "ingest", "--store", store, "--table", "message", "--prefix-rule", "fixed:2", rows);
    assertTrue(
        run.succeeds().out().startsWith("table message: 3,000 rows added at sequence number 1, "),
        run.out());
    CommandRun.of("verify", "--store", store, "--deep").succeeds();
    try (Db db = Sheaf.open(store, DbOptions.DEFAULT.withMemory(32 << 20, 4 << 20))) {
      assertEquals(new FixedPrefix(2), db.table("message").options().prefix());
      for (int i = 0; i < ROWS; i++) {
        assertArrayEquals(bytes("value " + i), db.get(db.table("message"), bytes(key(i))));
      }
    }
  }

  @Test
  void saysWhatIsWrongAndAddsNothing() throws Exception {
    Path store = directory.resolve("store");
    Path rows = directory.resolve("rows");
    Files.writeString(rows, "6161\t01\n6160\t02\n");
    CommandRun.of("ingest", "--store", store, "--table", "t", rows).failsSaying("line 2: key");
    Files.writeString(rows, "6161\t01\n6162 02\n");
    CommandRun.of("ingest", "--store", store, "--table", "t", rows)
        .failsSaying("line 2 is no row (no tab)");
    assertEquals(
        2,
        CommandRun.of("ingest", "--store", store, "--table", "t", directory.resolve("x"))
            .failsSaying("no such file")
            .code());
    assertEquals(
        2,
        CommandRun.of("ingest", "--store", store, "--table", "t", directory)
            .failsSaying(directory + " is a directory")
            .code());
    assertEquals(
        2,
        CommandRun.of("ingest", "--store", store, "--table", "u", "--prefix-rule", "x", rows)
            .failsSaying("--prefix-rule")
            .code());
    try (Db db = Sheaf.open(store, DbOptions.DEFAULT.withMemory(32 << 20, 4 << 20))) {
      assertEquals(0, db.lastSequence());
      assertEquals(List.of(), db.tables());
      db.openTable("t", TableOptions.DEFAULT);
    }
    CommandRun.of("ingest", "--store", store, "--table", "t", rows).failsSaying("line 2");
    try (Db db = Sheaf.open(store, DbOptions.DEFAULT.withMemory(32 << 20, 4 << 20))) {
      assertTrue(db.findTable("t").isPresent(), "what was there before stays");
    }
  }

  private static String key(int row) {
    return "u" + row / 1000 + "-" + (10_000 + row);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(bytes(text));
  }
}
