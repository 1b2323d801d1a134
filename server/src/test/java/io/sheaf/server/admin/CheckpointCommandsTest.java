package io.sheaf.server.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.Sheaf;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.io.DiskFileSystem;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ForwardingFileSystem;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.server.command.CommandTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointCommandsTest {
  private static final FileSystem DISK = new DiskFileSystem();

  @TempDir Path directory;

  @Test
  void aCheckThatFailsLeavesNoCopy() throws Exception {
    FileSystem failing =
        new ForwardingFileSystem(DISK) {
          @Override
          public FileLock lockForReading(Path file) throws IOException {
            throw new IOException("no " + file);
          }
        };
    try (Db db = open()) {
      CheckpointCommands commands =
          new CheckpointCommands(db, Sheaf.components().withFileSystem(failing));
      assertThrows(IOException.class, () -> commands.verify(true));
      assertEquals(List.of(), DISK.list(copy()));
      assertTrue(new CheckpointCommands(db, Sheaf.components()).verify(true).isFine());
      assertEquals(List.of(), DISK.list(copy()));
    }
  }

  @Test
  void whatAServerThatWasKilledHasLeftGoesWithTheNextStart() throws Exception {
    try (Db db = open()) {
      Files.createDirectories(copy());
      Files.writeString(copy().resolve("000001.sst"), "a link to what the store has given up");
      CheckpointCommands.addTo(new CommandTable(), db);
      assertEquals(List.of(), DISK.list(copy()));
    }
  }

  private Db open() throws IOException {
    Db db = Sheaf.open(directory.resolve("s"), DbOptions.DEFAULT.withMemory(32 << 20, 4 << 20));
    db.put(db.openTable("t", TableOptions.DEFAULT), new byte[] {1}, new byte[] {2});
    return db;
  }

  private Path copy() {
    return directory.resolve("s.checkpoints").resolve(".verify");
  }
}
