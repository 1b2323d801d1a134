package io.sheaf.lsm.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriteGroupTest {
  private static final int MOST_BYTES = 5_000;

  private final WriteGroup group = new WriteGroup(MOST_BYTES);

  @Test
  void takesNoMoreThanFitsARecord() throws IOException {
    try (Db db = open()) {
      Table table = db.openTable("t", TableOptions.DEFAULT);
      for (int valueBytes : new int[] {100, 4_000, 950, 4_900, 10, 6_000, 10}) {
        group.await(batch(table, valueBytes), Durability.WRITTEN, List.of());
      }
      assertEquals(List.of(100, 4_000), gathered());
      assertEquals(List.of(950), gathered());
      assertEquals(List.of(4_900, 10), gathered());
      assertEquals(List.of(6_000), gathered(), "must be written all the same");
      assertEquals(List.of(10), gathered());
      assertEquals(List.of(), gathered());
    }
  }

  @Test
  void tellsEachOfItsBatchesHowItWent() throws IOException {
    try (Db db = open()) {
      Table table = db.openTable("t", TableOptions.DEFAULT);
      WriteGroup.Waiting first = group.await(batch(table, 1), Durability.WRITTEN, List.of());
      group.gather();
      WriteGroup.Waiting second = group.await(batch(table, 1), Durability.SYNC, List.of());
      group.end(null);
      assertTrue(first.isDone());
      assertFalse(second.isDone());
      group.gather();
      IOException refused = new IOException("refused");
      group.end(refused);
      assertTrue(second.isDone());
      assertSame(refused, second.failure());
      assertNull(first.failure(), "that was another group");
    }
  }

  /** Bytes of the values of the next group. */
  private List<Integer> gathered() {
    group.gather();
    List<Integer> valueBytes =
        group.batches().stream().map(waiting -> (int) waiting.batch().userBytes() - 3).toList();
    long bytes = group.batches().stream().mapToLong(waiting -> waiting.batch().sizeBytes()).sum();
    assertEquals(bytes, group.bytes());
    group.end(null);
    return valueBytes;
  }

  private static WriteBatch batch(Table table, int valueBytes) {
    return new WriteBatch().put(table, new byte[3], new byte[valueBytes]);
  }

  private static Db open() throws IOException {
    return Db.open(
        Path.of("/store"),
        DbOptions.DEFAULT.withMemory(16 << 20, 64 << 10),
        Components.defaults().withFileSystem(new MemoryFileSystem()));
  }
}
