package io.sheaf.cli.compact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.CommandRun;
import io.sheaf.cli.DamagedFile;
import io.sheaf.cli.JsonParser;
import io.sheaf.engine.Sheaf;
import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command compact, as people and scripts run it. */
final class CompactCommandTest {
  private static final int ROWS = 4_000;
  private static final DbOptions OPTIONS = DbOptions.DEFAULT.withMemory(32 << 20, 4 << 20);

  @TempDir private Path directory;
  private Path store = Path.of("");
  private Path into = Path.of("");

  @BeforeEach
  void build() throws IOException, InterruptedException {
    store = directory.resolve("store");
    into = directory.resolve("into");
    try (Db db = Sheaf.open(store, OPTIONS)) {
      for (String name : List.of("message", "other")) {
        Table table = db.openTable(name, TableOptions.DEFAULT.withPrefix(new FixedPrefix(8)));
        for (int i = 0; i < ROWS; i++) {
          db.put(table, key(i), value(i));
        }
        db.flush();
        for (int i = 0; i < ROWS; i += 2) {
          db.delete(table, key(i));
        }
      }
    }
  }

  private static byte[] key(int row) {
    return ByteBuffer.allocate(16)
        .put(("user" + (1000 + row % 4)).getBytes(StandardCharsets.US_ASCII))
        .putLong(row)
        .array();
  }

  private static byte[] value(int row) {
    return ("message " + row + " ").repeat(20).getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void compactsInPlace() throws IOException {
    CommandRun run = CommandRun.of("compact", "--store", store).succeeds();
    assertTrue(run.out().contains("table message: 2,000 rows, "), run.out() + run.err());
    assertTrue(run.err().contains("To merge: "), run.err());
    assertFalse(Files.exists(store.resolve("compact.unfinished")));
    CommandRun.of("verify", "--store", store, "--deep").succeeds();
    check(store, TableOptions.DEFAULT.withPrefix(new FixedPrefix(8)));
  }

  @Test
  void makesANewStoreWithOtherOptions() throws IOException {
    CommandRun run =
        CommandRun.of(
            "compact",
            "--store",
            store,
            "--into",
            into,
            "--set",
            "value-block=32k",
            "--set",
            "bottom-compression=zstd:3",
            "--json",
            "--no-progress");
    Map<String, Object> report = JsonParser.object(run.succeeds().out().strip());
    assertEquals("", run.err());
    List<?> tables = (List<?>) Objects.requireNonNull(report.get("tables"));
    assertEquals(2, tables.size());
    CommandRun.of("verify", "--store", into, "--deep").succeeds();
    check(
        into,
        TableOptions.DEFAULT
            .withPrefix(new FixedPrefix(8))
            .withBlockBytes(32 << 10, TableOptions.DEFAULT.keyBlockBytes())
            .withCompression(TableOptions.DEFAULT.compression(), Compression.zstd(3)));
    check(store, TableOptions.DEFAULT.withPrefix(new FixedPrefix(8)));
    assertEquals(
        2,
        CommandRun.of("compact", "--store", store, "--into", into)
            .failsSaying("holds a store")
            .code());
  }

  @Test
  void onlyATableOrARange() {
    String one = CommandRun.of("compact", "--store", store, "--tables", "other").succeeds().out();
    assertFalse(one.contains("table message"), one);
    String range =
        CommandRun.of("compact", "--store", store, "--prefix-range", "user1000..user1001")
            .succeeds()
            .out();
    assertTrue(range.contains("table message"), range);
    String shown = // as keys are shown
        CommandRun.of("compact", "--store", store, "--prefix-range", "0x75736572..0x75736573")
            .succeeds()
            .out();
    assertTrue(shown.contains("table message: 2,000 rows"), shown);
    String none =
        CommandRun.of("compact", "--store", store, "--prefix-range", "zoe..").succeeds().out();
    assertTrue(none.contains("nothing was merged"), none);
    CommandRun.of("verify", "--store", store, "--deep").succeeds();
  }

  @Test
  void saysHowToGoOnWhereItMeetsDamage() throws IOException {
    Path damaged = DamagedFile.largest(store, ".sst");
    CommandRun run = CommandRun.of("compact", "--store", store, "--no-progress");
    assertEquals(1, run.code());
    run.failsSaying(damaged + " is damaged at offset ");
    run.failsSaying("./sheaf verify --store " + store);
    run.failsSaying("./sheaf repair --store " + store + " --into NEWDIR");
  }

  /** What it held would be gone for good, and no later command would know. */
  @Test
  void refusesAStoreWhoseLogIsGone() throws IOException {
    try (Stream<Path> files = Files.list(store)) {
      Path log =
          files.filter(file -> file.toString().endsWith(".log")).sorted().findFirst().orElseThrow();
      Files.delete(log);
      for (String command : new String[] {"compact", "export", "tail --from 1"}) {
        List<Object> arguments = new ArrayList<>(List.of((Object[]) command.split(" ", -1)));
        arguments.addAll(List.of("--store", store));
        CommandRun run = CommandRun.of(arguments.toArray());
        assertEquals(1, run.code(), command);
        run.failsSaying(log.toString());
        run.failsSaying("./sheaf repair --store " + store + " --into NEWDIR");
      }
      CommandRun shown = CommandRun.of("inspect", "store", store);
      assertEquals(1, shown.code());
      assertTrue(
          shown.out().contains(log.getFileName() + " at 0: the manifest needs"), shown.out());
    }
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    assertEquals(2, CommandRun.of("compact").failsSaying("--store").code());
    assertEquals(
        2,
        CommandRun.of("compact", "--store", store, "--into", store.resolve("."))
            .failsSaying("the store itself")
            .code());
    Path nowhere = directory.resolve("x");
    assertEquals(
        2, CommandRun.of("compact", "--store", nowhere).failsSaying("no such directory").code());
    CommandRun.of("compact", "--store", directory).failsSaying("is not a Sheaf store");
    assertEquals(
        2,
        CommandRun.of("compact", "--store", store, "--tables", "x")
            .failsSaying("no table 'x'")
            .code());
    assertEquals(
        2,
        CommandRun.of("compact", "--store", store, "--set", "ttl=P1D")
            .failsSaying("--into")
            .code());
    assertEquals(
        2,
        CommandRun.of("compact", "--store", store, "--into", into, "--set", "x=1")
            .failsSaying("no such option")
            .code());
    assertEquals(
        2,
        CommandRun.of("compact", "--store", store, "--compression", "zstd:99")
            .failsSaying("zstd:1 to zstd:19")
            .code());
    assertEquals(
        2,
        CommandRun.of("compact", "--store", store, "--prefix-range", "a")
            .failsSaying("FROM..TO")
            .code());
    try (Db db = Sheaf.open(store, OPTIONS)) {
      assertFalse(db.tables().isEmpty());
      assertEquals(3, CommandRun.of("compact", "--store", store).failsSaying("is open").code());
    }
  }

  private static void check(Path store, TableOptions options) throws IOException {
    try (Db db = Sheaf.open(store, OPTIONS)) {
      for (Table table : db.tables()) {
        assertEquals(options, table.options());
        for (int i = 0; i < ROWS; i++) {
          byte[] found = db.get(table, key(i));
          assertEquals(
              i % 2 == 0 ? null : new String(value(i), StandardCharsets.US_ASCII),
              found == null ? null : new String(found, StandardCharsets.US_ASCII));
        }
      }
    }
  }
}
