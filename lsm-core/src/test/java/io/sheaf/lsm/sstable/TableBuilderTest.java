package io.sheaf.lsm.sstable;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.cache.MemoryBudget.Use;
import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.LiveBuffers;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.PointResult;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.NoSpaceException;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.version.FileMetadata;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TableBuilderTest {
  private static final PrefixExtractor RULE = TableFixture.fixed(8);
  private static final int ZSTD_DICTIONARY_MAGIC = 0xEC30A437; // RFC 8878, section 5
  private static final Slice VALUE = Slice.utf8("value");

  private final TableFixture fixture;

  TableBuilderTest() throws IOException {
    fixture = new TableFixture(512 << 20);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static Slice key(long prefix, long suffix) {
    return Slice.of(TableFixture.key(prefix, suffix));
  }

  @Test
  void refusesEntriesOutOfOrder() throws IOException {
    try (TableBuilder builder = fixture.builder(RULE, 4096, false)) {
      builder.add(key(1, 5), 10, EntryKind.PUT, 0, VALUE);
      builder.add(key(1, 5), 9, EntryKind.PUT, 0, VALUE);
      for (Runnable wrong :
          List.<Runnable>of(
              () -> add(builder, key(1, 5), 9),
              () -> add(builder, key(1, 4), 99),
              () -> add(builder, key(1, 6), -1),
              () -> add(builder, Slice.of(new byte[TableFormat.MAX_KEY_BYTES + 1]), 1))) {
        assertThrows(IllegalArgumentException.class, wrong::run);
      }
      builder.add(key(1, 6), 1, EntryKind.PUT, 0, VALUE);
      assertEquals(3, builder.finish().entries());
    }
  }

  private static void add(TableBuilder builder, Slice key, long sequence) {
    try {
      builder.add(key, sequence, EntryKind.PUT, 0, VALUE);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void leavesNothingBehindWhenNotFinished() throws IOException {
    try (TableBuilder builder = fixture.builder(RULE, 4096, false)) {
      builder.add(key(1, 5), 10, EntryKind.PUT, 0, VALUE);
      assertThrows(
          FileAlreadyExistsException.class, () -> fixture.builder(RULE, 4096, false).close());
    }
    assertFalse(fixture.files.exists(TableFixture.FILE));
    try (TableBuilder builder = fixture.builder(RULE, 4096, false)) {
      assertThrows(IllegalStateException.class, builder::finish);
    }
    assertFalse(fixture.files.exists(TableFixture.FILE));
  }

  @Test
  void leavesNothingBehindWhenItCannotBegin() {
    byte[] malformed = new byte[Dictionary.MIN_BYTES];
    ByteBuffer.wrap(malformed).order(ByteOrder.LITTLE_ENDIAN).putInt(ZSTD_DICTIONARY_MAGIC);
    Dictionary large = new Dictionary(new byte[Dictionary.MAX_BYTES]);
    long before = LiveBuffers.count();
    assertThrows(RuntimeException.class, () -> builder(new Dictionary(malformed), 4096).close());
    assertEquals(before, LiveBuffers.count(), "a dictionary that ZSTD does not take");
    NoSpaceException full =
        assertThrows(NoSpaceException.class, () -> builder(large, 4096).close());
    assertEquals(before, LiveBuffers.count(), full::toString);
    int tooLarge = (1 << 30) - 1;
    assertThrows(OutOfMemoryError.class, () -> builder(null, tooLarge).close());
    assertEquals(before, LiveBuffers.count(), "blocks for which there is no memory");
    assertFalse(fixture.files.exists(TableFixture.FILE));
  }

  /** A builder on a device that has no room for a large dictionary. */
  private TableBuilder builder(@Nullable Dictionary dictionary, int blockBytes) throws IOException {
    FaultFileSystem disk = new FaultFileSystem(fixture.files);
    disk.limitSpace(Dictionary.MAX_BYTES / 2);
    return new TableBuilder(
        disk,
        TableFixture.FILE,
        TableFixture.NUMBER,
        0,
        TableFixture.table(RULE),
        Compression.zstd(1),
        dictionary,
        blockBytes,
        false);
  }

  @Test
  void refusesUseAfterFinish() throws IOException {
    try (TableBuilder builder = fixture.builder(RULE, 4096, false)) {
      builder.add(key(1, 5), 10, EntryKind.PUT, 0, VALUE);
      builder.finish();
      assertThrows(ClosedException.class, builder::finish);
      assertThrows(
          ClosedException.class, () -> builder.add(key(2, 0), 11, EntryKind.PUT, 0, VALUE));
    }
    assertTrue(fixture.files.exists(TableFixture.FILE));
  }

  @Test
  void extendsTheBoundsByRangeTombstones() throws IOException {
    FileMetadata metadata;
    try (TableBuilder builder = fixture.builder(RULE, 4096, true)) {
      builder.add(key(5, 5), 10, EntryKind.PUT, 77, VALUE);
      builder.addRangeTombstone(new RangeTombstone(key(7, 0), key(8, 0), 30));
      builder.addRangeTombstone(new RangeTombstone(key(2, 0), key(3, 0), 20));
      metadata = builder.finish();
    }
    assertEquals(key(2, 0), metadata.smallestKey());
    assertEquals(key(8, 0), metadata.largestKey());
    assertEquals(2, metadata.rangeDeletes());
    assertEquals(30, metadata.largestSequence());
    assertEquals(10, metadata.smallestSequence());
    assertEquals(77, metadata.oldestTimeMillis());
    try (TableReader table = fixture.open()) {
      assertEquals(metadata, table.properties().metadata());
      assertEquals(20, table.rangeTombstones().coveringSequence(key(2, 9), 1000));
      assertEquals(30, table.rangeTombstones().coveringSequence(key(7, 9), 1000));
      assertEquals(0, table.rangeTombstones().coveringSequence(key(5, 5), 1000));
    }
  }

  @Test
  void keepsATableOfRangeTombstonesOnly() throws IOException {
    try (TableBuilder builder = fixture.builder(RULE, 4096, false)) {
      builder.addRangeTombstone(new RangeTombstone(key(2, 0), key(3, 0), 20));
      FileMetadata metadata = builder.finish();
      assertEquals(0, metadata.entries());
      assertEquals(key(2, 0), metadata.smallestKey());
      assertEquals(key(3, 0), metadata.largestKey());
    }
    try (TableReader table = fixture.open();
        PointResult result = new PointResult();
        InternalCursor forward = table.cursor(ScanBounds.all());
        InternalCursor reverse = table.cursor(TableFixture.reverse(null, null, 10))) {
      assertEquals(1, table.rangeTombstones().size());
      assertFalse(table.mayContainPrefix(Slice.of(new byte[8])));
      assertFalse(table.get(key(2, 0), 100, result));
      forward.seekFirst();
      assertFalse(forward.valid());
      forward.seek(key(0, 0));
      assertFalse(forward.valid());
      reverse.seekFirst();
      assertFalse(reverse.valid());
      reverse.seek(key(9, 0));
      assertFalse(reverse.valid());
    }
  }

  @Test
  void takesFewBytesForASeparatedRow() throws IOException {
    // The dense shape: ids and sequence numbers rise over all users; blocks of 32 KB.
    Random random = new Random(1);
    int users = 200;
    int rowsOfUser = 500;
    ValueReference reference = new ValueReference();
    FileMetadata metadata;
    try (TableBuilder builder = fixture.builder(RULE, 16 << 10, false)) {
      long blockOffset = 32;
      for (int user = 0; user < users; user++) {
        long id = 1L << 40;
        long sequence = 10_000_000;
        reference.valueOffset = 1 << 20;
        for (int row = 0; row < rowsOfUser; row++) {
          id += 1 + (long) (-20_000 * Math.log(1 - random.nextDouble()));
          sequence += 1 + (long) (-20_000 * Math.log(1 - random.nextDouble()));
          int length = (int) Math.min(16_000, 200 + Math.exp(5.4 + 0.9 * random.nextGaussian()));
          if (reference.valueOffset + length > 32 << 10) {
            blockOffset += 14_000 + random.nextInt(1000);
            reference.fileNumber = 123_456;
            reference.blockOffset = blockOffset;
            reference.storedBytes = 14_000;
            reference.rawBytes = 33 << 10;
            reference.valueOffset = 0;
            reference.valueLength = 0;
          }
          reference.valueLength = length;
          builder.addReference(key(user * 0x9E37_79B9L, id), sequence, 0, reference);
          reference.valueOffset += length;
        }
      }
      metadata = builder.finish();
    }
    double filterBytes = 1.25 * (1 + 1.0 / rowsOfUser);
    double bytesPerRow = (double) metadata.sizeBytes() / metadata.entries() - filterBytes;
    System.out.printf(
        Locale.ROOT, "separated row: %.2f bytes and %.2f of filter%n", bytesPerRow, filterBytes);
    assertTrue(bytesPerRow <= 8, bytesPerRow + " bytes a row");
    assertEquals(users * (long) rowsOfUser, metadata.separatedRows());
    assertTrue(metadata.blockReferences() < metadata.entries() / 40);
  }

  @Test
  void takesFewBytesForAGroupOfOneRow() throws IOException {
    Random random = new Random(1);
    int rows = 20_000;
    try (TableBuilder builder = fixture.builder(RULE, Compression.NONE, 16 << 10, false)) {
      byte[] value = new byte[400];
      for (int i = 0; i < rows; i++) {
        Slice key = key(i * 50L, random.nextInt(1 << 24));
        builder.add(key, 5_000_000L + random.nextInt(600_000), EntryKind.PUT, 0, Slice.of(value));
      }
      FileMetadata metadata = builder.finish();
      double overhead = (double) metadata.sizeBytes() / rows - value.length - 16 - 2.5;
      System.out.printf(
          Locale.ROOT, "group of one row: %.2f bytes besides key, value, filter%n", overhead);
      assertTrue(overhead < 12, overhead + " bytes");
    }
  }

  @Test
  void holdsLongKeysAndLargeValues() throws IOException {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    List<byte[]> keys = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      byte[] key = new byte[i % 3 == 0 ? TableFormat.MAX_KEY_BYTES : 60_000];
      key[0] = (byte) (i / 8);
      key[101] = (byte) 0xFF;
      key[100] = (byte) i;
      keys.add(key);
    }
    keys.sort((a, b) -> Slice.of(a).compareTo(Slice.of(b)));
    byte[] large = new byte[TableFormat.MAX_VALUE_BYTES];
    for (int i = 0; i < 100_000; i++) {
      large[random.nextInt(large.length)] = (byte) i;
    }
    try (TableBuilder builder = fixture.builder(RULE, 16 << 10, false)) {
      for (int i = 0; i < keys.size(); i++) {
        Slice value = i == 20 ? Slice.of(large) : VALUE;
        builder.add(Slice.of(keys.get(i)), i, EntryKind.PUT, 0, value);
      }
      assertThrows(
          IllegalArgumentException.class,
          () ->
              builder.add(
                  Slice.of(new byte[] {(byte) 0xFF}),
                  1,
                  EntryKind.PUT,
                  0,
                  Slice.of(new byte[TableFormat.MAX_VALUE_BYTES + 1])));
      builder.finish();
    }
    try (TableReader table = fixture.open();
        PointResult result = new PointResult();
        InternalCursor forward = table.cursor(ScanBounds.all());
        InternalCursor reverse = table.cursor(TableFixture.reverse(null, null, 1000))) {
      assertTrue(
          fixture.budget.used(Use.INDEXES) < 20_000,
          "the index keeps long keys only where they decide");
      forward.seekFirst();
      reverse.seekFirst();
      for (int i = 0; i < keys.size(); i++) {
        assertEquals(Slice.of(keys.get(i)), forward.key());
        assertEquals(Slice.of(keys.get(keys.size() - 1 - i)), reverse.key());
        assertTrue(table.get(Slice.of(keys.get(i)), 1000, result));
        assertEquals(i, result.sequence());
        if (i == 20) {
          assertArrayEquals(large, forward.value().toByteArray());
          assertEquals(Slice.of(large), result.value());
        }
        forward.next();
        reverse.next();
      }
      assertFalse(forward.valid());
      assertFalse(reverse.valid());
    }
  }

  @Test
  void holdsOneLargePrefixAndManySmallOnes() throws IOException {
    int rows = 300_000;
    int prefixes = 10_000;
    try (TableBuilder builder = fixture.builder(RULE, 16 << 10, false)) {
      for (int i = 0; i < rows; i++) {
        builder.add(key(1, i), i, EntryKind.PUT, 0, VALUE);
      }
      for (int i = 0; i < prefixes; i++) {
        builder.add(key(2 + i, 9), i, EntryKind.PUT, 0, VALUE);
      }
      builder.finish();
    }
    try (TableReader table = fixture.open();
        InternalCursor cursor = table.cursor(ScanBounds.all())) {
      int seen = 0;
      for (cursor.seekFirst(); cursor.valid(); cursor.next()) {
        assertEquals(seen < rows ? seen : seen - rows, cursor.sequence());
        seen++;
      }
      assertEquals(rows + prefixes, seen);
      try (PointResult result = new PointResult()) {
        for (int i = 0; i < rows; i += 997) {
          assertTrue(table.get(key(1, i), Long.MAX_VALUE, result));
          assertEquals(i, result.sequence());
        }
        for (int i = 0; i < prefixes; i += 97) {
          assertTrue(table.get(key(2 + i, 9), Long.MAX_VALUE, result));
          assertFalse(table.get(key(2 + i, 8), Long.MAX_VALUE, result));
        }
      }
    }
  }
}
