package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.lsm.version.TableState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a dictionary is for: rows that resemble one another take less room. */
class DictionaryStoreTest {
  private static final Path DIRECTORY = Path.of("/store");
  private static final int GROUPS = 40;
  private static final int ROWS = 60;

  /** Where the length of the dictionary of a value file stands, and the dictionary. */
  private static final int LENGTH_AT = 36;

  private static final int DICTIONARY_AT = 44;

  private final MemoryFileSystem files = new MemoryFileSystem();

  private Db open() throws IOException {
    return Db.open(DIRECTORY, DbOptions.DEFAULT, Sheaf.components().withFileSystem(files));
  }

  private static TableOptions options(int dictionaryBytes, int separationBytes) {
    return TableOptions.DEFAULT
        .withPrefix(new FixedPrefix(4))
        .withSeparationBytes(separationBytes)
        .withBlockBytes(1 << 10, 1 << 10)
        .withDictionaryBytes(dictionaryBytes);
  }

  private static byte[] key(int group, int row) {
    return ByteBuffer.allocate(8).putInt(group).putInt(row).array();
  }

  private static byte[] value(int group, int row) {
    Random random = new Random(group * 1000L + row);
    String text =
        "{\"sender\":\"user-"
            + random.nextInt(1000)
            + "\",\"kind\":\"text\",\"channel\":\"sheaf\",\"body\":\""
            + Long.toString(random.nextLong(), 36)
            + "\"}";
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void fill(Db db, Table table) throws IOException, InterruptedException {
    WriteBatch batch = new WriteBatch();
    for (int group = 0; group < GROUPS; group++) {
      for (int row = 0; row < ROWS; row++) {
        batch.put(table, key(group, row), value(group, row));
      }
    }
    db.write(batch);
    db.flush();
  }

  private static long bytes(Db db, Table table) {
    TableState state = Objects.requireNonNull(db.version().table(table.id()));
    long bytes = state.valueFiles().values().stream().mapToLong(file -> file.sizeBytes()).sum();
    return bytes
        + state.runs().stream()
            .flatMap(run -> run.files().stream())
            .mapToLong(file -> file.sizeBytes())
            .sum();
  }

  private static void check(Db db, Table table) throws IOException {
    for (int group = 0; group < GROUPS; group++) {
      for (int row = 0; row < ROWS; row++) {
        assertArrayEquals(value(group, row), db.get(table, key(group, row)));
      }
    }
  }

  @Test
  void separatedAndInlineRowsTakeLessRoomAlsoAfterReopeningAndMerging() throws Exception {
    for (int separationBytes : new int[] {1, TableOptions.NEVER_SEPARATE}) {
      String name = "separated from " + separationBytes;
      long with;
      long without;
      try (Db db = open()) {
        Table learned = db.openTable("with " + name, options(2 << 10, separationBytes));
        fill(db, learned);
        with = bytes(db, learned);
        Table plain = db.openTable("without " + name, options(0, separationBytes));
        fill(db, plain);
        without = bytes(db, plain);
        assertTrue(with * 10 < without * 9, with + " bytes, and without " + without);
      }
      try (Db db = open()) {
        Table learned = db.table("with " + name);
        check(db, learned);
        db.compact(learned, null, null);
        long merged = bytes(db, learned);
        assertTrue(merged * 10 < without * 9, merged + " bytes merged, and without " + without);
        check(db, learned);
      }
    }
  }

  @Test
  void isLearnedThoughATableWasMergedBeforeItHadRowsEnough() throws Exception {
    try (Db db = open()) {
      Table learned = db.openTable("with", options(2 << 10, 1));
      db.put(learned, key(0, 0), value(0, 0));
      db.compact(learned, null, null);
      fill(db, learned);
      Table plain = db.openTable("without", options(0, 1));
      fill(db, plain);
      long with = bytes(db, learned);
      long without = bytes(db, plain);
      assertTrue(with * 20 < without * 19, with + " bytes, and without " + without);
      check(db, learned);
    }
  }

  @Test
  void isNotLearnedAnewAfterEachOpening() throws Exception {
    try (Db db = open()) {
      fill(db, db.openTable("with", options(2 << 10, 1)));
    }
    Set<Slice> learned = dictionaries();
    assertEquals(1, learned.size());
    try (Db db = open()) {
      fillOtherwise(db, db.table("with"));
    }
    assertEquals(learned, dictionaries());
  }

  /** What was written must be flushed, whatever has become of the file that has the dictionary. */
  @Test
  void isLearnedAnewWhereItCannotBeRead() throws Exception {
    try (Db db = open()) {
      fill(db, db.openTable("with", options(2 << 10, 1)));
    }
    StoreImage image = StoreImage.of(files, DIRECTORY);
    String name = image.names(".sst").getFirst();
    byte[] content = image.content(name);
    content[DICTIONARY_AT + 300] ^= 1;
    MemoryFileSystem damaged = image.with(name, content).onDisk(DIRECTORY);
    try (Db db =
        Db.open(DIRECTORY, DbOptions.DEFAULT, Sheaf.components().withFileSystem(damaged))) {
      Table table = db.table("with");
      fillOtherwise(db, table);
      assertArrayEquals(otherValue(ROWS), db.get(table, key(GROUPS, ROWS)));
    }
  }

  private static byte[] otherValue(int row) {
    Random random = new Random(row);
    return ("<message to='" + random.nextInt(500) + "'>" + random.nextLong() + "</message>")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Rows that would teach another dictionary. */
  private static void fillOtherwise(Db db, Table table) throws IOException, InterruptedException {
    WriteBatch batch = new WriteBatch();
    for (int row = 0; row < GROUPS * ROWS; row++) {
      batch.put(table, key(GROUPS, row), otherValue(row));
    }
    db.write(batch);
    db.flush();
  }

  /** Those of all value files. */
  private Set<Slice> dictionaries() throws IOException {
    StoreImage image = StoreImage.of(files, DIRECTORY);
    Set<Slice> all = new HashSet<>();
    for (String name : image.names(".val")) {
      ByteBuffer content = ByteBuffer.wrap(image.content(name)).order(ByteOrder.LITTLE_ENDIAN);
      byte[] dictionary = new byte[content.getInt(LENGTH_AT)];
      content.get(DICTIONARY_AT, dictionary);
      all.add(Slice.of(dictionary));
    }
    return all;
  }
}
