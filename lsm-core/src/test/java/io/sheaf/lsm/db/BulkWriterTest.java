package io.sheaf.lsm.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.version.PinnedVersion;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableOptions;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class BulkWriterTest {
  private static final int ROWS = 1_000;

  /** More than the addresses of a process: the system refuses to start such a thread. */
  private static final long STACK_BYTES = 1L << 50;

  private final MemoryFileSystem disk = new MemoryFileSystem();

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void goesOnWithoutThreads() throws Exception {
    Store store =
        Store.open(
            Path.of("/store"),
            DbOptions.DEFAULT.withMemory(16 << 20, 1 << 20),
            Components.defaults().withFileSystem(disk));
    try {
      TableDescriptor table = store.openTable("rows", TableOptions.DEFAULT);
      try (BulkWriter bulk =
          new BulkWriter(
              store,
              table,
              0,
              2,
              null,
              dictionary -> store.newRunBuilder(table, 0, false),
              work ->
                  Thread.ofPlatform()
                      .name("test-never-started")
                      .stackSize(STACK_BYTES)
                      .unstarted(work))) {
        for (int i = 0; i < ROWS; i++) {
          bulk.put(Slice.utf8("row " + (ROWS + i)), Slice.utf8("value " + i));
        }
        assertEquals(1, store.ingest(List.of(bulk)));
      }
      try (PinnedVersion pinned = store.pinVersion()) {
        assertEquals(
            ROWS,
            pinned.version().tables().values().stream()
                .flatMap(state -> state.runs().stream())
                .flatMap(run -> run.files().stream())
                .mapToLong(file -> file.entries())
                .sum());
      }
      assertNull(store.health().failure());
    } finally {
      store.close();
    }
  }
}
