package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Snapshot;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.ClosedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening, closing, sharing, copying: what happens to a store as a whole, on a real disk. */
class StoreLifecycleTest {
  private static final byte[] KEY = {1, 2, 3};
  private static final byte[] VALUE = {4, 5};

  @TempDir Path temporary;

  /** Opens a store and waits to be killed: the other process of a test. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      try (Db db = Sheaf.open(Path.of(arguments[0]), SmallStore.OPTIONS)) {
        db.put(db.openTable("t", SmallStore.TABLE), KEY, VALUE);
        System.out.println("open");
        System.out.flush();
        int ended = System.in.read();
        assert ended < 0;
      }
    }
  }

  @Test
  void directoryThatIsNoStoreIsRefusedAndLeftAlone() throws IOException {
    Path directory = Files.createDirectory(temporary.resolve("home"));
    Files.writeString(directory.resolve("notes.txt"), "mine");
    IOException refused = assertThrows(IOException.class, () -> open(directory).close());
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains("notes.txt") && message.contains("no store"), refused::toString);
    assertEquals(List.of("notes.txt"), names(directory));
    assertEquals("mine", Files.readString(directory.resolve("notes.txt")));
  }

  @Test
  void missingStoreIsNotCreatedUnlessAskedFor() throws IOException {
    Path missing = temporary.resolve("a/b");
    NoSuchFileException refused =
        assertThrows(
            NoSuchFileException.class,
            () -> Sheaf.open(missing, SmallStore.OPTIONS.withCreateIfMissing(false)).close());
    assertTrue(String.valueOf(refused.getMessage()).contains("createIfMissing"), refused::toString);
    assertFalse(Files.exists(temporary.resolve("a")));
    open(missing).close();
    Sheaf.open(missing, SmallStore.OPTIONS.withCreateIfMissing(false)).close();
  }

  @Test
  void secondOpenerInThisProcessIsRefused() throws IOException {
    Path directory = temporary.resolve("store");
    try (Db db = open(directory)) {
      Table table = db.openTable("t", SmallStore.TABLE);
      IOException refused = assertThrows(IOException.class, () -> open(directory).close());
      assertTrue(String.valueOf(refused.getMessage()).contains("LOCK"), refused::toString);
      assertTrue(String.valueOf(refused.getMessage()).contains("this process"), refused::toString);
      db.put(table, KEY, VALUE);
      assertArrayEquals(VALUE, db.get(table, KEY));
    }
    open(directory).close();
  }

  @Test
  void secondProcessIsRefusedUntilTheFirstIsGone() throws Exception {
    Path directory = temporary.resolve("store");
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = other.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("open", output.readLine());
      IOException refused = assertThrows(IOException.class, () -> open(directory).close());
      assertTrue(
          String.valueOf(refused.getMessage()).contains("process " + other.pid()),
          refused::toString);
    } finally {
      other.destroyForcibly();
      other.waitFor();
    }
    try (Db db = open(directory)) {
      assertArrayEquals(VALUE, db.get(db.table("t"), KEY), "acknowledged before it was killed");
    }
  }

  @Test
  void whatOutlivesTheStoreThrowsAndNothingElse() throws Exception {
    Db db = open(temporary.resolve("store"));
    Table table = db.openTable("t", SmallStore.TABLE);
    for (int i = 0; i < 300; i++) {
      db.put(table, new byte[] {'g', 'g', (byte) (i >> 8), (byte) i}, new byte[100]);
      if (i == 200) {
        db.flush();
      }
    }
    Snapshot snapshot = db.snapshot();
    Cursor cursor = db.cursor(table, CursorOptions.ALL);
    assertTrue(cursor.next());
    db.close();
    db.close();
    assertThrows(ClosedException.class, cursor::next);
    assertThrows(ClosedException.class, cursor::key);
    assertThrows(ClosedException.class, cursor::value);
    cursor.close();
    cursor.close();
    assertThrows(ClosedException.class, cursor::next);
    assertThrows(ClosedException.class, () -> db.get(table, KEY, snapshot));
    snapshot.close();
    snapshot.close();
    assertThrows(ClosedException.class, () -> db.get(table, KEY));
    assertThrows(ClosedException.class, () -> db.multiGet(table, List.of(KEY)));
    assertThrows(ClosedException.class, () -> db.put(table, KEY, VALUE));
    assertThrows(ClosedException.class, () -> db.write(new WriteBatch()));
    assertThrows(ClosedException.class, () -> db.cursor(table, CursorOptions.ALL).close());
    assertThrows(ClosedException.class, db::flush);
    assertThrows(ClosedException.class, db::awaitIdle);
    assertThrows(ClosedException.class, () -> db.compact(table, null, null));
    assertThrows(ClosedException.class, () -> db.openTable("u", SmallStore.TABLE));
    assertThrows(ClosedException.class, () -> db.dropTable(table));
    assertThrows(ClosedException.class, db::snapshot);
    assertThrows(ClosedException.class, db::version);
    assertThrows(ClosedException.class, () -> db.checkpoint(temporary.resolve("copy")));
  }

  @Test
  void closedSnapshotIsRefused() throws Exception {
    try (Db db = open(temporary.resolve("store"))) {
      Table table = db.openTable("t", SmallStore.TABLE);
      Snapshot snapshot = db.snapshot();
      snapshot.close();
      assertThrows(ClosedException.class, () -> db.get(table, KEY, snapshot));
      CursorOptions then = CursorOptions.ALL.at(snapshot);
      assertThrows(ClosedException.class, () -> db.cursor(table, then).close());
    }
  }

  @Test
  void checkpointIsAStoreOfItsOwn() throws Exception {
    Path copy = temporary.resolve("copies/one");
    try (Db db = open(temporary.resolve("store"))) {
      Table table = db.openTable("t", SmallStore.TABLE);
      db.put(table, KEY, VALUE);
      for (int i = 0; i < 200; i++) {
        db.put(table, new byte[] {'g', 'g', (byte) i}, new byte[300]);
      }
      db.checkpoint(copy);
      db.put(table, KEY, new byte[] {9});
      db.compact(table, null, null);
      try (Db copied = open(copy)) {
        assertArrayEquals(VALUE, copied.get(copied.table("t"), KEY));
        assertEquals(201, SmallStore.rows(copied, copied.table("t"), CursorOptions.ALL).size());
        copied.put(copied.table("t"), KEY, new byte[] {8});
        copied.compact(copied.table("t"), null, null);
      }
      assertArrayEquals(new byte[] {9}, db.get(table, KEY));
      assertEquals(201, SmallStore.rows(db, table, CursorOptions.ALL).size());
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> db.checkpoint(copy));
      assertTrue(String.valueOf(refused.getMessage()).contains("one"), refused::toString);
    }
    try (Db copied = open(copy)) {
      assertArrayEquals(new byte[] {8}, copied.get(copied.table("t"), KEY));
    }
  }

  @Test
  void droppedTableIsGoneAndItsNameFree() throws Exception {
    Path directory = temporary.resolve("store");
    try (Db db = open(directory)) {
      Table first = db.openTable("t", SmallStore.TABLE);
      Table other = db.openTable("u", SmallStore.TABLE);
      db.put(other, KEY, VALUE);
      for (int i = 0; i < 200; i++) {
        db.put(first, new byte[] {'g', 'g', (byte) i}, new byte[300]);
      }
      db.flush();
      db.put(first, KEY, VALUE);
      try (Cursor reading = db.cursor(first, CursorOptions.ALL)) {
        db.dropTable(first);
        int rows = 0;
        while (reading.next()) {
          rows++;
        }
        assertEquals(201, rows, "an open cursor goes on");
      }
      assertThrows(IllegalArgumentException.class, () -> db.put(first, KEY, VALUE));
      assertThrows(IllegalArgumentException.class, () -> db.get(first, KEY));
      assertThrows(IllegalArgumentException.class, () -> db.table("t"));
      Table second = db.openTable("t", SmallStore.TABLE);
      assertNotEquals(first.id(), second.id());
      assertNull(db.get(second, KEY));
      db.put(second, KEY, new byte[] {7});
      assertArrayEquals(VALUE, db.get(other, KEY));
    }
    try (Db db = open(directory)) {
      Table table = db.table("t");
      assertArrayEquals(new byte[] {7}, db.get(table, KEY));
      assertEquals(1, SmallStore.rows(db, table, CursorOptions.ALL).size());
      assertArrayEquals(VALUE, db.get(db.table("u"), KEY));
      db.flush();
      db.awaitIdle();
      assertEquals(1, SmallStore.rows(db, table, CursorOptions.ALL).size());
    }
  }

  @Test
  void tableOfAnotherStoreIsRefused() throws IOException {
    try (Db one = open(temporary.resolve("one"));
        Db two = open(temporary.resolve("two"))) {
      Table foreign = two.openTable("t", SmallStore.TABLE);
      one.openTable("t", SmallStore.TABLE);
      assertThrows(IllegalArgumentException.class, () -> one.put(foreign, KEY, VALUE));
      assertThrows(IllegalArgumentException.class, () -> one.get(foreign, KEY));
    }
  }

  private static Db open(Path directory) throws IOException {
    return Sheaf.open(directory, SmallStore.OPTIONS);
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }
}
