package io.sheaf.grouping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.PointResult;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.cursor.ScanBounds.Direction;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.key.SequenceNumber;
import io.sheaf.lsm.memtable.ChunkPool;
import io.sheaf.lsm.memtable.MemTable;
import io.sheaf.lsm.memtable.MemTableContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class GroupedMemTableTest {
  /** The contract for one rule. */
  abstract static class WithRule extends MemTableContract {
    private final PrefixExtractor extractor;

    WithRule(PrefixExtractor extractor) {
      this.extractor = extractor;
    }

    @Override
    protected MemTable create(boolean keepsTimes) {
      return new GroupedMemTable(extractor, keepsTimes, ChunkPool.keepingNone());
    }

    @Override
    protected long heapBytes(MemTable table) {
      return ((GroupedMemTable) table).heapBytes();
    }
  }

  @Nested
  final class Fixed8 extends WithRule {
    Fixed8() {
      super(new FixedPrefix(8));
    }
  }

  @Nested
  final class Fixed2 extends WithRule {
    Fixed2() {
      super(new FixedPrefix(2));
    }
  }

  @Nested
  final class Delimited extends WithRule {
    Delimited() {
      super(new DelimitedPrefix((byte) ':'));
    }
  }

  @Nested
  final class Length extends WithRule {
    Length() {
      super(new LengthPrefixed(1));
    }
  }

  @Nested
  final class Whole extends WithRule {
    Whole() {
      super(PrefixExtractor.WHOLE_KEY);
    }
  }

  private static final Slice VALUE = Slice.utf8("value");

  @Test
  void aKeyEqualToItsPrefixIsTheFirstOfItsGroup() throws IOException {
    try (MemTable table = new GroupedMemTable(new FixedPrefix(2), false, ChunkPool.keepingNone());
        PointResult result = new PointResult()) {
      table.add(1, EntryKind.PUT, 0, Slice.utf8("ab"), VALUE);
      table.add(2, EntryKind.PUT, 0, Slice.utf8("abc"), VALUE);
      table.add(3, EntryKind.PUT, 0, Slice.utf8("a"), VALUE);
      table.add(4, EntryKind.PUT, 0, Slice.utf8("ab"), VALUE);
      assertEquals("'a'@3 'ab'@4 'ab'@1 'abc'@2 ", keys(table, Direction.FORWARD));
      assertEquals("'abc'@2 'ab'@4 'ab'@1 'a'@3 ", keys(table, Direction.REVERSE));
      assertTrue(table.get(Slice.utf8("ab"), 3, result));
      assertEquals(1, result.sequence());
      assertFalse(table.get(Slice.utf8("b"), SequenceNumber.MAX, result));
    }
  }

  @Test
  void aSmallValueAfterAnOversizeOneOfTheSameKeyIsTheNewer() throws IOException {
    try (MemTable table = new GroupedMemTable(new FixedPrefix(2), false, ChunkPool.keepingNone());
        PointResult result = new PointResult()) {
      table.add(1, EntryKind.PUT, 0, Slice.utf8("ab2"), Slice.of(new byte[3 << 20]));
      table.add(2, EntryKind.PUT, 0, Slice.utf8("ab2"), VALUE);
      table.add(3, EntryKind.PUT, 0, Slice.utf8("ab1"), VALUE);
      assertEquals("'ab1'@3 'ab2'@2 'ab2'@1 ", keys(table, Direction.FORWARD));
      assertEquals("'ab2'@2 'ab2'@1 'ab1'@3 ", keys(table, Direction.REVERSE));
      assertTrue(table.get(Slice.utf8("ab2"), SequenceNumber.MAX, result));
      assertEquals(2, result.sequence());
      assertTrue(table.get(Slice.utf8("ab2"), 1, result));
      assertEquals(1, result.sequence());
    }
  }

  @Test
  void whatDoesNotFitThePackedRowIsKeptAllTheSame() throws IOException {
    try (MemTable table = new GroupedMemTable(new FixedPrefix(2), true, ChunkPool.keepingNone());
        PointResult result = new PointResult()) {
      long late = 1_000_000 + (1L << 33); // milliseconds: a hundred days later
      table.add(10, EntryKind.PUT, 1_000_000, Slice.utf8("ab1"), VALUE);
      table.add(11, EntryKind.PUT, late, Slice.utf8("ab2"), VALUE);
      table.add(12, EntryKind.PUT, 5, Slice.utf8("ab3"), VALUE); // the clock went back
      table.add(13L + (1L << 33), EntryKind.DELETE, 1_000_001, Slice.utf8("ab4"), new Slice());
      assertTrue(table.get(Slice.utf8("ab2"), SequenceNumber.MAX, result));
      assertEquals(late, result.timeMillis());
      assertTrue(table.get(Slice.utf8("ab3"), SequenceNumber.MAX, result));
      assertEquals(5, result.timeMillis());
      assertTrue(table.get(Slice.utf8("ab4"), SequenceNumber.MAX, result));
      assertEquals(13L + (1L << 33), result.sequence());
      assertEquals(EntryKind.DELETE, result.kind());
    }
  }

  @Test
  void splitKeysArePrefixesThatCutTheRowsEvenly() {
    try (MemTable table = new GroupedMemTable(new FixedPrefix(2), false, ChunkPool.keepingNone())) {
      assertEquals(List.of(), table.splitKeys(4));
      int rows = 0;
      for (int group = 0; group < 100; group++) {
        for (int row = 0; row < (group < 10 ? 90 : 10); row++) { // half the rows in a tenth
          table.add(
              ++rows,
              EntryKind.PUT,
              0,
              Slice.utf8(String.format(Locale.ROOT, "%02d%03d", group, row)),
              VALUE);
        }
      }
      assertEquals(List.of(Slice.utf8("10")), table.splitKeys(2));
      assertEquals(
          List.of(Slice.utf8("05"), Slice.utf8("10"), Slice.utf8("55")), table.splitKeys(4));
      assertEquals(List.of(), table.splitKeys(1));
    }
  }

  @Test
  void boundsWithinOneGroupShowNoOtherAndAskForNoOrder() throws IOException {
    try (GroupedMemTable table =
        new GroupedMemTable(new FixedPrefix(8), false, ChunkPool.keepingNone())) {
      for (int i = 1; i <= 300; i++) {
        Slice key =
            Slice.of(ByteBuffer.allocate(16).putLong(i % 3).putLong(i % 7 == 0 ? 1 : i).array());
        table.add(i, EntryKind.PUT, 0, key, VALUE);
      }
      Slice lower = Slice.of(ByteBuffer.allocate(8).putLong(1).array());
      Slice upper = Slice.of(ByteBuffer.allocate(8).putLong(2).array());
      for (Direction direction : Direction.values()) {
        ScanBounds bounds = new ScanBounds(direction, lower, upper, 1_000, true);
        int rows = 0;
        try (InternalCursor cursor = table.cursor(bounds)) {
          for (cursor.seekFirst(); cursor.valid(); cursor.next()) {
            assertTrue(cursor.key().startsWith(lower));
            rows++;
          }
        }
        assertEquals(100, rows);
      }
      assertEquals(0, table.groupsInOrder(), "no reader went from one group to the next");
      assertTrue(keys(table, Direction.FORWARD).length() > 300);
      assertEquals(3, table.groupsInOrder());
    }
  }

  @Test
  void whatIsOverwrittenAgainAndAgainStaysInItsGroup() throws IOException {
    try (GroupedMemTable table =
            new GroupedMemTable(new FixedPrefix(2), false, ChunkPool.keepingNone());
        PointResult result = new PointResult()) {
      table.add(1, EntryKind.PUT, 0, Slice.utf8("ab1"), VALUE);
      for (int sequence = 2; sequence <= 1000; sequence++) {
        EntryKind kind = sequence % 10 == 0 ? EntryKind.DELETE : EntryKind.PUT;
        table.add(sequence, kind, 0, Slice.utf8("ab2"), VALUE);
      }
      table.add(1001, EntryKind.PUT, 0, Slice.utf8("ab3"), VALUE);
      table.add(1002, EntryKind.PUT, 0, Slice.utf8("ab3"), VALUE);
      assertNull(table.overflow());
      for (int snapshot = 2; snapshot <= 1000; snapshot++) {
        assertTrue(table.get(Slice.utf8("ab2"), snapshot, result));
        assertEquals(snapshot, result.sequence());
        assertEquals(snapshot % 10 == 0 ? EntryKind.DELETE : EntryKind.PUT, result.kind());
      }
      assertTrue(table.get(Slice.utf8("ab2"), SequenceNumber.MAX, result));
      assertEquals(1000, result.sequence());
      assertFalse(table.get(Slice.utf8("ab2"), 1, result));
      assertFalse(table.get(Slice.utf8("ab3"), 1000, result));
      String forward = keys(table, Direction.FORWARD);
      assertTrue(forward.startsWith("'ab1'@1 'ab2'@1000 'ab2'@999 "), forward);
      assertTrue(forward.endsWith("'ab2'@3 'ab2'@2 'ab3'@1002 'ab3'@1001 "), forward);
      String reverse = keys(table, Direction.REVERSE);
      assertTrue(reverse.startsWith("'ab3'@1002 'ab3'@1001 'ab2'@1000 'ab2'@999 "), reverse);
      assertTrue(reverse.endsWith("'ab2'@2 'ab1'@1 "), reverse);
    }
  }

  private static String keys(MemTable table, Direction direction) throws IOException {
    StringBuilder keys = new StringBuilder();
    ScanBounds bounds = new ScanBounds(direction, null, null, ScanBounds.UNLIMITED, true);
    try (InternalCursor cursor = table.cursor(bounds)) {
      for (cursor.seekFirst(); cursor.valid(); cursor.next()) {
        keys.append(cursor.key()).append('@').append(cursor.sequence()).append(' ');
      }
    }
    return keys.toString();
  }
}
