package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.FaultFileSystem.InjectedException;
import io.sheaf.lsm.io.FaultFileSystem.Operation;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.nio.file.Path;
import java.util.Locale;
import java.util.NavigableMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A checkpoint that fails can be made again in the same place. */
class CheckpointFaultTest {
  private static final Path COPY = Path.of("/copy");

  @ParameterizedTest
  @EnumSource(names = {"LINK", "CREATE", "WRITE", "SYNC", "RENAME", "SYNC_DIRECTORY"})
  void canBeRepeatedAfterEachFailure(Operation operation) throws Exception {
    for (int nth = 1; failsAt(operation, nth); nth++) {}
  }

  /** Whether the n-th operation of a checkpoint was there to fail. */
  private static boolean failsAt(Operation operation, int nth) throws Exception {
    FaultFileSystem disk = new FaultFileSystem(new MemoryFileSystem());
    boolean failed = false;
    NavigableMap<Slice, Slice> rows;
    try (Db db = SmallStore.open(disk)) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      for (int i = 0; i < 2_000; i++) {
        String key = String.format(Locale.ROOT, "%02d-%05d", i % 7, i);
        db.write(
            new WriteBatch().put(table, Slice.utf8(key).toByteArray(), new byte[100 + i % 50]));
      }
      db.flush();
      db.awaitIdle();
      rows = SmallStore.rows(db, table, CursorOptions.ALL);
      disk.failOnce(operation, nth);
      try {
        db.checkpoint(COPY);
      } catch (InjectedException e) {
        failed = true;
      }
      disk.heal();
      if (failed) {
        db.checkpoint(COPY);
      }
    }
    try (Db copy = Db.open(COPY, SmallStore.OPTIONS, Sheaf.components().withFileSystem(disk))) {
      assertEquals(
          rows,
          SmallStore.rows(copy, copy.table("rows"), CursorOptions.ALL),
          () -> operation + " " + nth);
    }
    return failed;
  }
}
