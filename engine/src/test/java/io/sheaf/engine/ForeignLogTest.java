package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.backup.BackupDirectory;
import io.sheaf.engine.backup.BackupRestore;
import io.sheaf.engine.backup.StoreBackup;
import io.sheaf.engine.backup.StoreCheckpoint;
import io.sheaf.engine.compact.CompactionProgress;
import io.sheaf.engine.compact.CompactionRequest;
import io.sheaf.engine.compact.OfflineCompaction;
import io.sheaf.engine.inspect.StoreSurvey;
import io.sheaf.engine.repair.RepairReport;
import io.sheaf.engine.repair.StoreRepair;
import io.sheaf.engine.verify.StoreVerifier;
import io.sheaf.engine.verify.VerifyReport;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.NoCompaction;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ForeignFileException;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.version.VersionSet;
import io.sheaf.lsm.wal.LogEnd;
import io.sheaf.lsm.wal.LogFormat;
import io.sheaf.lsm.wal.LogOptions;
import io.sheaf.lsm.wal.LogTail;
import io.sheaf.lsm.wal.LogWriter;
import io.sheaf.lsm.wal.PreviousLog;
import io.sheaf.testdata.GoldenStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A log of another store under the same name, and the id that tells it. */
final class ForeignLogTest {
  private static final Path COPY = Path.of("/copy");

  private final StoreImage own = store("own", true);
  private final StoreImage other = store("other", true);
  private final String log = own.names(".log").getLast();

  ForeignLogTest() throws Exception {}

  /** Two rows are flushed, where {@code flushed} says so, and two are in the log. */
  private static StoreImage store(String value, boolean flushed) throws Exception {
    MemoryFileSystem disk = new MemoryFileSystem();
    try (Db db = SmallStore.open(disk)) {
      Table table = db.openTable("chat", SmallStore.TABLE);
      if (flushed) {
        put(db, table, "anna 1", value);
        put(db, table, "anna 2", value);
        db.flush();
      }
      put(db, table, "anna 3", value);
      put(db, table, "anna 4", value);
    }
    return StoreImage.of(disk, SmallStore.DIRECTORY);
  }

