package io.sheaf.cli.save;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.CommandRun;
import io.sheaf.cli.JsonParser;
import io.sheaf.cli.ToolProcess;
import io.sheaf.engine.Sheaf;
import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints, backups and restores of stores that are open and that are not. */
final class BackupCommandTest {
  private static final int ROWS = 4_000;
  private static final DbOptions OPTIONS = DbOptions.DEFAULT.withMemory(32 << 20, 4 << 20);

  @TempDir private Path directory;

  @Test
  void copiesAStoreThatIsOpen() throws Exception {
    Path store = directory.resolve("store");
    Path copy = directory.resolve("copy");
    Path backups = directory.resolve("backups");
    Path restored = directory.resolve("restored");
    List<Long> rows;
    try (Db db = Sheaf.open(store, OPTIONS)) {
      write(db, 0, ROWS);
      db.flush();
      write(db, ROWS, ROWS + 500); // in the log only
      rows = rows(db);
      CommandRun checkpoint =
          ToolProcess.run("checkpoint", "--store", store, "--into", copy, "--json");
      assertEquals("", checkpoint.succeeds().err());
      CommandRun.of("backup", "--store", store, "--backup", backups).succeeds();
    }
    assertEquals(rows, rows(copy));
    CommandRun.of("verify", "--store", copy, "--deep").succeeds();
    CommandRun.of("restore", "--backup", backups, "--into", restored).succeeds();
    assertEquals(rows, rows(restored));
    CommandRun.of("verify", "--store", restored, "--deep").succeeds();
  }

  /** Whatever the writer is at, the copy holds a beginning of its writes, with all acknowledged. */
  @Test
  void copiesAStoreThatIsWritten() throws Exception {
    Path store = directory.resolve("store");
    try (Db db = Sheaf.open(store, OPTIONS)) {
      write(db, 0, 1);
      long[] acknowledged = {1, 0}; // rows, and copies that were made
      boolean[] done = {false};
      Thread writer =
          Thread.ofPlatform().name("test-writer").start(() -> writeUntil(db, acknowledged, done));
      try {
        for (int i = 0; i < 4; i++) {
          long before;
          synchronized (acknowledged) {
            before = acknowledged[0];
          }
          Path copy = directory.resolve("copy" + i);
          CommandRun.of("checkpoint", "--store", store, "--into", copy).succeeds();
          noteCopy(acknowledged);
          CommandRun.of("backup", "--store", store, "--backup", directory.resolve("backups"))
              .succeeds();
          noteCopy(acknowledged);
          List<Long> rows = rows(copy);
          assertTrue(rows.size() >= before, rows.size() + " rows, " + before + " acknowledged");
          for (int row = 0; row < rows.size(); row++) {
            assertEquals(row, rows.get(row));
          }
        }
      } finally {
        synchronized (acknowledged) {
          done[0] = true;
          acknowledged.notifyAll();
        }
        writer.join();
      }
    }
    CommandRun.of("backup", "verify", "--backup", directory.resolve("backups")).succeeds();
    Path restored = directory.resolve("restored");
    CommandRun.of(
            "restore", "--backup", directory.resolve("backups"), "--at", 4, "--into", restored)
        .succeeds();
    List<Long> rows = rows(restored);
    assertEquals(rows.size() - 1, rows.getLast());
  }

  private static void noteCopy(long[] acknowledged) {
    synchronized (acknowledged) {
      acknowledged[1]++;
      acknowledged.notifyAll();
    }
  }

  /** However slow the machine is, a copy meets no more than one flush of the writer's own. */
  private static void awaitCopy(long[] acknowledged, boolean[] done) throws InterruptedException {
    synchronized (acknowledged) {
      long copies = acknowledged[1];
      while (acknowledged[1] == copies && !done[0]) {
        acknowledged.wait();
      }
    }
  }

