package io.sheaf.lsm.sstable;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.MergingCursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.cursor.SnapshotCursor;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Scans of one group over two runs, the older one of two files that meet at the group's end. What
 * lies in the files beside the group must not bring its rows out of order.
 */
final class RunCursorTest {
  private static final PrefixExtractor RULE = TableFixture.fixed(8);

  private final TableFixture fixture;
  private final Map<Long, TableReader> readers = new HashMap<>();

  RunCursorTest() throws IOException {
    fixture = new TableFixture();
  }

  @AfterEach
  void close() {
    readers.values().forEach(TableReader::close);
    fixture.close();
  }

  @Test
  void rangeDeleteThatEndsWhereTheGroupBegins() throws IOException {
    FileMetadata before = file(1, new RangeTombstone(key(1, 9), prefix(2), 1), List.of(key(1, 5)));
    FileMetadata rows = file(2, null, List.of(key(2, 1), key(2, 7)));
    FileMetadata newer = file(3, null, List.of(key(2, 3)));
    assertEquals(
        List.of(key(2, 1), key(2, 3), key(2, 7)),
        scan(
            TableFixture.forward(prefix(2), prefix(3), ScanBounds.UNLIMITED),
            new Run(2, List.of(newer)),
            new Run(1, List.of(before, rows))));
  }

  @Test
  void rangeDeleteThatBeginsInTheGroup() throws IOException {
    FileMetadata rows = file(1, null, List.of(key(1, 7), key(1, 9)));
    FileMetadata behind =
        file(2, new RangeTombstone(key(1, 20), key(1, 30), 1), List.of(key(2, 1)));
    FileMetadata newer = file(3, null, List.of(key(1, 8)));
    assertEquals(
        List.of(key(1, 9), key(1, 8), key(1, 7)),
        scan(
            TableFixture.reverse(prefix(1), prefix(2), ScanBounds.UNLIMITED),
            new Run(2, List.of(newer)),
            new Run(1, List.of(rows, behind))));
  }

  @Test
  void fileThatBeginsWithTheUpperBound() throws IOException {
    FileMetadata rows = file(1, null, List.of(key(1, 7), key(1, 9)));
    FileMetadata behind = file(2, null, List.of(prefix(2), key(2, 1)));
    FileMetadata newer = file(3, null, List.of(key(1, 8)));
    assertEquals(
        List.of(key(1, 9), key(1, 8), key(1, 7)),
        scan(
            TableFixture.reverse(prefix(1), prefix(2), ScanBounds.UNLIMITED),
            new Run(2, List.of(newer)),
            new Run(1, List.of(rows, behind))));
  }

  @Test
  void upperBoundInAFileThatIsOpenedLate() throws IOException {
    FileMetadata rows = file(1, null, List.of(key(1, 7), prefix(2)));
    FileMetadata newer = file(3, null, List.of(key(1, 8)));
    assertEquals(
        List.of(key(1, 8), key(1, 7)),
        scan(
            TableFixture.reverse(prefix(1), prefix(2), ScanBounds.UNLIMITED),
            new Run(2, List.of(newer)),
            new Run(1, List.of(rows))));
  }

  private List<Slice> scan(ScanBounds bounds, Run... newestFirst) {
    List<InternalCursor> layers = new ArrayList<>();
    for (Run run : newestFirst) {
      layers.add(
          new RunCursor(
              run,
              file -> Objects.requireNonNull(readers.get(file.number())),
              RULE,
              bounds,
              bounds.lower(),
              fixture.statistics));
    }
    List<Slice> seen = new ArrayList<>();
    try (SnapshotCursor rows = new SnapshotCursor(new MergingCursor(layers, bounds.reverse()))) {
      rows.open(bounds, Long.MAX_VALUE, List.of(), 0);
      while (rows.next()) {
        seen.add(Slice.copyOf(rows.key()));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return seen;
  }

  private FileMetadata file(long number, @Nullable RangeTombstone deleted, List<Slice> keys)
      throws IOException {
    var path = TableFixture.DIRECTORY.resolve(FileNames.of(FileKind.SSTABLE, number));
    FileMetadata written;
    try (TableBuilder builder =
        new TableBuilder(
            fixture.files,
            path,
            number,
            3,
            TableFixture.table(RULE),
            Compression.NONE,
            null,
            1 << 10,
            false)) {
      for (Slice key : keys) {
        builder.add(key, 5, EntryKind.PUT, 0, key);
      }
      if (deleted != null) {
        builder.addRangeTombstone(deleted);
      }
      written = builder.finish();
    }
    readers.put(
        number,
        TableReader.open(
            fixture.files,
            path,
            number,
            fixture.cache,
            fixture.budget,
            fixture.values,
            fixture.statistics));
    return written;
  }

  private static Slice key(long prefix, long suffix) {
    return Slice.of(TableFixture.key(prefix, suffix));
  }

  private static Slice prefix(long prefix) {
    return Slice.copyOf(new Slice().set(key(prefix, 0), 0, 8));
  }
}
