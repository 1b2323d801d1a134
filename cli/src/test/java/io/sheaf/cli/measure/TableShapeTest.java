package io.sheaf.cli.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.lsm.version.TableState;
import io.sheaf.lsm.version.Version;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TableShapeTest {
  @Test
  void addsUpTheFiles() {
    TableState state =
        new TableState(
            new TableDescriptor(1, "message", TableOptions.DEFAULT),
            List.of(
                new Run(9, List.of(file(7, "a", 3_000))),
                new Run(4, List.of(file(3, "a", 1_000), file(4, "b", 500)))),
            Map.of(8L, new ValueFileMetadata(8, 1, 4_000, 10_000, 30, 3, 0)));
    TableShape shape =
        TableShape.of(new Version(StoreId.NONE, Map.of(1, state), 1, 1, 0, 2)).getFirst();
    assertEquals("message", shape.name());
    assertEquals(2, shape.runs().size());
    assertEquals(3, shape.keyFiles());
    assertEquals(3_000 + 1_500, shape.keyFileBytes());
    assertEquals(new TableShape.RunShape(4, 2, 2, 1_500, 40, 20), shape.runs().get(1));
    assertEquals(60, shape.rows());
    assertEquals(new Separation(60, 30, 3 * (600 + 900), 3 * 900), shape.separation());
    assertEquals(3 * 160 + 3 * 1_500, shape.rawBytes());
    assertEquals(0.27, shape.liveShare(), 1e-9);
    assertEquals(0.27, shape.valueFiles().getFirst().liveShare(), 1e-9);
    assertEquals(4_000, shape.valueFileBytes());
  }

  @Test
  void anEmptyTableHasNothing() {
    TableState state = TableState.empty(new TableDescriptor(1, "x", TableOptions.DEFAULT));
    TableShape shape =
        TableShape.of(new Version(StoreId.NONE, Map.of(1, state), 1, 1, 0, 2)).getFirst();
    assertEquals(0, shape.rows());
    assertEquals(1, shape.liveShare());
    assertEquals(0, shape.separation().byteShare());
  }

  /** 20 rows, 10 of them separated: 900 of 1,500 value bytes. */
  private static FileMetadata file(long number, String key, long sizeBytes) {
    return new FileMetadata(
        number,
        2,
        sizeBytes,
        20,
        0,
        0,
        Slice.utf8(key),
        Slice.utf8(key),
        new Slice(),
        new Slice(),
        1,
        2,
        0,
        0,
        160,
        600,
        10,
        1,
        List.of(new FileMetadata.ValueShare(8, 900, 10)));
  }
}
