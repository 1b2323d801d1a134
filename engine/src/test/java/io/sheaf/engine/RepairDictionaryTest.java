package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.repair.RepairReport;
import io.sheaf.engine.repair.StoreRepair;
import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dictionary that is damaged in one file and whole in another costs no row. */
final class RepairDictionaryTest {
  private static final Path INTO = Path.of("/into");
  private static final int ROWS = 4_000;

  /** Where the length of the dictionary of a value file stands, and the dictionary. */
  private static final int LENGTH_AT = 36;

  private static final int DICTIONARY_AT = 44;

  private StoreImage whole;
  private NavigableMap<Slice, Slice> rows;

  /** A table whose SSTable and value file hold the same dictionary. */
  @BeforeEach
  void build() throws Exception {
    MemoryFileSystem disk = new MemoryFileSystem();
    try (Db db = SmallStore.open(disk, DbOptions.DEFAULT)) {
      Table table =
          db.openTable(
              "chat",
              SmallStore.TABLE
                  .withDictionaryBytes(1 << 10)
                  .withCompression(Compression.zstd(1), Compression.zstd(1)));
      Random random = new Random(1);
      for (int i = 0; i < ROWS; i++) {
        WriteBatch batch = new WriteBatch();
        byte[] key = ByteBuffer.allocate(6).putShort((short) (i % 50)).putInt(i).array();
        String value = "{\"from\":\"user-" + random.nextInt(99) + "\",\"text\":\"";
        value += Long.toString(random.nextLong(), 36).repeat(2) + "\"}";
        batch.put(table, key, value.getBytes(StandardCharsets.UTF_8));
        db.write(batch);
      }
      db.flush();
      db.compact(table, null, null);
      rows = SmallStore.rows(db, table, CursorOptions.ALL);
    }
    whole = StoreImage.of(disk, SmallStore.DIRECTORY);
    assertTrue(dictionaryBytes() > 0, "a dictionary");
  }

  private String valueFile() {
    return whole.names(".val").getFirst();
  }

  private int dictionaryBytes() {
    return ByteBuffer.wrap(whole.content(valueFile()))
        .order(ByteOrder.LITTLE_ENDIAN)
        .getInt(LENGTH_AT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dictionary", "its checksum", "header", "table", "all but the checksum"})
  void isTakenFromAnotherFile(String what) throws Exception {
    byte[] content = whole.content(valueFile());
    switch (what) {
      case "dictionary" -> content[DICTIONARY_AT + 300] ^= 1;
      case "its checksum" -> content[DICTIONARY_AT + dictionaryBytes()] ^= 1;
      case "header" -> content[3] ^= 1;
      case "table" -> content[LENGTH_AT] ^= 1;
      default -> Arrays.fill(content, 0, DICTIONARY_AT + dictionaryBytes(), (byte) 0);
    }
    comesBack(whole.with(valueFile(), content), valueFile());
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 40, 41, 300})
  void ofAnSstableToo(int offset) throws Exception {
    String name = whole.names(".sst").getFirst();
    byte[] content = whole.content(name);
    content[offset] ^= 1;
    comesBack(whole.with(name, content), name);
  }

  @Test
  void withoutTheManifestToo() throws Exception {
    byte[] content = whole.content(valueFile());
    content[DICTIONARY_AT + 300] ^= 1;
    StoreImage damaged = whole.with(valueFile(), content);
    for (String manifest : whole.names(".manifest")) {
      damaged = damaged.without(manifest);
    }
    comesBack(damaged, valueFile());
  }

  /** What no file confirms is not taken, and rows are said to be lost. */
  @Test
  void whereNoFileHasItNothingIsMadeUp() throws Exception {
    StoreImage damaged = whole;
    for (String suffix : List.of(".val", ".sst")) {
      for (String name : whole.names(suffix)) {
        byte[] content = whole.content(name);
        content[DICTIONARY_AT + 300] ^= 1;
        damaged = damaged.with(name, content);
      }
    }
    MemoryFileSystem disk = damaged.onDisk(SmallStore.DIRECTORY);
    assertFalse(repair(disk).isComplete());
    for (Map.Entry<Slice, Slice> row : rowsOf(disk).entrySet()) {
      assertEquals(rows.get(row.getKey()), row.getValue());
    }
  }

  private void comesBack(StoreImage damaged, String file) throws Exception {
    MemoryFileSystem disk = damaged.onDisk(SmallStore.DIRECTORY);
    RepairReport report = repair(disk);
    assertEquals(List.of(), report.losses());
    assertTrue(
        report.damages().stream().anyMatch(finding -> finding.file().equals(file)),
        report::toString);
    assertEquals(rows, rowsOf(disk));
    byte[] after = StoreImage.of(disk, SmallStore.DIRECTORY).content(file);
    assertTrue(Arrays.equals(damaged.content(file), after), "the damaged store was changed");
  }

  private static RepairReport repair(MemoryFileSystem disk) throws IOException {
    return StoreRepair.repair(
        Sheaf.components().withFileSystem(disk), SmallStore.DIRECTORY, INTO, step -> {});
  }

  private static NavigableMap<Slice, Slice> rowsOf(MemoryFileSystem disk) throws IOException {
    try (Db db = SmallStore.open(disk, INTO)) {
      return SmallStore.rows(db, db.table("chat"), CursorOptions.ALL);
    }
  }
}
