package io.sheaf.lsm.db;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.lsm.version.VersionEdit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class StoreFilesTest {
  private static final Path DIRECTORY = Path.of("/store");
  private static final TableDescriptor PRESENT =
      new TableDescriptor(1, "present", TableOptions.DEFAULT);
  private static final int DROPPED = 2;

  private final MemoryFileSystem disk = new MemoryFileSystem();

  @Test
  void whatWasWrittenForADroppedTableIsDeletedAndWhatWasMovedIsNot() throws IOException {
    disk.createDirectories(DIRECTORY);
    for (String name : List.of("000005.sst", "000006.sst", "000007.val", "000008.sst")) {
      disk.create(DIRECTORY.resolve(name)).close();
    }
    VersionEdit.Change kept = new VersionEdit.AddFile(PRESENT.id(), 20, file(8));
    VersionEdit edit =
        new VersionEdit(
            List.of(
                new VersionEdit.RemoveFile(DROPPED, 10, 5),
                new VersionEdit.AddFile(DROPPED, 20, file(5)),
                new VersionEdit.AddFile(DROPPED, 20, file(6)),
                new VersionEdit.AddValueFile(new ValueFileMetadata(7, DROPPED, 1, 1, 1, 1, 0)),
                kept));
    assertEquals(
        List.of(kept), StoreFiles.wanted(disk, DIRECTORY, edit, Map.of(PRESENT.id(), PRESENT)));
    assertEquals(
        Set.of("000005.sst", "000008.sst"),
        new TreeSet<>(disk.list(DIRECTORY)),
        "a cursor may still read the file that was moved");
  }

  private static FileMetadata file(long number) {
    Slice key = Slice.utf8("key");
    return new FileMetadata(
        number, 0, 0, 1, 0, 0, key, key, key, key, 1, 1, 0, 0, 3, 0, 0, 0, List.of());
  }
}
