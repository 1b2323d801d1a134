package io.sheaf.cli.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.CommandRun;
import io.sheaf.cli.JsonParser;
import io.sheaf.engine.Sheaf;
import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands verify and repair, as people and scripts run them. */
final class RepairCommandTest {
  private static final int ROWS = 2_000;
  private static final DbOptions OPTIONS = DbOptions.DEFAULT.withMemory(32 << 20, 4 << 20);

  @TempDir private Path directory;
  private Path store = Path.of("");
  private Path into = Path.of("");

  @BeforeEach
  void build() throws IOException, InterruptedException {
    store = directory.resolve("store");
    into = directory.resolve("into");
    try (Db db = Sheaf.open(store, OPTIONS)) {
      Table table = db.openTable("message", TableOptions.DEFAULT.withPrefix(new FixedPrefix(8)));
      for (int i = 0; i < ROWS; i++) {
        db.put(table, key(i), value(i));
      }
      db.flush();
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
  void aWholeStoreIsFine() {
    String plain = CommandRun.of("verify", "--store", store).succeeds().out();
    assertTrue(plain.contains("No findings."), plain);
    String deep = CommandRun.of("verify", "--store", store, "--deep").succeeds().out();
    assertTrue(deep.contains("2,000 rows"), deep);
    String repaired = CommandRun.of("repair", "--store", store, "--into", into).succeeds().out();
    assertTrue(repaired.contains("All rows were brought back."), repaired);
    assertTrue(repaired.contains("table message: 2,000 rows"), repaired);
    CommandRun.of("verify", "--store", into, "--deep").succeeds();
  }

  @Test
  void aFileThatIsGoneIsNamed() throws IOException {
    Files.delete(file(".val"));
    CommandRun found = CommandRun.of("verify", "--store", store, "--deep");
    assertEquals(1, found.code(), found.err());
    assertTrue(found.out().contains("there is no such file"), found.out());
    assertFalse(found.out().contains("java."), found.out());
  }

  @Test
  void damageIsNamedAndTheRestBroughtBack() throws IOException {
    Path values = file(".val");
    byte[] content = Files.readAllBytes(values);
    content[content.length / 2] ^= 1;
    Files.write(values, content);
    CommandRun found = CommandRun.of("verify", "--store", store, "--deep");
    assertEquals(1, found.code(), found.err());
    assertTrue(found.out().contains(values.getFileName() + " at "), found.out());
    assertTrue(found.out().contains("table message, prefix 'user100"), found.out());
    assertTrue(
        found.out().contains("./sheaf repair --store " + store + " --into NEWDIR"), found.out());
    CommandRun repaired = CommandRun.of("repair", "--store", store, "--into", into, "--json");
    assertEquals(1, repaired.code(), repaired.err());
    Map<String, Object> report = JsonParser.object(repaired.out().strip());
    List<?> losses = (List<?>) Objects.requireNonNull(report.get("losses"));
    assertEquals(1, losses.size(), repaired.out());
    @SuppressWarnings("unchecked")
    Map<String, Object> loss = (Map<String, Object>) losses.getFirst();
    assertEquals("message", loss.get("table"));
    assertEquals(loss.get("fromPrefix"), loss.get("toPrefix"));
    double lost = JsonParser.number(loss, "rows");
    assertTrue(lost > 0 && lost < ROWS / 4, repaired.out());
    @SuppressWarnings("unchecked")
    Map<String, Object> table =
        (Map<String, Object>) ((List<?>) Objects.requireNonNull(report.get("tables"))).getFirst();
    assertEquals(ROWS - lost, JsonParser.number(table, "rows"));
  }

  @Test
  void aStoreWithoutManifestIsRefusedWithTheWayToRepair() throws IOException {
    Files.delete(file(".manifest"));
    CommandRun.of("stats", "--store", store).failsSaying("./sheaf repair --store ");
    CommandRun.of("repair", "--store", store, "--into", into).succeeds();
    assertTrue(CommandRun.of("stats", "--store", into).succeeds().out().contains("2,000 rows"));
  }

  @Test
  void wrongUseAndAStoreInUseHaveCodesOfTheirOwn() throws IOException {
    assertEquals(2, CommandRun.of("verify").failsSaying("--store").code());
    assertEquals(
        2,
        CommandRun.of("verify", "--store", directory.resolve("x")).failsSaying("no such").code());
    assertEquals(
        2,
        CommandRun.of("repair", "--store", store, "--into", store)
            .failsSaying("missing or empty")
            .code());
    Path other = Files.createDirectory(directory.resolve("other"));
    CommandRun.of("verify", "--store", other).failsSaying("is not a Sheaf store");
    try (Db db = Sheaf.open(store, OPTIONS)) {
      assertFalse(db.tables().isEmpty());
      CommandRun run = CommandRun.of("verify", "--store", store).failsSaying("is open");
      assertEquals(3, run.code());
      run.failsSaying("./sheaf checkpoint --store " + store + " --into NEWDIR");
      assertEquals(
          3,
          CommandRun.of("repair", "--store", store, "--into", into).failsSaying("is open").code());
    }
    assertFalse(Files.exists(into));
  }

  @Test
  void nothingIsMadeWithinTheStoreThatItIsMadeOf() throws IOException {
    Path within = store.resolve("repaired");
    Path link = Files.createSymbolicLink(directory.resolve("link"), store);
    Path deeper = Files.createDirectories(directory.resolve("deeper"));
    Path other = Files.createDirectory(directory.resolve("other"));
    Files.createSymbolicLink(deeper.resolve("link"), other); // whose ".." is that of the other
    List<Path> targets =
        List.of(
            within,
            link.resolve("a/b"),
            store.resolve("../store/x"),
            deeper.resolve("link/../store/x"),
            directory.resolve("missing/../store/x"),
            directory.resolve("missing/../deeper/link/../store/x"));
    for (Path target : targets) {
      CommandRun.of("repair", "--store", store, "--into", target)
          .failsSaying("outside of the store");
      CommandRun.of("checkpoint", "--store", store, "--into", target)
          .failsSaying("outside of the store");
      CommandRun.of("compact", "--store", store, "--into", target)
          .failsSaying("outside of the store");
      assertEquals(
          2,
          CommandRun.of("backup", "--store", store, "--backup", target)
              .failsSaying("outside of the store")
              .code());
    }
    assertFalse(Files.exists(within));
    assertFalse(Files.exists(store.resolve("x")));
    CommandRun.of("repair", "--store", store, "--into", directory.resolve("store2")).succeeds();
    CommandRun.of("repair", "--store", store, "--into", deeper.resolve("link/../store3"))
        .succeeds();
    assertTrue(Files.exists(directory.resolve("store3")));
  }

  @Test
  void whatACrashLeftBehindIsNamedOnlyWhereNothingIsWrong() throws IOException {
    Path keys = file(".sst");
    Path stray = Files.copy(keys, store.resolve("000900.sst"));
    String fine = CommandRun.of("verify", "--store", store).succeeds().out();
    assertTrue(fine.contains("deleted at the next opening: " + stray.getFileName()), fine);
    try (Stream<Path> files = Files.list(store)) {
      for (Path log : files.filter(file -> file.toString().endsWith(".log")).toList()) {
        Files.delete(log);
      }
    }
    CommandRun.of("stats", "--store", store).failsSaying(".log");
    CommandRun plain = CommandRun.of("verify", "--store", store);
    CommandRun deep = CommandRun.of("verify", "--store", store, "--deep");
    for (CommandRun found : List.of(plain, deep)) {
      assertEquals(1, found.code(), found.err());
      assertFalse(found.out().contains("deleted at the next opening"), found.out());
    }
  }

  @Test
  void rowsThatCannotBeReadAreNotCountedAsChecked() throws IOException {
    Path keys = file(".sst");
    byte[] content = Files.readAllBytes(keys);
    Files.write(keys, new byte[content.length]);
    CommandRun gone = CommandRun.of("verify", "--store", store, "--deep");
    assertEquals(1, gone.code(), gone.err());
    assertTrue(gone.out().contains(", 0 rows"), gone.out());
  }

  @Test
  void writesThatAreInNoSstableYetAreCounted() throws IOException, InterruptedException {
    Path killed = Files.createDirectory(directory.resolve("killed"));
    try (Db db = Sheaf.open(store, OPTIONS)) {
      Table table = db.openTable("message", TableOptions.DEFAULT.withPrefix(new FixedPrefix(8)));
      for (int i = ROWS; i < ROWS + 3; i++) {
        db.put(table, key(i), value(i));
      }
      try (Stream<Path> files = Files.list(store)) {
        for (Path file : files.toList()) {
          Files.copy(file, killed.resolve(file.getFileName())); // as a process leaves them
        }
      }
    }
    String plain = CommandRun.of("verify", "--store", killed).succeeds().out();
    assertTrue(plain.contains("with 3 writes"), plain);
    String deep = CommandRun.of("verify", "--store", killed, "--deep").succeeds().out();
    assertTrue(deep.contains("with 3 writes, 2,000 rows in SSTables"), deep);
  }

  @Test
  void anEmptyFileIsNamedInWordsThatMakeSense() throws IOException {
    Files.write(file(".sst"), new byte[0]);
    CommandRun found = CommandRun.of("verify", "--store", store, "--deep");
    assertTrue(
        found.out().contains("expected data blocks, found the end of the file"), found.out());
    CommandRun repaired = CommandRun.of("repair", "--store", store, "--into", into);
    assertEquals(1, repaired.code(), repaired.err());
    assertTrue(
        repaired.out().contains("table message, rows from prefix 'user1000'"), repaired.out());
    CommandRun.of("verify", "--store", into, "--deep").succeeds();
  }

  @Test
  void aFileOfAnotherKindIsToldByItsName() throws IOException {
    Path manifest = file(".manifest");
    Files.copy(file(".log"), manifest, StandardCopyOption.REPLACE_EXISTING);
    CommandRun found = CommandRun.of("verify", "--store", store);
    String line =
        found.out().lines().filter(each -> each.contains(" at 10: ")).findFirst().orElse("");
    assertTrue(
        line.matches(".*: expected [^,]*MANIFEST number \\d+, found LOG number \\d+"), found.out());
    assertFalse(line.contains(store.toString()), line);
    CommandRun.of("stats", "--store", store).failsSaying("found LOG number ");
  }

  @Test
  void aDamagedVersionIsNoNewerRelease() throws IOException {
    Path log = file(".log");
    byte[] content = Files.readAllBytes(log);
    content[8] = 9; // the version, which the checksum of the header covers
    Files.write(log, content);
    CommandRun opened =
        CommandRun.of("stats", "--store", store)
            .failsSaying("it is damaged, or of a newer release");
    opened.failsSaying("./sheaf repair --store ");
    assertFalse(opened.err().contains("open it with"), opened.err());
  }

  private Path file(String kind) throws IOException {
    try (Stream<Path> files = Files.list(store)) {
      return files.filter(file -> file.toString().endsWith(kind)).findFirst().orElseThrow();
    }
  }
}
