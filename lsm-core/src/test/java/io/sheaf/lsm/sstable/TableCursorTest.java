package io.sheaf.lsm.sstable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.cache.AllocatedBytes;
import io.sheaf.lsm.cache.MemoryBudget.Use;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.cursor.ScanBounds.Direction;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.value.ValueReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a cursor asks of the value store and the device, and what it allocates. */
final class TableCursorTest {
  private static final PrefixExtractor RULE = TableFixture.fixed(8);
  private static final int PREFIXES = 3;
  private static final int BLOCKS = 40;
  private static final int ROWS_OF_BLOCK = 20;
  private static final int ROWS = BLOCKS * ROWS_OF_BLOCK;

  private final TableFixture fixture;

  TableCursorTest() throws IOException {
    fixture = new TableFixture();
  }

  /** Offsets of value blocks: first of each prefix's. */
  private final List<List<Long>> blocks = new ArrayList<>();

  @BeforeEach
  void write() throws IOException {
    ValueReference reference = new ValueReference();
    try (TableBuilder builder = fixture.builder(RULE, 64 << 10, false)) {
      for (int prefix = 0; prefix < PREFIXES; prefix++) {
        List<Long> offsets = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
          fixture.values.append(TableFixture.key(prefix, row), reference);
          builder.addReference(key(prefix, row), 1, 0, reference);
          if (row % ROWS_OF_BLOCK == ROWS_OF_BLOCK - 1) {
            offsets.add(reference.blockOffset);
            fixture.values.endBlock();
          }
        }
        blocks.add(offsets);
      }
      builder.finish();
    }
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static Slice key(long prefix, long suffix) {
    return Slice.of(TableFixture.key(prefix, suffix));
  }

  private static Slice prefix(long prefix) {
    return new Slice().set(key(prefix, 0), 0, 8);
  }

  private void read(InternalCursor cursor, ScanBounds bounds) throws IOException {
    long left = bounds.limitRows();
    for (cursor.seekFirst();
        cursor.valid() && left > 0 && !bounds.past(cursor.key());
        cursor.next()) {
      assertEquals(cursor.key(), cursor.value());
      left--;
    }
  }

  @Test
  void asksAtOnceForAllThatTheLimitNeeds() throws IOException {
    ScanBounds newest = TableFixture.reverse(prefix(1), prefix(2), 50);
    try (TableReader table = fixture.open();
        InternalCursor cursor = table.cursor(newest)) {
      read(cursor, newest);
    }
    List<Long> last = blocks.get(1).subList(BLOCKS - 3, BLOCKS).reversed();
    assertEquals(List.of(last), fixture.values.prefetches);
    assertEquals(last, fixture.values.reads);
  }

  @Test
  void asksOnlyForWhatLiesInsideTheBounds() throws IOException {
    ScanBounds newest = TableFixture.reverse(key(1, 0), prefix(2), 10_000);
    ScanBounds oldest = TableFixture.forward(key(1, 30), key(1, 70), 10_000);
    try (TableReader table = fixture.open();
        InternalCursor back = table.cursor(newest);
        InternalCursor on = table.cursor(oldest)) {
      read(on, oldest);
      assertEquals(List.of(blocks.get(1).subList(1, 4)), fixture.values.prefetches);
      fixture.values.prefetches.clear();
      read(back, newest);
    }
    List<Long> asked = fixture.values.prefetches.stream().flatMap(List::stream).toList();
    assertEquals(blocks.get(1).reversed(), asked, "each block once, none of another prefix");
  }

  @Test
  void asksForMoreAndMoreWithoutALimit() throws IOException {
    ScanBounds all = ScanBounds.all();
    try (TableReader table = fixture.open();
        InternalCursor cursor = table.cursor(all)) {
      read(cursor, all);
    }
    List<Integer> sizes = fixture.values.prefetches.stream().map(List::size).toList();
    assertEquals(4, sizes.get(0));
    assertTrue(sizes.get(1) > 4 && sizes.get(2) > sizes.get(1), sizes.toString());
    List<Long> asked = fixture.values.prefetches.stream().flatMap(List::stream).toList();
    assertEquals(new HashSet<>(asked).size(), asked.size(), "each block once");
    assertEquals(PREFIXES * BLOCKS, fixture.values.reads.size(), "each block read once");
  }

  @Test
  void asksForNothingWhenNoValueIsWanted() throws IOException {
    try (TableReader table = fixture.open();
        InternalCursor cursor = table.cursor(ScanBounds.all())) {
      int rows = 0;
      for (cursor.seekFirst(); cursor.valid(); cursor.next()) {
        assertTrue(cursor.separated());
        rows++;
      }
      assertEquals(PREFIXES * ROWS, rows);
    }
    assertEquals(List.of(), fixture.values.prefetches);
    assertEquals(List.of(), fixture.values.reads);
  }

  @Test
  void asksForNothingAheadWhenOneBlockWillDo() throws IOException {
    ScanBounds few = TableFixture.forward(key(1, 20), null, 20);
    try (TableReader table = fixture.open();
        InternalCursor cursor = table.cursor(few)) {
      read(cursor, few);
    }
    assertEquals(List.of(), fixture.values.prefetches);
    assertEquals(List.of(blocks.get(1).get(1)), fixture.values.reads);
  }

  @Test
  void holdsAValueBlockUntilItLeavesIt() throws IOException {
    try (TableReader table = fixture.open();
        InternalCursor cursor = table.cursor(ScanBounds.all())) {
      cursor.seek(key(0, 5));
      Slice value = cursor.value();
      assertEquals(1, fixture.values.handedOut.get(0).references());
      cursor.next();
      assertEquals(key(0, 6), cursor.value());
      assertEquals(1, fixture.values.handedOut.size());
      assertEquals(key(0, 6), value, "the slice is the cursor's own");
      cursor.seek(key(1, 0));
      assertEquals(key(1, 0), cursor.value());
      assertEquals(0, fixture.values.handedOut.get(0).references());
    }
  }