  private static void put(Db db, Table table, String key, String value) throws IOException {
    db.write(new WriteBatch().put(table, bytes(key), bytes(value)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static List<String> values(FileSystem disk, Path directory) throws IOException {
    List<String> values = new ArrayList<>();
    try (Db db = SmallStore.open(disk, directory);
        Cursor cursor = db.cursor(db.table("chat"), CursorOptions.ALL)) {
      while (cursor.next()) {
        Slice value = cursor.value();
        values.add(new String(value.toByteArray(), StandardCharsets.US_ASCII));
      }
    }
    return values;
  }

  private static StoreId id(FileSystem disk, Path directory) throws IOException {
    return StoreSurvey.of(disk, directory, Sheaf.components().extractors()).version().store();
  }

  private static StoreId id(StoreImage image) throws IOException {
    return id(image.onDisk(SmallStore.DIRECTORY), SmallStore.DIRECTORY);
  }

  private static Components parts(FileSystem disk) {
    return Sheaf.components().withFileSystem(disk);
  }

  @Test
  void isRefusedWithBothIdsAndNothingIsTouched() throws Exception {
    assertNotEquals(id(own), id(other));
    assertTrue(other.names(".log").contains(log));
    StoreImage mixed = own.with(log, other.content(log));
    MemoryFileSystem disk = mixed.onDisk(SmallStore.DIRECTORY);
    for (int attempt = 0; attempt < 2; attempt++) {
      ForeignFileException refused =
          assertThrows(ForeignFileException.class, () -> SmallStore.open(disk).close());
      String message = String.valueOf(refused.getMessage());
      for (String named : List.of(log, id(own).toString(), id(other).toString(), "repair")) {
        assertTrue(message.contains(named), message);
      }
    }
    StoreImage after = StoreImage.of(disk, SmallStore.DIRECTORY);
    assertEquals(mixed.names(""), after.names(""));
    for (String file : mixed.names("")) {
      assertTrue(
          file.equals("LOCK") || Arrays.equals(mixed.content(file), after.content(file)), file);
    }
    FileSystem back = after.with(log, own.content(log)).onDisk(SmallStore.DIRECTORY);
    assertEquals(List.of("own", "own", "own", "own"), values(back, SmallStore.DIRECTORY));
  }

  /** The manifest is the other store's: what it does not name must not be deleted. */
  @Test
  void aManifestOfAnotherStoreCostsNoFile() throws Exception {
    StoreImage empty = store("other", false);
    String manifest = empty.names(".manifest").getLast();
    StoreImage mixed =
        own.with("CURRENT", empty.content("CURRENT")).with(manifest, empty.content(manifest));
    MemoryFileSystem disk = mixed.onDisk(SmallStore.DIRECTORY);
    assertThrows(ForeignFileException.class, () -> SmallStore.open(disk).close());
    assertEquals(mixed.names(""), StoreImage.of(disk, SmallStore.DIRECTORY).names(""));
    assertArrayEquals(
        empty.content("CURRENT"), StoreImage.of(disk, SmallStore.DIRECTORY).content("CURRENT"));
  }

  @Test
  void itsRecordsDoNotPassForTheStoresOwn() throws Exception {
    byte[] content = other.content(log);
    System.arraycopy(own.content(log), 0, content, 0, LogFormat.HEADER_BYTES);
    FileSystem disk = own.with(log, content).onDisk(SmallStore.DIRECTORY);
    assertEquals(List.of("own", "own"), values(disk, SmallStore.DIRECTORY));
  }

  @Test
  void isNamedByVerifyAndLeftOutByRepair() throws Exception {
    FileSystem disk = own.with(log, other.content(log)).onDisk(SmallStore.DIRECTORY);
    for (boolean deep : List.of(false, true)) {
      VerifyReport found =
          StoreVerifier.verify(parts(disk), SmallStore.DIRECTORY, deep, file -> {});
      assertTrue(found.findings().toString().contains(id(other).toString()), found::toString);
    }
    RepairReport report = StoreRepair.repair(parts(disk), SmallStore.DIRECTORY, COPY, step -> {});
    assertTrue(report.losses().toString().contains(log), report::toString);
    assertEquals(List.of("own", "own"), values(disk, COPY));
    assertNotEquals(id(own), id(disk, COPY));
  }

  @Test
  void isReportedToWhoFollowsTheLogs() throws Exception {
    FileSystem disk = own.with(log, other.content(log)).onDisk(SmallStore.DIRECTORY);
    StoreId store = id(own);
    try (LogTail tail =
        new LogTail(disk, SmallStore.DIRECTORY, () -> store, 3, () -> LogEnd.unknown(2))) {
      assertThrows(
          ForeignFileException.class,
          () -> {
            boolean found = tail.next();
            while (!found && tail.inDoubt()) {
              found = tail.next();
            }
          });
    }
  }

  /** Without a manifest the newest log tells which store it is. */
  @Test
  void repairWithoutAManifestReadsTheLogsOfTheNewest() throws Exception {
    StoreImage logs = own;
    for (String file : own.names("")) {
      logs = file.endsWith(".log") || file.equals("LOCK") ? logs : logs.without(file);
    }
    FileSystem disk = logs.onDisk(SmallStore.DIRECTORY);
    RepairReport report = StoreRepair.repair(parts(disk), SmallStore.DIRECTORY, COPY, step -> {});
    assertEquals(2, report.tables().getFirst().rows(), report::toString);
  }

  @Test
  void copiesHaveTheIdAndNewStoresAnotherOne() throws Exception {
    FileSystem disk = own.onDisk(SmallStore.DIRECTORY);
    StoreId id = id(own);
    StoreCheckpoint.make(parts(disk), SmallStore.DIRECTORY, COPY);
    assertEquals(id, id(disk, COPY));
    Path linked = Path.of("/linked");
    try (Db db = SmallStore.open(disk)) {
      db.checkpoint(linked);
    }
    assertEquals(id, id(disk, linked));
    Path restored = Path.of("/restored");
    Path backups = Path.of("/backups");
    StoreBackup.make(parts(disk), SmallStore.DIRECTORY, backups, 1, false, 1, file -> {});
    BackupDirectory saved = BackupDirectory.open(disk, backups);
    BackupRestore.restore(disk, saved, saved.backups().getLast(), restored, file -> {});
    assertEquals(id, id(disk, restored));
    assertEquals(List.of("own", "own", "own", "own"), values(disk, restored));
    Path compacted = Path.of("/compacted");
    OfflineCompaction.compact(
        parts(disk),
        SmallStore.DIRECTORY,
        compacted,
        CompactionRequest.ALL,
        CompactionProgress.NONE);
    assertNotEquals(id, id(disk, compacted));
    assertTrue(id(disk, compacted).isKnown());
    OfflineCompaction.compact(
        parts(disk),
        SmallStore.DIRECTORY,
        SmallStore.DIRECTORY,
        CompactionRequest.ALL,
        CompactionProgress.NONE);
    assertEquals(id, id(disk, SmallStore.DIRECTORY));
    assertEquals(List.of("own", "own", "own", "own"), values(disk, SmallStore.DIRECTORY));
  }

  /** A store that was written before there were ids gets one, and its old logs stay readable. */
  @Test
  void anOldStoreGetsAnIdWithItsNextManifest() throws Exception {
    MemoryFileSystem disk = new MemoryFileSystem();
    GoldenCopy old = GoldenCopy.of(GoldenStore.of("v1/tiny"), disk, SmallStore.DIRECTORY);
    assertFalse(id(disk, SmallStore.DIRECTORY).isKnown());
    VersionSet.open(
            disk,
            SmallStore.DIRECTORY,
            false,
            StoreId::random,
            Sheaf.components().extractors(),
            (kind, number) -> {},
            new Statistics())
        .close(); // as far as an opening comes before it reads the logs
    StoreId id = id(disk, SmallStore.DIRECTORY);
    assertTrue(id.isKnown() && id.firstFile() > 0);
    try (Db db = old.open(NoCompaction::new)) {
      GoldenCopy.check(db, old.golden().tables());
    }
    assertEquals(id, id(disk, SmallStore.DIRECTORY));
    StoreImage after = StoreImage.of(disk, SmallStore.DIRECTORY);
    String newest = after.names(".log").getLast();
    long number = Long.parseLong(newest.substring(0, newest.indexOf('.')));
    assertEquals(id.value(), storeOf(after.content(newest)));
    MemoryFileSystem logs = new MemoryFileSystem();
    logs.createDirectories(COPY);
    LogWriter.create(logs, COPY, StoreId.NONE, number, LogOptions.PLAIN, PreviousLog.NONE).close();
    byte[] nameless = StoreImage.of(logs, COPY).content(newest);
    FileSystem mixed = after.with(newest, nameless).onDisk(SmallStore.DIRECTORY);
    assertThrows(ForeignFileException.class, () -> SmallStore.open(mixed).close());
  }

  private static int storeOf(byte[] content) {
    return FileHeader.Fields.of(ByteBuffer.wrap(content)).storeId();
  }
}
