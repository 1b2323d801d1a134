package io.sheaf.engine.compact;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.FileMetadata.ValueShare;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.lsm.version.TableState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TablePlanTest {
  private static final long SSTABLE_BYTES = 7;
  private static final long VALUE_FILE_BYTES = 50;
  private static final long VALUES_BYTES = 100;

  /** A tenth of the values of file 1 is live; SSTables 11 and 12 share file 2. */
  private static final TableState TABLE =
      new TableState(
          new TableDescriptor(1, "t", TableOptions.DEFAULT),
          List.of(
              new Run(
                  9,
                  List.of(
                      sstable(10, "a", new ValueShare(1, VALUES_BYTES / 10, 1)),
                      sstable(11, "b", new ValueShare(2, VALUES_BYTES / 2, 1)),
                      sstable(12, "c", new ValueShare(2, VALUES_BYTES / 2, 1))))),
          Map.of(1L, valueFile(1), 2L, valueFile(2)));

  private static FileMetadata sstable(long number, String key, ValueShare share) {
    return new FileMetadata(
        number,
        0,
        SSTABLE_BYTES,
        1,
        0,
        0,
        Slice.utf8(key),
        Slice.utf8(key),
        new Slice(),
        new Slice(),
        1,
        1,
        0,
        0,
        1,
        0,
        1,
        1,
        List.of(share));
  }

  private static ValueFileMetadata valueFile(long number) {
    return new ValueFileMetadata(number, 1, VALUE_FILE_BYTES, VALUES_BYTES, 10, 1, 0);
  }

  @Test
  void whatGoesIsCountedWithItsGarbage() {
    TablePlan plan = TablePlan.of(TABLE, CompactionRequest.ALL);
    assertEquals(3 * SSTABLE_BYTES + 2 * VALUE_FILE_BYTES, plan.storedBytes());
    assertEquals(
        3 * SSTABLE_BYTES + VALUE_FILE_BYTES / 10 + VALUE_FILE_BYTES, plan.liveStoredBytes());
  }

  @Test
  void aValueFileThatStaysIsNotCounted() {
    TablePlan plan =
        TablePlan.of(
            TABLE,
            CompactionRequest.ALL.withRange(new CompactionRequest.Range(null, Slice.utf8("c"))));
    assertEquals(2 * SSTABLE_BYTES + VALUE_FILE_BYTES, plan.storedBytes());
  }
}
