package io.sheaf.lsm.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.wal.LogOptions;
import io.sheaf.lsm.wal.LogWriter;
import io.sheaf.lsm.wal.PreviousLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class KeptLogsTest {
  private static final Path DIRECTORY = Path.of("/store");
  private static final LogRetention AS_FOUND = new LogRetention(1, LogRetention.ANY_AGE, true);

  private final MemoryFileSystem disk = new MemoryFileSystem();

  @BeforeEach
  void createDirectory() throws IOException {
    disk.createDirectories(DIRECTORY);
  }

  @Test
  void asManyBytesAreKeptAsWereFound() throws IOException {
    List<Numbered> found = List.of(log(1), log(2));
    KeptLogs kept = new KeptLogs(disk, DIRECTORY, AS_FOUND);
    assertEquals(List.of(), kept.takeFrom(found, 0));
    assertEquals(List.of("000001.log", "000002.log"), present());
    assertTrue(kept.keeps());
    log(3);
    kept.add(3, 0, 0);
    assertEquals(List.of("000002.log", "000003.log"), present());
  }

  @Test
  void whereNoneIsFoundNoneIsKept() throws IOException {
    KeptLogs kept = new KeptLogs(disk, DIRECTORY, AS_FOUND);
    assertEquals(List.of(), kept.takeFrom(List.of(), 0));
    assertFalse(kept.keeps());
  }

  @Test
  void whatIsNoLogIsNotKept() throws IOException {
    disk.create(DIRECTORY.resolve("000001.log")).close();
    List<Numbered> found = List.of(new Numbered(1, FileKind.LOG));
    KeptLogs kept = new KeptLogs(disk, DIRECTORY, AS_FOUND);
    assertEquals(found, kept.takeFrom(found, 0));
    assertFalse(kept.keeps());
  }

  private Numbered log(long number) throws IOException {
    LogWriter.create(disk, DIRECTORY, StoreId.NONE, number, LogOptions.PLAIN, PreviousLog.NONE)
        .close();
    assertTrue(disk.exists(DIRECTORY.resolve(FileNames.of(FileKind.LOG, number))));
    return new Numbered(number, FileKind.LOG);
  }

  private List<String> present() throws IOException {
    return disk.list(DIRECTORY).stream().sorted().toList();
  }
}