  @Test
  void isNotValidBeforeItIsPositioned() throws IOException {
    try (TableReader table = fixture.open();
        InternalCursor cursor = table.cursor(ScanBounds.all())) {
      assertFalse(cursor.valid());
      assertThrows(IllegalStateException.class, cursor::next);
      cursor.seek(key(PREFIXES, 0));
      assertFalse(cursor.valid());
      cursor.seekFirst();
      assertEquals(key(0, 0), cursor.key());
    }
  }

  @Test
  void allocatesNothingForAStep() throws Exception {
    for (Direction direction : Direction.values()) {
      ScanBounds bounds = new ScanBounds(direction, null, null, ScanBounds.UNLIMITED, true);
      try (TableReader table = fixture.open();
          InternalCursor cursor = table.cursor(bounds)) {
        long allocated =
            AllocatedBytes.of(() -> {
              for (int round = 0; round < 20; round++) {
                long sum = 0;
                for (cursor.seekFirst(); cursor.valid(); cursor.next()) {
                  sum += cursor.sequence() + cursor.key().length() + cursor.valueLength();
                }
                assertEquals(PREFIXES * ROWS * (1 + 16 + 16L), sum);
              }
            });
        double perRow = allocated / (20.0 * PREFIXES * ROWS);
        System.out.printf(Locale.ROOT, "%s step: %.4f bytes allocated%n", direction, perRow);
        assertTrue(perRow < 0.2, perRow + " bytes a row");
      }
    }
  }

  @Test
  void readsManyBlocksAtOnceWhenItGoesOn() throws IOException {
    fixture.files.delete(TableFixture.FILE);
    int rows = 50_000;
    try (TableBuilder builder = fixture.builder(RULE, 1024, false)) {
      for (int i = 0; i < rows; i++) {
        builder.add(key(1, i * 1000L), 1, EntryKind.PUT, 0, Slice.of(TableFixture.key(i, i)));
      }
      builder.finish();
    }
    for (boolean fillCache : new boolean[] {false, true}) {
      for (Direction direction : Direction.values()) {
        fixture.cache.forget(TableFixture.NUMBER);
        ScanBounds bounds = new ScanBounds(direction, null, null, ScanBounds.UNLIMITED, fillCache);
        try (TableReader table = fixture.open();
            InternalCursor cursor = table.cursor(bounds)) {
          long before = fixture.statistics.get(Counter.KEY_BLOCK_READS);
          int seen = 0;
          for (cursor.seekFirst(); cursor.valid(); cursor.next()) {
            seen++;
          }
          assertEquals(rows, seen);
          long reads = fixture.statistics.get(Counter.KEY_BLOCK_READS) - before;
          assertTrue(reads * 20 < table.index().blocks(), reads + " reads");
          assertEquals(fillCache, fixture.cache.sizeBytes() > 0);
          assertEquals(0, fixture.budget.used(Use.BUFFERS));
        }
      }
    }
  }

  @Test
  void readsAGroupOfSomeBlocksAtOnceAndNoMoreThanTheRowsWanted() throws IOException {
    fixture.files.delete(TableFixture.FILE);
    int rows = 400;
    try (TableBuilder builder = fixture.builder(RULE, 1024, false)) {
      for (int prefix = 1; prefix <= 3; prefix++) {
        for (int i = 0; i < rows; i++) {
          builder.add(key(prefix, i), 1, EntryKind.PUT, 0, Slice.of(TableFixture.key(i, i)));
        }
      }
      builder.finish();
    }
    try (TableReader table = fixture.open()) {
      assertTrue(table.index().blocks() > 12, table.index().blocks() + " blocks");
      long rowsOfBlock = 3L * rows / table.index().blocks();
      for (Direction direction : Direction.values()) {
        ScanBounds group =
            new ScanBounds(direction, key(2, 0), key(3, 0), ScanBounds.UNLIMITED, false);
        assertEquals(1, reads(table, group, rows), direction + ", all of a group");
        ScanBounds one = new ScanBounds(direction, key(2, 0), key(3, 0), 1, false);
        assertEquals(1, reads(table, one, 1), direction + ", one row");
        assertTrue(bytes(table, one, 1) * 3 < bytes(table, group, rows), "one row reads a block");
        ScanBounds some = new ScanBounds(direction, key(2, 0), key(3, 0), 3 * rowsOfBlock, false);
        assertTrue(reads(table, some, 3 * rowsOfBlock) <= 2, direction + ", some rows");
        assertTrue(bytes(table, some, 1) < bytes(table, group, rows), "some rows read some blocks");
      }
    }
  }

  private long reads(TableReader table, ScanBounds bounds, long rows) throws IOException {
    return counted(Counter.KEY_BLOCK_READS, table, bounds, rows);
  }

  private long bytes(TableReader table, ScanBounds bounds, long rows) throws IOException {
    return counted(Counter.KEY_BLOCK_READ_BYTES, table, bounds, rows);
  }

  private long counted(Counter counter, TableReader table, ScanBounds bounds, long rows)
      throws IOException {
    fixture.cache.forget(TableFixture.NUMBER);
    long before = fixture.statistics.get(counter);
    try (InternalCursor cursor = table.cursor(bounds)) {
      cursor.seekFirst();
      for (long row = 1; row < rows; row++) {
        assertTrue(cursor.valid(), "row " + row);
        cursor.next();
      }
      assertTrue(cursor.valid(), "row " + rows);
    }
    return fixture.statistics.get(counter) - before;
  }
}
