package io.sheaf.lsm.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
}
