package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.inspect.StoreSurvey;
import io.sheaf.engine.verify.StoreVerifier;
import io.sheaf.engine.verify.VerifyReport;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.compact.NoCompaction;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ForeignFileException;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.version.Version;
import io.sheaf.lsm.wal.LogOptions;
import io.sheaf.lsm.wal.LogReader;
import io.sheaf.lsm.wal.LogWriter;
import io.sheaf.lsm.wal.PreviousLog;
import io.sheaf.testdata.GoldenStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logs that are whole, each for itself, and that an opening refuses: a check finds them too. */
final class RefusedLogsTest {
  private static final Path FORGED = Path.of("/forged");

  /** Higher than that of any file of a golden store. */
  private static final long LATER_LOG = 900;

  private final MemoryFileSystem disk = new MemoryFileSystem();

  /** Two rows are flushed; in the log are a record of two writes and one of one. */
  private void write() throws Exception {
    try (Db db = SmallStore.open(disk)) {
      Table table = db.openTable("chat", SmallStore.TABLE);
      db.put(table, bytes("anna 1"), bytes("flushed"));
      db.put(table, bytes("anna 2"), bytes("flushed"));
      db.flush();
      db.write(
          new WriteBatch()
              .put(table, bytes("anna 3"), bytes("in the log"))
              .put(table, bytes("anna 4"), bytes("in the log")));
      db.put(table, bytes("anna 5"), bytes("in the log"));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static Version version(FileSystem disk) throws IOException {
    return StoreSurvey.of(disk, SmallStore.DIRECTORY, Sheaf.components().extractors()).version();
  }

  private static Components parts(FileSystem disk) {
    return Sheaf.components().withFileSystem(disk);
  }

  private static VerifyReport verify(FileSystem disk, boolean deep) throws IOException {
    return StoreVerifier.verify(parts(disk), SmallStore.DIRECTORY, deep, file -> {});
  }

  /** The same store; the records of its log begin so far behind the last write that is flushed. */
  private FileSystem withRecordsAt(List<Integer> behindFlushed) throws IOException {
    Version version = version(disk);
    long log = version.logNumber();
    MemoryFileSystem forged = new MemoryFileSystem();
    forged.createDirectories(FORGED);
    try (LogReader whole = LogReader.open(disk, SmallStore.DIRECTORY, log);
        LogWriter anew =
            LogWriter.create(
                forged, FORGED, version.store(), log, LogOptions.PLAIN, PreviousLog.NONE);
        GrowableBuffer payload = new GrowableBuffer(64)) {
      for (int behind : behindFlushed) {
        assertTrue(whole.next());
        payload.clear();
        payload.putBytes(whole.payload());
        anew.append(
            payload, version.lastSequence() + behind, whole.entryCount(), whole.writeTimeMillis());
      }
      assertFalse(whole.next());
    }
    String name = FileNames.of(FileKind.LOG, log);
    byte[] content = StoreImage.of(forged, FORGED).content(name);
    return StoreImage.of(disk, SmallStore.DIRECTORY)
        .with(name, content)
        .onDisk(SmallStore.DIRECTORY);
  }

  @Test
  void recordsWithoutAHoleAreTaken() throws Exception {
    write();
    FileSystem whole = withRecordsAt(List.of(1, 3));
    for (boolean deep : List.of(false, true)) {
      VerifyReport found = verify(whole, deep);
      assertEquals(List.of(), found.findings());
      assertEquals(3, found.logWrites());
    }
    try (Db db = SmallStore.open(whole)) {
      assertFalse(db.tables().isEmpty());
    }
  }

  /** Between two records; before the first; in the midst of a record, of which one is flushed. */
  @ParameterizedTest
  @CsvSource({"1, 4", "2, 4", "0, 2"})
  void recordsThatLeaveAHoleAreFound(int first, int second) throws Exception {
    write();
    FileSystem forged = withRecordsAt(List.of(first, second));
    String log = FileNames.of(FileKind.LOG, version(disk).logNumber());
    CorruptionException refused =
        assertThrows(CorruptionException.class, () -> SmallStore.open(forged).close());
    assertTrue(
        String.valueOf(refused.getMessage()).contains("a log before it is missing"),
        refused::toString);
    for (boolean deep : List.of(false, true)) {
      VerifyReport found = verify(forged, deep);
      assertEquals(1, found.findings().size(), found::toString);
      assertEquals(log, found.findings().getFirst().file());
      assertEquals(refused.offset(), found.findings().getFirst().offset());
    }
  }

  /** A manifest of the time before there were ids is back, beside a log of the time since. */
  @Test
  void aLogThatNamesAStoreIsFoundWhereTheManifestNamesNone() throws Exception {
    GoldenCopy old = GoldenCopy.of(GoldenStore.of("v1/tiny"), disk, SmallStore.DIRECTORY);
    assertFalse(version(disk).store().isKnown());
    assertEquals(List.of(), verify(disk, false).findings());
    StoreId since = StoreId.of(7);
    LogWriter.create(
            disk, SmallStore.DIRECTORY, since, LATER_LOG, LogOptions.PLAIN, PreviousLog.NONE)
        .close();
    assertThrows(ForeignFileException.class, () -> old.open(NoCompaction::new).close());
    for (boolean deep : List.of(false, true)) {
      VerifyReport found = verify(disk, deep);
      assertEquals(
          FileNames.of(FileKind.LOG, LATER_LOG),
          found.findings().getFirst().file(),
          found::toString);
      assertTrue(found.findings().toString().contains(since.toString()), found::toString);
    }
  }
}
