package io.sheaf.lsm.sstable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.cache.AllocatedBytes;
import io.sheaf.lsm.cache.MemoryBudget.Use;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.PointResult;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.value.ValueReference;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TableReaderTest {
  private static final PrefixExtractor RULE = TableFixture.fixed(8);
  private static final int PREFIXES = 200;
  private static final int ROWS = 50;

  private final TableFixture fixture;

  TableReaderTest() throws IOException {
    fixture = new TableFixture();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static Slice key(long prefix, long suffix) {
    return Slice.of(TableFixture.key(prefix, suffix));
  }

  /** Even prefixes are there, half of them with their values separated; even suffixes too. */
  private void write() throws IOException {
    ValueReference reference = new ValueReference();
    try (TableBuilder builder = fixture.builder(RULE, 4096, false)) {
      for (int prefix = 0; prefix < PREFIXES; prefix++) {
        for (int row = 0; row < ROWS; row++) {
          byte[] value = TableFixture.key(prefix, row);
          if (prefix % 2 == 0) {
            builder.add(key(2L * prefix, 2L * row), 9, EntryKind.PUT, 0, Slice.of(value));
          } else {
            fixture.values.append(value, reference);
            builder.addReference(key(2L * prefix, 2L * row), 9, 0, reference);
          }
        }
        fixture.values.endBlock();
      }
      builder.finish();
    }
  }

  @Test
  void passesOverWithoutReading() throws IOException {
    write();
    try (TableReader table = fixture.open();
        PointResult result = new PointResult()) {
      int wrong = 0;
      for (int prefix = 0; prefix < PREFIXES; prefix++) {
        assertTrue(table.mayContainPrefix(new Slice().set(key(2L * prefix, 0), 0, 8)));
        wrong += table.mayContainPrefix(new Slice().set(key(2L * prefix + 1, 0), 0, 8)) ? 1 : 0;
        for (int row = 0; row < ROWS; row++) {
          wrong += table.mayContainKey(key(2L * prefix, 2L * row + 1)) ? 1 : 0;
        }
      }
      assertTrue(wrong < PREFIXES * ROWS * 0.02, wrong + " false positives");
      assertFalse(table.get(key(10_000, 0), 100, result));
      assertEquals(0, fixture.statistics.get(Counter.KEY_BLOCK_READS));
    }
  }

  @Test
  void saysWhichRuleItsFilterHoldsFor() throws IOException {
    write();
    try (TableReader table = fixture.open();
        PointResult result = new PointResult()) {
      assertTrue(table.groupedBy(RULE));
      assertFalse(table.groupedBy(TableFixture.fixed(4)));
      assertFalse(table.mayContainPrefix(Slice.utf8("none")));
      assertTrue(table.get(key(2, 4), 100, result));
      assertFalse(table.get(key(2, 5), 100, result));
    }
  }

  @Test
  void estimatesHowManyEntriesLieInARange() throws IOException {
    write();
    try (TableReader table = fixture.open()) {
      long all = table.properties().metadata().entries();
      Slice first = table.properties().metadata().smallestKey();
      Slice behind = key(Long.MAX_VALUE, 0);
      long estimate = table.estimatedEntries(first, behind);
      assertTrue(estimate <= all && estimate > all / 2, estimate + " of " + all);
      assertEquals(0, table.estimatedEntries(first, first));
      assertEquals(0, table.estimatedEntries(behind, behind));
    }
  }

  @Test
  void readsABlockOnceForManyGets() throws IOException {
    write();
    try (TableReader table = fixture.open();
        PointResult result = new PointResult()) {
      for (int row = 0; row < ROWS; row++) {
        assertTrue(table.get(key(0, 2L * row), 100, result));
        assertEquals(Slice.of(TableFixture.key(0, row)), result.value());
        assertFalse(table.get(key(0, 2L * row), 8, result), "older snapshot");
      }
      assertTrue(fixture.statistics.get(Counter.KEY_BLOCK_READS) <= 2);
    }
  }

  @Test
  void chargesItsMemory() throws IOException {
    write();
    long before = fixture.budget.used(Use.INDEXES);
    try (TableReader table = fixture.open()) {
      assertTrue(table.properties().metadata().entries() > 0);
      assertTrue(fixture.budget.used(Use.INDEXES) > PREFIXES * ROWS * 5 / 4);
    }
    assertEquals(before, fixture.budget.used(Use.INDEXES));
  }

  @Test
  void refusesUseAfterClose() throws IOException {
    write();
    TableReader table = fixture.open();
    InternalCursor cursor = table.cursor(ScanBounds.all());
    InternalCursor reverse = table.cursor(TableFixture.reverse(null, null, 1));
    try (PointResult result = new PointResult()) {
      cursor.seekFirst();
      table.close();
      table.close();
      assertThrows(ClosedException.class, () -> table.get(key(0, 0), 100, result));
      assertThrows(ClosedException.class, () -> table.mayContainPrefix(key(0, 0)));
      assertThrows(ClosedException.class, () -> table.cursor(ScanBounds.all()));
      assertThrows(ClosedException.class, reverse::seekFirst);
      assertEquals(key(0, 0), cursor.key());
      assertThrows(
          ClosedException.class,
          () -> {
            while (cursor.valid()) {
              cursor.next();
            }
          });
      assertFalse(cursor.valid());
    } finally {
      cursor.close();
      cursor.close();
      reverse.close();
    }
    assertThrows(ClosedException.class, cursor::seekFirst);
  }

  @Test
  void namesTheValueFileOfAReferenceThatLeadsNowhere() throws IOException {
    ValueReference reference = new ValueReference();
    try (TableBuilder builder = fixture.builder(RULE, 4096, false)) {
      fixture.values.append(new byte[10], reference);
      fixture.values.endBlock();
      reference.valueLength = 11;
      builder.addReference(key(1, 1), 5, 0, reference);
      builder.finish();
    }
    try (TableReader table = fixture.open();
        PointResult result = new PointResult();
        InternalCursor cursor = table.cursor(ScanBounds.all())) {
      CorruptionException damage =
          assertThrows(CorruptionException.class, () -> table.get(key(1, 1), 9, result));
      assertEquals(fixture.values.fileName(reference.fileNumber), damage.file());
      cursor.seekFirst();
      assertThrows(CorruptionException.class, cursor::value);
    }
  }

  @Test
  void allocatesNothingForACachedGet() throws Exception {
    write();
    Slice there = key(4, 2);
    Slice missing = key(4, 3);
    try (TableReader table = fixture.open();
        PointResult result = new PointResult()) {
      long allocated =
          AllocatedBytes.of(() -> {
            for (int i = 0; i < 10_000; i++) {
              assertTrue(table.get(there, 100, result));
              assertFalse(table.get(missing, 100, result));
            }
          });
      System.out.println("cached get: " + allocated / 10_000.0 + " bytes allocated");
      assertTrue(allocated < 10_000, allocated + " bytes for 10,000 gets");
    }
  }
}
