package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.repair.RepairReport;
import io.sheaf.engine.repair.StoreRepair;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.compact.NoCompaction;
import io.sheaf.lsm.db.BulkWriter;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a repair makes of files that were ingested. {@code -Dsheaf.test.seed=N} replays. */
@Timeout(120)
final class RepairIngestedTest {
  private static final long SEED = TestSeed.next();

  private final IngestRows made = new IngestRows(new Random(SEED));

  @BeforeAll
  static void sayHowToReplay() {
    System.out.println("repair of ingested files: -Dsheaf.test.seed=" + SEED);
  }

  @Test
  void withoutAManifestItIsPutBehindWhatWasThereAndNamed() throws Exception {
    FileSystem disk = new MemoryFileSystem();
    NavigableMap<Slice, Slice> model = new TreeMap<>();
    try (Db db = openWithoutMerges(disk)) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      for (int i = 0; i < 50; i++) {
        made.put(db, table, model, Durability.WRITTEN);
      }
      db.write(new WriteBatch().deleteRange(table, IngestRows.key(0), IngestRows.key(40)));
      model.subMap(Slice.of(IngestRows.key(0)), true, Slice.of(IngestRows.key(40)), false).clear();
      db.flush();
      NavigableMap<Slice, Slice> more = made.rows(0);
      try (BulkWriter bulk = db.bulkWriter(table)) {
        IngestRows.fill(bulk, more);
        db.ingest(List.of(bulk));
      }
      model.putAll(more);
      for (int i = 0; i < 50; i++) {
        made.put(db, table, model, Durability.WRITTEN);
      }
      db.flush();
      made.put(db, table, model, Durability.WRITTEN); // is in the log
    }
    for (String name : disk.list(SmallStore.DIRECTORY)) {
      if (name.equals("CURRENT") || name.endsWith(".manifest")) {
        disk.delete(SmallStore.DIRECTORY.resolve(name));
      }
    }
    Components parts = parts(disk);
    Path repaired = Path.of("/repaired");
    RepairReport report = StoreRepair.repair(parts, SmallStore.DIRECTORY, repaired, step -> {});
    assertFalse(report.isComplete());
    assertFalse(report.losses().isEmpty());
    for (Finding loss : report.losses()) {
      assertTrue(loss.file().endsWith(".sst"), loss::toString);
      assertTrue(loss.problem().contains("ingested"), loss::toString);
      assertTrue(loss.rows() != null && loss.rows().table().equals("rows"), loss::toString);
    }
    try (Db db = Db.open(repaired, SmallStore.OPTIONS, parts)) {
      assertEquals(
          model, SmallStore.rows(db, db.table("rows"), CursorOptions.ALL), () -> "seed " + SEED);
    }
  }

  @Test
  void whatTheManifestDoesNotKnowOfIsNoted() throws Exception {
    FileSystem disk = new MemoryFileSystem();
    NavigableMap<Slice, Slice> model = new TreeMap<>();
    try (Db db = openWithoutMerges(disk)) {
      made.put(db, db.openTable("rows", SmallStore.TABLE), model, Durability.WRITTEN);
      db.flush();
    }
    Map<Path, byte[]> before = new HashMap<>();
    for (String name : disk.list(SmallStore.DIRECTORY)) {
      Path file = SmallStore.DIRECTORY.resolve(name);
      before.put(file, content(disk, file));
    }
    try (Db db = openWithoutMerges(disk);
        BulkWriter bulk = db.bulkWriter(db.table("rows"))) {
      IngestRows.fill(bulk, made.rows(0));
      db.ingest(List.of(bulk));
    }
    for (Map.Entry<Path, byte[]> file : before.entrySet()) { // all but the files of the ingest
      if (disk.exists(file.getKey())) {
        disk.delete(file.getKey());
      }
      try (WritableFile again = disk.create(file.getKey())) {
        again.write(ByteBuffer.wrap(file.getValue()));
      }
    }
    RepairReport report =
        StoreRepair.repair(parts(disk), SmallStore.DIRECTORY, Path.of("/repaired"), step -> {});
    assertTrue(
        report.notes().stream()
            .anyMatch(note -> note.contains("was to be ingested into table 'rows'")),
        report::toString);
    try (Db db = Db.open(Path.of("/repaired"), SmallStore.OPTIONS, parts(disk))) {
      assertEquals(model, SmallStore.rows(db, db.table("rows"), CursorOptions.ALL));
    }
  }

  private static byte[] content(FileSystem disk, Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) disk.size(file));
    try (ReadableFile open = disk.open(file)) {
      open.read(bytes, 0);
    }
    return bytes.array();
  }

  private static Db openWithoutMerges(FileSystem disk) throws IOException {
    return Db.open(
        SmallStore.DIRECTORY, SmallStore.OPTIONS, parts(disk).withCompactors(NoCompaction::new));
  }

  private static Components parts(FileSystem disk) {
    return Sheaf.components().withFileSystem(disk);
  }
}
