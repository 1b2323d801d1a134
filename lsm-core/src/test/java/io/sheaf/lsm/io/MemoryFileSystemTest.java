package io.sheaf.lsm.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class MemoryFileSystemTest extends FileSystemContract {
  @Override
  protected FileSystem create() {
    return new MemoryFileSystem();
  }

  @Test
  void allocatedBytesCountsPages() throws IOException {
    FileSystem files = create();
    Path file = Path.of("/store/one");
    files.createDirectories(Path.of("/store"));
    try (WritableFile written = files.create(file)) {
      written.write(ByteBuffer.allocate(5000));
      assertEquals(8192, files.allocatedBytes(file));
      written.truncate(1);
      assertEquals(4096, files.allocatedBytes(file));
    }
  }

  @Test
  void aFileThatWasChangedIsNotTheSame() throws IOException {
    FileSystem files = create();
    Path file = Path.of("/store/one");
    files.createDirectories(Path.of("/store"));
    try (WritableFile written = files.create(file)) {
      String created = files.identity(file);
      written.write(ByteBuffer.allocate(10));
      String grown = files.identity(file);
      assertNotEquals(created, grown);
      written.truncate(5);
      assertNotEquals(grown, files.identity(file));
    }
  }
}