  private static void writeUntil(Db db, long[] acknowledged, boolean[] done) {
    try {
      for (int row = 1; ; row++) {
        write(db, row, row + 1);
        synchronized (acknowledged) {
          acknowledged[0] = row + 1L;
          if (done[0]) {
            return;
          }
        }
        if (row % 20_000 == 0) {
          db.flush();
          awaitCopy(acknowledged, done);
        }
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void keepsBackupsAndCopiesOnlyWhatIsNew() throws Exception {
    Path store = directory.resolve("store");
    Path backups = directory.resolve("backups");
    List<List<Long>> states = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      try (Db db = Sheaf.open(store, OPTIONS)) {
        write(db, i * ROWS, (i + 1) * ROWS);
        db.flush();
        states.add(rows(db));
      }
      Map<String, Object> made =
          JsonParser.object(
              CommandRun.of("backup", "--store", store, "--backup", backups, "--keep", 2, "--json")
                  .succeeds()
                  .out()
                  .strip());
      assertEquals(i + 1, JsonParser.number(made, "backup"));
      if (i > 0) {
        assertTrue(
            JsonParser.number(made, "copiedBytes") < JsonParser.number(made, "sizeBytes"),
            made.toString());
      }
    }
    Map<String, Object> again =
        JsonParser.object(
            CommandRun.of("backup", "--store", store, "--backup", backups, "--json")
                .succeeds()
                .out()
                .strip());
    assertTrue(JsonParser.number(again, "copiedBytes") < 4096, again.toString());
    String list = CommandRun.of("backup", "list", "--backup", backups).succeeds().out();
    assertFalse(list.contains("id 1 "), list);
    assertTrue(list.contains("id 2 ") && list.contains("id 4 "), list);
    CommandRun.of("backup", "verify", "--backup", backups).succeeds();
    Path second = directory.resolve("second");
    CommandRun.of("restore", "--backup", backups, "--at", "2", "--into", second).succeeds();
    assertEquals(states.get(1), rows(second));
    Path newest = directory.resolve("newest");
    CommandRun.of("restore", "--backup", backups, "--into", newest).succeeds();
    assertEquals(states.get(2), rows(newest));
  }

  @Test
  void damageIsFoundAndNeverRestored() throws Exception {
    Path store = directory.resolve("store");
    Path backups = directory.resolve("backups");
    try (Db db = Sheaf.open(store, OPTIONS)) {
      write(db, 0, ROWS);
      db.flush();
    }
    CommandRun.of("backup", "--store", store, "--backup", backups).succeeds();
    Path largest = largest(backups.resolve("files"));
    byte[] bytes = Files.readAllBytes(largest);
    bytes[bytes.length / 3] ^= 4;
    Files.write(largest, bytes);
    CommandRun verify = CommandRun.of("backup", "verify", "--backup", backups);
    assertEquals(1, verify.code());
    assertEquals("", verify.err());
    assertTrue(verify.out().contains(largest.getFileName() + " at 0"), verify.out());
    Path restored = directory.resolve("restored");
    CommandRun.of("restore", "--backup", backups, "--into", restored)
        .failsSaying("is damaged at offset 0");
    assertFalse(Files.exists(restored.resolve("CURRENT")));
    Files.write(largest, java.util.Arrays.copyOf(bytes, 100));
    assertEquals(1, CommandRun.of("backup", "verify", "--backup", backups).code());
    CommandRun.of("backup", "--store", store, "--backup", backups).succeeds(); // takes it in again
    CommandRun.of("backup", "verify", "--backup", backups).succeeds();
    CommandRun.of("restore", "--backup", backups, "--into", restored).succeeds();
    assertEquals(ROWS, rows(restored).size());
  }

  @Test
  void saysWhichNewerBackupsWerePassedOver() throws Exception {
    Path store = directory.resolve("store");
    Path backups = directory.resolve("backups");
    for (int i = 1; i <= 3; i++) {
      try (Db db = Sheaf.open(store, OPTIONS)) {
        write(db, 0, i * 100);
      }
      CommandRun.of("backup", "--store", store, "--backup", backups).succeeds();
    }
    damage(backups.resolve("000003.backup"));
    Path newest = directory.resolve("newest");
    CommandRun run = CommandRun.of("restore", "--backup", backups, "--into", newest);
    assertEquals(1, run.code());
    assertEquals("", run.err());
    assertTrue(run.out().contains("000003.backup at "), run.out());
    assertTrue(run.out().contains("was passed over"), run.out());
    assertEquals(200, rows(newest).size());
    CommandRun.of("restore", "--backup", backups, "--at", 2, "--into", directory.resolve("second"))
        .succeeds();
    Path third = directory.resolve("third");
    assertEquals(
        1,
        CommandRun.of("restore", "--backup", backups, "--at", 3, "--into", third)
            .failsSaying("000003.backup is damaged at offset")
            .failsSaying("./sheaf backup verify --backup " + backups)
            .code());
    damage(backups.resolve("000001.backup"));
    damage(backups.resolve("000002.backup"));
    assertEquals(
        1,
        CommandRun.of("restore", "--backup", backups, "--into", third)
            .failsSaying("000003.backup is damaged at offset")
            .code());
    assertFalse(Files.exists(third));
  }

  /** It holds files back that are of no use, so every command says so, and what to remove. */
  @Test
  void saysHowToGetRidOfADamagedRecord() throws Exception {
    Path store = directory.resolve("store");
    Path backups = directory.resolve("backups");
    try (Db db = Sheaf.open(store, OPTIONS)) {
      write(db, 0, 100);
    }
    CommandRun.of("backup", "--store", store, "--backup", backups).succeeds();
    Path record = backups.resolve("000001.backup");
    damage(record);
    for (String command : List.of("list", "verify")) {
      CommandRun run = CommandRun.of("backup", command, "--backup", backups);
      assertEquals(1, run.code());
      assertTrue(run.out().contains("it is the record of backup 1"), run.out());
      assertTrue(run.out().contains("by removing " + record), run.out());
    }
    try (Db db = Sheaf.open(store, OPTIONS)) {
      write(db, 100, 200);
    }
    CommandRun held =
        CommandRun.of("backup", "--store", store, "--backup", backups, "--keep", 1, "--json");
    assertEquals(1, held.code());
    assertTrue(held.out().contains("by removing " + record), held.out());
    assertEquals(2, JsonParser.number(JsonParser.object(held.out().strip()), "backup"));
    int files = count(backups.resolve("files"));
    Files.delete(record);
    CommandRun.of("backup", "--store", store, "--backup", backups, "--keep", 1).succeeds();
    assertTrue(count(backups.resolve("files")) < files, "nothing was removed");
    CommandRun.of("backup", "verify", "--backup", backups).succeeds();
  }

  private static int count(Path files) throws IOException {
    try (Stream<Path> all = Files.list(files)) {
      return Math.toIntExact(all.count());
    }
  }

  @Test
  void makesADamagedCopyAnew() throws Exception {
    Path store = directory.resolve("store");
    Path backups = directory.resolve("backups");
    List<Long> rows;
    try (Db db = Sheaf.open(store, OPTIONS)) {
      write(db, 0, ROWS);
      db.flush();
      rows = rows(db);
    }
    for (int i = 0; i < 2; i++) {
      CommandRun.of("backup", "--store", store, "--backup", backups).succeeds();
    }
    try (Stream<Path> files = Files.list(backups.resolve("files"))) {
      for (Path file : files.toList()) {
        damage(file);
      }
    }
    CommandRun found = CommandRun.of("backup", "verify", "--backup", backups);
    assertEquals(1, found.code());
    assertTrue(found.out().contains(".sst of backup 1, 2. Where"), found.out());
    CommandRun.of("backup", "--store", store, "--backup", backups, "--read-all").succeeds();
    CommandRun.of("backup", "verify", "--at", 3, "--backup", backups).succeeds();
    Path restored = directory.resolve("restored");
    CommandRun.of("restore", "--backup", backups, "--at", 3, "--into", restored).succeeds();
    assertEquals(rows, rows(restored));
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void saysWhatItDoesNotUnderstand() throws Exception {
    Path store = directory.resolve("store");
    Path backups = directory.resolve("backups");
    assertEquals(2, CommandRun.of("backup").failsSaying("--store").code());
    assertEquals(
        2, CommandRun.of("backup", "--store", store, "--backup", backups).failsSaying("no").code());
    assertFalse(Files.exists(backups));
    try (Db db = Sheaf.open(store, OPTIONS)) {
      write(db, 0, 10);
    }
    assertEquals(2, CommandRun.of("backup", "--store", store).failsSaying("--backup").code());
    assertEquals(
        2,
        CommandRun.of("backup", "--store", store, "--backup", backups, "--keep", 0)
            .failsSaying("--keep")
            .code());
    Path other = Files.createDirectory(directory.resolve("other"));
    Files.writeString(other.resolve("note"), "mine");
    CommandRun.of("backup", "--store", store, "--backup", other).failsSaying("holds 'note'");
    assertEquals(
        2, CommandRun.of("backup", "verify", "--backup", other).failsSaying("no backup in").code());
    Files.move(other.resolve("note"), other.resolve("mine.part"));
    CommandRun.of("backup", "--store", store, "--backup", other).failsSaying("holds 'mine.part'");
    CommandRun.of("backup", "--store", store, "--backup", backups).succeeds();
    assertEquals(
        2,
        CommandRun.of("restore", "--backup", backups, "--at", 9, "--into", directory.resolve("r"))
            .failsSaying("no backup 9")
            .code());
    assertEquals(
        2,
        CommandRun.of("restore", "--backup", backups, "--at", "", "--into", directory.resolve("r"))
            .failsSaying("--at must be")
            .code());
    Path day = directory.resolve("day");
    CommandRun.of("restore", "--backup", backups, "--at", "2000-01-01", "--into", day)
        .failsSaying("no backup 2000-01-01");
    CommandRun.of("restore", "--backup", backups, "--at", "3000-01-01", "--into", day).succeeds();
    assertEquals(
        2,
        CommandRun.of("restore", "--backup", backups, "--into", store)
            .failsSaying("not empty")
            .code());
    assertEquals(
        2,
        CommandRun.of("checkpoint", "--store", store, "--into", backups)
            .failsSaying("missing or empty")
            .code());
  }

  private static void write(Db db, int from, int to) throws IOException {
    Table table = db.openTable("message", TableOptions.DEFAULT.withPrefix(new FixedPrefix(4)));
    for (int row = from; row < to; row++) {
      byte[] key = ByteBuffer.allocate(8).putInt(0).putInt(row).array();
      db.write(new WriteBatch().put(table, key, new byte[200]), Durability.WRITTEN);
    }
  }

  private static List<Long> rows(Path store) throws IOException {
    try (Db db = Sheaf.open(store, OPTIONS.withCreateIfMissing(false))) {
      return rows(db);
    }
  }

  private static List<Long> rows(Db db) throws IOException {
    List<Long> rows = new ArrayList<>();
    try (Cursor cursor = db.cursor(db.table("message"), CursorOptions.ALL)) {
      while (cursor.next()) {
        rows.add(cursor.key().longAt(0));
        assertEquals(200, cursor.value().length());
      }
    }
    return rows;
  }

  private static Path largest(Path files) throws IOException {
    try (Stream<Path> all = Files.list(files)) {
      return all.max(java.util.Comparator.comparingLong(file -> file.toFile().length()))
          .orElseThrow();
    }
  }
}
