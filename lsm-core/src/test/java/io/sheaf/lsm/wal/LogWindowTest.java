package io.sheaf.lsm.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.FaultFileSystem.Effect;
import io.sheaf.lsm.io.FaultFileSystem.Operation;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.io.WritableFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LogWindowTest {
  private static final Path DIRECTORY = Path.of("/store");
  private static final Path LOG = DIRECTORY.resolve("000001.log");
  private static final int BYTES = 100;

  @Test
  void aReadThatComesShortNamesTheFileAndIsNoDamage() throws IOException {
    FaultFileSystem files = new FaultFileSystem(new MemoryFileSystem());
    files.createDirectories(DIRECTORY);
    try (WritableFile log = files.create(LOG)) {
      log.write(ByteBuffer.allocate(BYTES));
    }
    Random random = new Random(TestSeed.next());
    files.inject(call -> call.operation() == Operation.READ, 1, false, new Effect.Shorten(random));
    try (LogWindow window = new LogWindow(files, LOG)) {
      String message =
          String.valueOf(
              assertThrows(EOFException.class, () -> window.load(0, BYTES)).getMessage());
      assertTrue(message.contains(LOG.toString()) && message.contains("had 100 bytes"), message);
      window.load(0, BYTES); // the next one is whole
      assertEquals(0, window.intAt(BYTES - Integer.BYTES));
    }
  }
}
