package io.sheaf.lsm.sstable;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.PointResult;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.cursor.ScanBounds.Direction;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.sstable.TableModel.Entry;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.FileMetadata.ValueShare;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Random tables read in every way, against a map. */
final class TableRoundTripTest {
  private static final int TABLES = Integer.getInteger("sheaf.test.tables", 40);

  @Test
  void readsBackWhatWasWritten() throws IOException {
    long first = TestSeed.next();
    for (int i = 0; i < TABLES; i++) {
      long seed = first + i;
      try {
        check(new Random(seed));
      } catch (Exception | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private static void check(Random random) throws IOException {
    TableModel model = new TableModel(random);
    long budget = random.nextBoolean() ? 64 << 20 : 100_000;
    try (TableFixture fixture = new TableFixture(budget)) {
      fixture.dictionary = random.nextBoolean() ? TableFixture.someDictionary() : null;
      FileMetadata metadata;
      try (TableBuilder builder =
          fixture.builder(model.extractor, model.blockBytes, model.keepsTimes)) {
        model.write(builder, fixture.values);
        assertEquals(model.forward().size(), builder.entries());
        long estimated = builder.estimatedBytes();
        metadata = builder.finish();
        assertTrue(estimated * 2 + 1000 > metadata.sizeBytes(), estimated + " estimated");
      }
      checkMetadata(model, metadata);
      assertEquals(fixture.files.size(TableFixture.FILE), metadata.sizeBytes());
      try (TableReader table = fixture.open()) {
        assertEquals(metadata, table.properties().metadata());
        boolean fillCache = random.nextBoolean();
        checkScans(model, table, fillCache);
        checkSeeks(model, table, random, fillCache);
        checkBounds(model, table, random, fillCache);
        checkGets(model, table, random);
      }
    }
  }

  private static void checkScans(TableModel model, TableReader table, boolean fillCache)
      throws IOException {
    ScanBounds on = new ScanBounds(Direction.FORWARD, null, null, Long.MAX_VALUE, fillCache);
    try (InternalCursor cursor = table.cursor(on)) {
      assertFalse(cursor.valid());
      cursor.seekFirst();
      checkRest(model.forward().stream(), cursor, Integer.MAX_VALUE);
    }
    ScanBounds back = new ScanBounds(Direction.REVERSE, null, null, Long.MAX_VALUE, fillCache);
    try (InternalCursor cursor = table.cursor(back)) {
      cursor.seekFirst();
      checkRest(model.reverse(), cursor, Integer.MAX_VALUE);
    }
  }

  private static void checkSeeks(
      TableModel model, TableReader table, Random random, boolean fillCache) throws IOException {
    ScanBounds on = new ScanBounds(Direction.FORWARD, null, null, 20, fillCache);
    ScanBounds back = new ScanBounds(Direction.REVERSE, null, null, 20, fillCache);
    try (InternalCursor forward = table.cursor(on);
        InternalCursor reverse = table.cursor(back)) {
      for (int i = 0; i < 60; i++) {
        Slice target = model.someKey();
        forward.seek(target);
        checkRest(model.from(target), forward, random.nextInt(800));
        reverse.seek(target);
        checkRest(model.backFrom(target, true), reverse, random.nextInt(800));
      }
    }
  }

  /** Entries outside of the bounds may be shown at the end only, and none inside left out. */
  private static void checkBounds(
      TableModel model, TableReader table, Random random, boolean fillCache) throws IOException {
    for (int i = 0; i < 20; i++) {
      Slice one = model.someKey();
      Slice other = model.someKey();
      boolean inOrder = one.compareTo(other) < 0;
      Slice lower = inOrder ? one : other;
      Slice upper = inOrder ? other : one;
      long limit = random.nextBoolean() ? ScanBounds.UNLIMITED : 1 + random.nextInt(100);
      ScanBounds on = new ScanBounds(Direction.FORWARD, lower, upper, limit, fillCache);
      try (InternalCursor cursor = table.cursor(on)) {
        cursor.seekFirst();
        checkUpTo(on, model.from(lower).iterator(), cursor);
      }
      ScanBounds back = new ScanBounds(Direction.REVERSE, lower, upper, limit, fillCache);
      try (InternalCursor cursor = table.cursor(back)) {
        cursor.seekFirst();
        checkUpTo(back, model.backFrom(upper, false).iterator(), cursor);
      }
    }
  }

  private static void checkUpTo(ScanBounds bounds, Iterator<Entry> expected, InternalCursor cursor)
      throws IOException {
    while (expected.hasNext()) {
      Entry entry = expected.next();
      if (bounds.past(entry.key())) {
        break;
      }
      checkEntry(entry, cursor);
      cursor.next();
    }
    assertTrue(!cursor.valid() || bounds.past(cursor.key()));
  }

  private static void checkRest(Stream<Entry> expected, InternalCursor cursor, int rows)
      throws IOException {
    int shown = 0;
    Iterator<Entry> entries = expected.iterator();
    while (entries.hasNext()) {
      if (shown++ > rows) {
        return;
      }
      checkEntry(entries.next(), cursor);
      cursor.next();
    }
    assertFalse(cursor.valid());
  }

  private static void checkEntry(Entry entry, InternalCursor cursor) throws IOException {
    assertTrue(cursor.valid(), "before " + entry.key());
    assertEquals(entry.key(), cursor.key());
    assertEquals(entry.sequence(), cursor.sequence());
    assertEquals(entry.kind(), cursor.kind());
    assertEquals(entry.timeMillis(), cursor.timeMillis());
    assertEquals(entry.separated(), cursor.separated());
    assertEquals(entry.value().length, cursor.valueLength());
    if (entry.separated()) {
      ValueReference reference = new ValueReference();
      cursor.reference(reference);
      assertEquals(entry.value().length, reference.valueLength);
    }
    assertArrayEquals(entry.value(), cursor.value().toByteArray());
  }

  private static void checkGets(TableModel model, TableReader table, Random random)
      throws IOException {
    try (PointResult result = new PointResult()) {
      for (int i = 0; i < 300; i++) {
        Slice key = model.someKey();
        long snapshot = random.nextInt(2_200_000);
        Entry expected = model.get(key, snapshot);
        boolean found = table.get(key, snapshot, result);
        assertEquals(expected != null, found, "get of " + key + " at " + snapshot);
        if (expected != null) {
          assertTrue(table.mayContainKey(key));
          Slice prefix = new Slice().set(key, 0, model.extractor.prefixLength(key));
          assertTrue(table.mayContainPrefix(prefix));
          assertEquals(expected.sequence(), result.sequence());
          assertEquals(expected.kind(), result.kind());
          assertEquals(expected.timeMillis(), result.timeMillis());
          assertArrayEquals(expected.value(), result.value().toByteArray());
        }
      }
    }
  }

  private static void checkMetadata(TableModel model, FileMetadata metadata) {
    List<Entry> entries = model.forward();
    assertEquals(TableFixture.NUMBER, metadata.number());
    assertEquals(3, metadata.level());
    assertEquals(entries.size(), metadata.entries());
    assertEquals(
        entries.stream().filter(entry -> entry.kind() == EntryKind.DELETE).count(),
        metadata.deletes());
    assertEquals(0, metadata.rangeDeletes());
    assertEquals(model.keys.firstKey(), metadata.smallestKey());
    assertEquals(model.keys.lastKey(), metadata.largestKey());
    List<Slice> suffixes =
        model.keys.keySet().stream()
            .map(key -> {
              int prefix = model.extractor.prefixLength(key);
              return new Slice().set(key, prefix, key.length() - prefix);
            })
            .sorted()
            .toList();
    assertEquals(suffixes.get(0), metadata.smallestSuffix());
    assertEquals(suffixes.get(suffixes.size() - 1), metadata.largestSuffix());
    assertEquals(
        entries.stream().mapToLong(Entry::sequence).min().orElseThrow(),
        metadata.smallestSequence());
    assertEquals(
        entries.stream().mapToLong(Entry::sequence).max().orElseThrow(),
        metadata.largestSequence());
    assertEquals(
        entries.stream().mapToLong(Entry::timeMillis).min().orElseThrow(),
        metadata.oldestTimeMillis());
    assertEquals(
        entries.stream().mapToLong(Entry::timeMillis).max().orElseThrow(),
        metadata.newestTimeMillis());
    assertEquals(
        entries.stream().mapToLong(entry -> entry.key().length()).sum(), metadata.rawKeyBytes());
    assertEquals(
        entries.stream()
            .filter(entry -> !entry.separated())
            .mapToLong(entry -> entry.value().length)
            .sum(),
        metadata.inlineBytes());
    long separated = entries.stream().filter(Entry::separated).count();
    assertEquals(separated, metadata.separatedRows());
    assertEquals(
        entries.stream().filter(Entry::separated).mapToLong(entry -> entry.value().length).sum(),
        metadata.separatedBytes());
    assertEquals(separated, metadata.shares().stream().mapToLong(ValueShare::rows).sum());
    assertTrue(metadata.blockReferences() <= separated);
    Map<Long, ValueShare> byFile = new HashMap<>();
    metadata.shares().forEach(share -> byFile.put(share.valueFile(), share));
    assertEquals(metadata.shares().size(), byFile.size());
    assertNotNull(metadata.smallestKey());
  }
}
