package io.sheaf.cli.move;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sheaf.cli.CommandRun;
import io.sheaf.cli.DamagedFile;
import io.sheaf.cli.GoldenDirectory;
import io.sheaf.cli.GoldenText;
import io.sheaf.cli.JsonParser;
import io.sheaf.cli.ToolProcess;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.engine.Sheaf;
import io.sheaf.grouping.FixedPrefix;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.table.Keys;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

/** Rows leave a store and come back. */
final class ExportCommandTest {
  private static final DbOptions OPTIONS = DbOptions.DEFAULT.withMemory(32 << 20, 4 << 20);

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"jsonl", "csv"})
  void comesBackByteForByte(String form) throws Exception {
    Path store = randomStore();
    Path first = directory.resolve("first." + form);
    Path second = directory.resolve("second." + form);
    Path copy = directory.resolve("copy");
    CommandRun.of("export", "--store", store, "--form", form, "--out", first).succeeds();
    CommandRun imported =
        CommandRun.of("import", form, "--store", copy, "--prefix-rule", "fixed:2", first);
    assertTrue(imported.succeeds().out().contains("1500"), imported.out());
    CommandRun.of("export", "--store", copy, "--form", form, "--out", second).succeeds();
    assertEquals(-1, Files.mismatch(first, second));
    assertFalse(Files.exists(directory.resolve("first." + form + ".part")));
    try (Db db = Sheaf.open(copy, OPTIONS)) {
      assertEquals("fixed:2", db.table("one").options().prefix().name());
    }
  }

  @Test
  void isOnStandardOutputWhatItIsInAFile() throws Exception {
    Path copy = GoldenDirectory.copy("v1/tiny", directory);
    CommandRun run = ToolProcess.run("export", "--store", copy);
    assertEquals("", run.err());
    GoldenText.check("tiny-export-jsonl", copy, run.succeeds().out());
    Path file = Files.write(directory.resolve("rows"), run.outBytes());
    Path other = directory.resolve("other");
    CommandRun.of("import", "jsonl", "--store", other, "--table", "elsewhere", file).succeeds();
    String csv = CommandRun.of("export", "--store", other, "--form", "csv").succeeds().out();
    GoldenText.check("tiny-export-csv", copy, csv);
  }

  @Test
  void choosesByTablePrefixAndTime() throws Exception {
    Path store = directory.resolve("store");
    try (Db db = Sheaf.open(store, OPTIONS)) {
      Table messages = db.openTable("conversation_message", TableOptions.DEFAULT);
      Table other = db.openTable("other", TableOptions.DEFAULT);
      for (int day = 1; day <= 9; day++) {
        Instant time = Instant.parse("2026-01-0" + day + "T12:00:00Z");
        for (String name : new String[] {"#a", "#b"}) {
          byte[] key = Keys.of(ConversationId.of(name).id(), MessageId.firstAt(time).value());
          db.put(messages, key, ("day " + day).getBytes(StandardCharsets.UTF_8));
        }
        db.put(other, new byte[] {(byte) day}, new byte[0]);
      }
    }
    String days =
        CommandRun.of(
                "export",
                "--store",
                store,
                "--table",
                "conversation_message",
                "--prefix",
                "id:#b",
                "--since",
                "2026-01-03",
                "--until",
                "2026-01-05T12:00:00Z",
                "--form",
                "csv")
            .succeeds()
            .out();
    assertEquals(3, days.lines().count(), days);
    assertTrue(days.contains("day 3") && days.contains("day 4"), days);
    assertEquals(
        2,
        CommandRun.of("export", "--store", store, "--table", "other", "--since", "2026-01-03")
            .failsSaying("keeps no times")
            .code());
    CommandRun.of("export", "--store", store, "--table", "nowhere").failsSaying("no table");
    assertEquals(
        2, CommandRun.of("export", "--store", store, "--since", "soon").failsSaying("time").code());
  }

  @Test
  void saysHowToGoOnWhereItMeetsDamage() throws Exception {
    Path store = randomStore();
    Path damaged = DamagedFile.largest(store, ".sst");
    Path rows = Files.writeString(directory.resolve("rows"), "as before");
    CommandRun run = CommandRun.of("export", "--store", store, "--out", rows);
    assertEquals(1, run.code());
    run.failsSaying(damaged + " is damaged at offset ");
    run.failsSaying("./sheaf verify --store " + store);
    run.failsSaying("./sheaf repair --store " + store + " --into NEWDIR");
    assertEquals("as before", Files.readString(rows));
    assertFalse(Files.exists(directory.resolve("rows.part")));
  }

  /** As behind {@code | head}: more rows than pipe and buffers hold, of which one byte is read. */
  @Test
  void endsQuietlyWhereNobodyReads() throws Exception {
    Path store = directory.resolve("store");
    try (Db db = Sheaf.open(store, OPTIONS)) {
      Table table = db.openTable("t", TableOptions.DEFAULT);
      for (int i = 0; i < 1_000; i++) {
        db.put(table, ("key" + i).getBytes(StandardCharsets.UTF_8), new byte[2_000]);
      }
    }
    Path err = directory.resolve("err");
    Process export = ToolProcess.startPiped(err, "export", "--store", store);
    try {
      assertEquals('{', export.getInputStream().read());
      export.getInputStream().close();
      assertTrue(export.waitFor(120, TimeUnit.SECONDS));
      assertEquals("", Files.readString(err));
      assertEquals(ExitCode.OUTPUT_CLOSED, export.exitValue());
    } finally {
      export.destroyForcibly();
    }
  }

  @Test
  void replacesFilesAndNothingElse() throws Exception {
    Path store = randomStore();
    Path empty = Files.createDirectory(directory.resolve("empty"));
    assertEquals(
        2,
        CommandRun.of("export", "--store", store, "--out", empty)
            .failsSaying("is a directory")
            .code());
    assertTrue(Files.isDirectory(empty));
    assertEquals(
        2,
        CommandRun.of("export", "--store", store, "--out", directory.resolve("none/rows"))
            .failsSaying("no such directory")
            .code());
    Path rows = Files.writeString(directory.resolve("rows"), "as before");
    Path link = Files.createSymbolicLink(directory.resolve("link"), rows);
    CommandRun.of("export", "--store", store, "--out", link).succeeds();
    assertTrue(Files.isSymbolicLink(link));
    assertArrayEquals(
        CommandRun.of("export", "--store", store).succeeds().outBytes(), Files.readAllBytes(rows));
    assertEquals(2, CommandRun.of("export", "--store", store, "--json").code());
    CommandRun json = CommandRun.of("export", "--store", store, "--out", rows, "--json");
    assertEquals(
        1500, JsonParser.number(JsonParser.object(json.succeeds().out().strip()), "rowsExported"));
  }

  /** A device or a pipe in the place of a file stays what it is, and gets the rows. */
  @Test
  void writesToAPipeThatHasAName() throws Exception {
    Path store = randomStore();
    Path pipe = directory.resolve("pipe");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "mkfifo");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Path got = directory.resolve("got");
    Process reader =
        new ProcessBuilder("cat", pipe.toString()).redirectOutput(got.toFile()).start();
    try {
      CommandRun.of("export", "--store", store, "--out", pipe).succeeds();
      assertFalse(Files.isRegularFile(pipe), "the pipe was replaced");
      assertTrue(reader.waitFor(120, TimeUnit.SECONDS));
      assertArrayEquals(
          CommandRun.of("export", "--store", store).succeeds().outBytes(), Files.readAllBytes(got));
    } finally {
      reader.destroyForcibly();
    }
  }

  @Test
  void refusesARuleThatTheTableHasNot() throws Exception {
    Path rows =
        Files.writeString(
            directory.resolve("rows"), "{\"table\":\"t\",\"key\":\"k\",\"value\":\"v\"}\n");
    Path store = directory.resolve("store");
    CommandRun.of("import", "jsonl", "--store", store, "--prefix-rule", "fixed:1", rows).succeeds();
    CommandRun.of("import", "jsonl", "--store", store, "--prefix-rule", "fixed:1", rows).succeeds();
    CommandRun.of("import", "jsonl", "--store", store, rows).succeeds();
    assertEquals(
        2,
        CommandRun.of("import", "jsonl", "--store", store, "--prefix-rule", "fixed:2", rows)
            .failsSaying("--prefix-rule is fixed:2, but table 't' has fixed:1")
            .code());
  }

  @Test
  void namesTheLineThatIsNoRow() throws Exception {
    Path rows = Files.writeString(directory.resolve("rows"), "{\"table\":\"t\",\"key\":\"k\"}\n");
    Path store = directory.resolve("store");
    assertEquals(
        1, CommandRun.of("import", "jsonl", "--store", store, rows).failsSaying("line 1").code());
    assertEquals(
        2,
        CommandRun.of("import", "csv", "--store", store, directory)
            .failsSaying(directory + " is a directory")
            .code());
    assertEquals(
        2,
        CommandRun.of("import", "csv", "--store", store, directory.resolve("none"))
            .failsSaying("no such file")
            .code());
  }

  @Test
  void takesRowsFromRocksDb() throws Exception {
    Path rocks = Files.createDirectory(directory.resolve("rocks"));
    try (Options options = new Options().setCreateIfMissing(true);
        RocksDB db = RocksDB.open(options, rocks.toString())) {
      for (int i = 0; i < 3_000; i++) {
        db.put(
            String.format(java.util.Locale.ROOT, "user%04d", i).getBytes(StandardCharsets.UTF_8),
            ("value " + i).getBytes(StandardCharsets.UTF_8));
      }
    }
    Path store = directory.resolve("store");
    CommandRun run =
        CommandRun.of(
            "import",
            "rocksdb",
            "--store",
            store,
            "--table",
            "chat",
            "--prefix-rule",
            "fixed:6",
            rocks);
    assertTrue(run.succeeds().out().contains("3000"), run.out());
    try (Db db = Sheaf.open(store, OPTIONS)) {
      Table chat = db.table("chat");
      assertEquals("fixed:6", chat.options().prefix().name());
      byte[] value = db.get(chat, "user0042".getBytes(StandardCharsets.UTF_8));
      assertEquals("value 42", new String(value, StandardCharsets.UTF_8));
    }
    CommandRun.of(
            "import", "rocksdb", "--store", store, "--table", "x", "--column-family", "y", rocks)
        .failsSaying("no column family 'y'; name one of these with --column-family: default");
  }

  @Test
  void saysThatThereIsNoRocksDb() throws Exception {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    Path store = directory.resolve("store");
    assertEquals(
        2,
        CommandRun.of("import", "rocksdb", "--store", store, "--table", "t", empty)
            .failsSaying(empty + " is no RocksDB database")
            .code());
    assertFalse(Files.exists(store));
  }

  private Path randomStore() throws IOException, InterruptedException {
    long seed = Long.getLong("sheaf.test.seed", System.nanoTime());
    System.out.println("replay with -Dsheaf.test.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    Path store = directory.resolve("store");
    try (Db db = Sheaf.open(store, OPTIONS)) {
      for (String name : new String[] {"one", "two, with \"signs\"", "three"}) {
        Table table = db.openTable(name, TableOptions.DEFAULT.withPrefix(new FixedPrefix(2)));
        for (int i = 0; i < 500; i++) {
          byte[] key = new byte[5 + random.nextInt(20)];
          random.nextBytes(key);
          byte[] value = new byte[random.nextInt(1_000)];
          random.nextBytes(value);
          db.put(
              table,
              key,
              i % 2 == 0 ? value : ("text \r\n\"" + i + ",").getBytes(StandardCharsets.UTF_8));
        }
        db.flush();
      }
    }
    return store;
  }
}
