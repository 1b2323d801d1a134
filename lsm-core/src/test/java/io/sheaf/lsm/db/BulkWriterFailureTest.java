package io.sheaf.lsm.db;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.FaultFileSystem.Effect;
import io.sheaf.lsm.io.FaultFileSystem.Operation;
import io.sheaf.lsm.io.NoSpaceException;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A bulk writer whose files cannot be written. */
final class BulkWriterFailureTest {
  private static final Path DIRECTORY = Path.of("/store");
  private static final byte[] LARGE = new byte[1 << 20];

  private final CrashFileSystem disk = new CrashFileSystem();
  private final FaultFileSystem faults = new FaultFileSystem(disk);

  @Test
  void aFailedSyncIsFinalForTheStore() throws Exception {
    Db db = open();
    Table table = db.openTable("t", TableOptions.DEFAULT);
    try (BulkWriter bulk = db.bulkWriter(table)) {
      bulk.put(key(0), key(0));
      faults.failOnce(Operation.SYNC, 1);
      IOException failed = assertThrows(IOException.class, () -> db.ingest(List.of(bulk)));
      assertTrue(failed.toString().contains("table 't'"), failed::toString);
    }
    Throwable cause = db.failure().orElseThrow();
    assertTrue(cause.toString().contains("injected fault"), cause::toString);
    assertThrows(IOException.class, () -> db.put(table, key(1), key(1)));
    db.close();
    try (Db again = open()) {
      assertNull(again.get(again.table("t"), key(0)));
    }
  }

  @Test
  void whatLostAChunkIsNeverIngestedWithoutIt() throws Exception {
    try (Db db = open()) {
      Table table = db.openTable("t", TableOptions.DEFAULT);
      try (BulkWriter bulk = db.bulkWriter(table)) {
        faults.inject(
            call -> call.operation() == Operation.CREATE,
            1,
            false,
            new Effect.NoRoom(new Random(1)));
        int row = 0;
        for (; row <= BulkWriter.CHUNK_BYTES / LARGE.length; row++) {
          bulk.put(key(row), LARGE); // the last one hands the first chunk off
        }
        for (int i = 0; i < 2; i++) {
          NoSpaceException refused =
              assertThrows(NoSpaceException.class, () -> db.ingest(List.of(bulk)));
          assertTrue(refused.toString().contains("rows of table 't'"), refused::toString);
        }
        int next = row;
        assertThrows(NoSpaceException.class, () -> bulk.put(key(next), LARGE));
      }
      assertEquals(Optional.empty(), db.failure());
      assertNull(db.get(table, key(0)));
      try (BulkWriter second = db.bulkWriter(table)) {
        second.put(key(0), key(7));
        db.ingest(List.of(second));
      }
      assertArrayEquals(key(7), db.get(table, key(0)));
    }
  }

  private static byte[] key(int row) {
    return ByteBuffer.allocate(4).putInt(row).array();
  }

  private Db open() throws IOException {
    return Db.open(
        DIRECTORY,
        DbOptions.DEFAULT.withMemory(16 << 20, 64 << 10),
        Components.defaults().withFileSystem(faults));
  }
}
