package io.sheaf.lsm.db;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.wal.LogOptions;
import io.sheaf.lsm.wal.PreviousLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LogsTest {
  private final MemoryFileSystem disk = new MemoryFileSystem();
  private final Path directory = Path.of("/store");

  @Test
  void logsThatAreLeftHaveNoGap() throws IOException {
    disk.createDirectories(directory);
    disk.create(directory.resolve("000001.log")).close();
    disk.create(directory.resolve("000002.log")).close();
    KeptLogs none = new KeptLogs(disk, directory, LogRetention.NONE);
    try (Logs logs =
        new Logs(
            disk, directory, StoreId.NONE, LogOptions.PLAIN, none, () -> 0, new Statistics())) {
      logs.begin(3, PreviousLog.NONE, List.of(1L, 2L));
      logs.begin(4);
      logs.retireBelow(2);
      assertEquals(names("000001.log", "000002.log", "000003.log", "000004.log"), present());
      logs.retireBelow(4);
      assertEquals(names("000003.log", "000004.log"), present());
      logs.begin(5);
      assertEquals(names("000004.log", "000005.log"), present());
    }
  }

  private List<String> present() throws IOException {
    return disk.list(directory).stream().sorted().toList();
  }

  private static List<String> names(String... names) {
    return List.of(names);
  }
}
