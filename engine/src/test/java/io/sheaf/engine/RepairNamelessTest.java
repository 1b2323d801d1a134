package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.repair.RepairReport;
import io.sheaf.engine.repair.StoreRepair;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.NoCompaction;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of an SSTable that does not say of which table it is are mixed with no other table's. */
final class RepairNamelessTest {
  private static final Path INTO = Path.of("/into");

  /** Bytes of the footer, and of the end of the properties before it. */
  private static final int END_BYTES = 60;

  private static final TableOptions INLINE =
      SmallStore.TABLE.withSeparationBytes(TableOptions.NEVER_SEPARATE);

  private final MemoryFileSystem disk = new MemoryFileSystem();

  /**
   * Both tables have the same keys; the newest SSTable, of the second table, has lost its end.
   *
   * @param where what else of the first table there is: an older SSTable, or only the log
   */
  @ParameterizedTest
  @ValueSource(strings = {"sstable", "log"})
  void rowsThatNobodyOwnsGetATableOfTheirOwn(String where) throws Exception {
    try (Db db = open(SmallStore.DIRECTORY)) {
      Table chat = db.openTable("chat", INLINE);
      Table queue = db.openTable("queue", INLINE);
      if (where.equals("sstable")) {
        write(db, chat, "chat");
        db.flush();
        write(db, queue, "queue");
        db.flush();
      } else {
        write(db, queue, "queue");
        db.flush();
        write(db, chat, "chat");
      }
    }
    StoreImage image = StoreImage.of(disk, SmallStore.DIRECTORY);
    for (String manifest : image.names(".manifest")) {
      image = image.without(manifest);
    }
    String newest = image.names(".sst").getLast();
    byte[] content = image.content(newest);
    image = image.with(newest, Arrays.copyOf(content, content.length - END_BYTES));
    MemoryFileSystem damaged = image.onDisk(SmallStore.DIRECTORY);
    RepairReport report =
        StoreRepair.repair(parts(damaged), SmallStore.DIRECTORY, INTO, step -> {});
    String ofChat = where.equals("sstable") ? "chat" : "table-1";
    String nameless = "lost-" + Integer.parseInt(newest.substring(0, newest.indexOf('.')));
    try (Db db = Db.open(INTO, SmallStore.OPTIONS, parts(damaged))) {
      assertEquals(
          List.of(nameless, ofChat).stream().sorted().toList(),
          db.tables().stream().map(Table::name).sorted().toList(),
          report::toString);
      assertEquals(rows("chat"), SmallStore.rows(db, db.table(ofChat), CursorOptions.ALL));
      assertEquals(rows("queue"), SmallStore.rows(db, db.table(nameless), CursorOptions.ALL));
    }
    assertTrue(report.notes().toString().contains("'" + nameless + "'"), report::toString);
  }

  private Db open(Path directory) throws IOException {
    return Db.open(directory, SmallStore.OPTIONS, parts(disk));
  }

  private static Components parts(MemoryFileSystem disk) {
    return Sheaf.components().withFileSystem(disk).withCompactors(NoCompaction::new);
  }

  private static void write(Db db, Table table, String text) throws IOException {
    WriteBatch batch = new WriteBatch();
    rows(text).forEach((key, value) -> batch.put(table, key.toByteArray(), value.toByteArray()));
    db.write(batch);
  }

  private static Map<Slice, Slice> rows(String text) {
    Map<Slice, Slice> rows = new TreeMap<>();
    for (int i = 0; i < 20; i++) {
      byte[] key = ("key" + (100 + i)).getBytes(StandardCharsets.US_ASCII);
      rows.put(Slice.of(key), Slice.utf8(text + " " + i));
    }
    return rows;
  }
}
