package io.sheaf.cli.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessFilesTest {
  @TempDir private Path directory;

  @Test
  void readsWhatLinuxWrites() throws IOException {
    Files.writeString(
        directory.resolve("io"),
        "rchar: 1\nwchar: 2\nread_bytes: 4096\nwrite_bytes: 8192\ncancelled_write_bytes: 7\n");
    Files.writeString(
        directory.resolve("status"), "Name:\tjava\nVmHWM:\t  300 kB\nVmRSS:\t    200 kB\n");
    ProcessFiles files = new ProcessFiles(directory);
    assertEquals(OptionalLong.of(4096), files.deviceReadBytes());
    assertEquals(OptionalLong.of(8192), files.deviceWriteBytes());
    assertEquals(OptionalLong.of(7), files.cancelledWriteBytes());
    assertEquals(OptionalLong.of(200 << 10), files.residentBytes());
    assertEquals(OptionalLong.of(300 << 10), files.peakResidentBytes());
  }

  @Test
  void knowsNothingElsewhere() throws IOException {
    ProcessFiles files = new ProcessFiles(directory);
    assertTrue(files.deviceReadBytes().isEmpty());
    assertTrue(files.residentBytes().isEmpty());
    Files.writeString(directory.resolve("io"), "read_bytes: many\n");
    assertTrue(files.deviceReadBytes().isEmpty());
    assertTrue(files.deviceWriteBytes().isEmpty());
  }
}
