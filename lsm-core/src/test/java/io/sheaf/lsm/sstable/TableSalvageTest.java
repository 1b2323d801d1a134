package io.sheaf.lsm.sstable;

import static io.sheaf.lsm.sstable.TableFixture.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.key.RangeTombstone;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of a damaged SSTable; {@code -Dsheaf.test.seed=N} replays. */
final class TableSalvageTest {
  private static final PrefixExtractor RULE = TableFixture.fixed(8);
  private static final int ROWS = 2_000;

  private final long seed = TestSeed.next();
  private final Random random = new Random(seed);
  private final TreeMap<Slice, Slice> rows = new TreeMap<>();
  private final TableFixture fixture;

  TableSalvageTest() throws IOException {
    fixture = new TableFixture();
  }

  @BeforeEach
  void sayHowToReplay() {
    System.out.println("salvage: -Dsheaf.test.seed=" + seed);
  }

  @AfterEach
  void nothingLeaks() {
    fixture.close();
  }

  private void build(Compression compression, @Nullable Dictionary dictionary) throws IOException {
    fixture.dictionary = dictionary;
    try (TableBuilder builder = fixture.builder(RULE, compression, 1 << 10, false)) {
      for (int i = 0; i < ROWS; i++) {
        Slice key = Slice.of(key(i / 50, i * 3L));
        Slice value = Slice.utf8("value number " + i * 7919 + " of somebody " + random.nextInt());
        builder.add(key, i + 1L, EntryKind.PUT, 0, value);
        rows.put(key, value);
      }
      builder.addRangeTombstone(
          new RangeTombstone(Slice.of(key(7, 0)), Slice.of(key(9, 0)), ROWS + 1L));
      builder.finish();
    }
  }

  private TableSalvage open() throws IOException {
    return TableSalvage.open(
        fixture.files,
        TableFixture.FILE,
        TableFixture.NUMBER,
        fixture.cache,
        fixture.budget,
        fixture.values,
        fixture.statistics);
  }

  @Test
  void aWholeFileIsOnePiece() throws IOException {
    build(Compression.zstd(1), TableFixture.someDictionary());
    try (TableSalvage salvage = open()) {
      assertEquals(0, salvage.damages().size());
      assertEquals(0, salvage.gaps().size());
      assertEquals(1, salvage.pieces().size());
      assertEquals(1, salvage.rangeTombstones().size());
      assertEquals(5, salvage.properties().orElseThrow().table().id());
      assertEquals(rows, read(salvage));
    }
  }

  /** Every row that cannot be read lies in a gap, and no other. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void damageAnywhereCostsNoRowsButThoseOfItsGaps(boolean withDictionary) throws IOException {
    build(Compression.zstd(1), withDictionary ? TableFixture.someDictionary() : null);
    byte[] whole = fixture.bytes();
    for (int i = 0; i < 150; i++) {
      byte[] damaged = whole.clone();
      int length = whole.length;
      for (int place = random.nextInt(3); place >= 0; place--) {
        int at = random.nextInt(whole.length);
        int end = Math.min(whole.length, at + 1 + random.nextInt(random.nextInt(3_000) + 1));
        for (int each = at; each < end; each++) {
          damaged[each] = (byte) random.nextInt();
        }
      }
      if (random.nextInt(4) == 0) {
        length = random.nextInt(whole.length);
      }
      fixture.replace(damaged, length);
      try (TableSalvage salvage = open()) {
        SortedMap<Slice, Slice> left = read(salvage);
        assertFalse(salvage.damages().isEmpty(), "seed " + seed);
        for (var row : rows.entrySet()) {
          Slice found = left.remove(row.getKey());
          assertTrue(
              found == null ? isInGap(salvage, row.getKey()) : row.getValue().equals(found),
              () -> row.getKey() + " is " + found + ", seed " + seed);
        }
        assertEquals(0, left.size(), "rows that were never there, seed " + seed);
      }
    }
  }

  /** Two descriptors at most, however many pieces there are: systems have few to give. */
  @Test
  void aFileInManyPiecesIsOpenedOnce() throws IOException {
    build(Compression.zstd(1), TableFixture.someDictionary());
    byte[] damaged = fixture.bytes();
    for (int at = 4_000; at < damaged.length; at += 2_000) {
      damaged[at] ^= 1;
    }
    fixture.replace(damaged, damaged.length);
    FaultFileSystem counted = new FaultFileSystem(fixture.files);
    try (TableSalvage salvage =
        TableSalvage.open(
            counted,
            TableFixture.FILE,
            TableFixture.NUMBER,
            fixture.cache,
            fixture.budget,
            fixture.values,
            fixture.statistics)) {
      int pieces = salvage.pieces().size();
      assertTrue(pieces > 5, () -> pieces + " pieces");
      assertTrue(counted.calls(FaultFileSystem.Operation.OPEN) <= 2);
      assertFalse(read(salvage).isEmpty());
    }
  }

  private static boolean isInGap(TableSalvage salvage, Slice key) {
    for (TableGap gap : salvage.gaps()) {
      Slice from = gap.from();
      Slice to = gap.to();
      if ((from == null || from.compareTo(key) <= 0) && (to == null || to.compareTo(key) >= 0)) {
        return true;
      }
    }
    return false;
  }

  /** Footer, index, properties, filter: all data is there all the same. */
  @Test
  void damageOfWhatIsNoDataCostsNoRows() throws IOException {
    build(Compression.zstd(1), TableFixture.someDictionary());
    byte[] whole = fixture.bytes();
    ByteBuffer footer =
        ByteBuffer.wrap(whole, whole.length - TableFooter.BYTES, TableFooter.BYTES)
            .slice()
            .order(ByteOrder.LITTLE_ENDIAN);
    int filter = (int) footer.getLong(0);
    int tombstones = (int) footer.getLong(8);
    int index = (int) footer.getLong(16);
    int properties = (int) footer.getLong(24);
    for (int part : new int[] {0, filter, index, properties, whole.length - TableFooter.BYTES}) {
      byte[] damaged = whole.clone();
      damaged[part + 13] ^= 1;
      fixture.replace(damaged, damaged.length);
      try (TableSalvage salvage = open()) {
        assertEquals(rows, read(salvage), "part at " + part);
        assertEquals(1, salvage.damages().size(), () -> salvage.damages().toString());
        assertEquals(1, salvage.rangeTombstones().size());
        assertFalse(salvage.rangeTombstonesLost());
      }
    }
    byte[] damaged = whole.clone();
    damaged[tombstones + 13] ^= 1;
    fixture.replace(damaged, damaged.length);
    try (TableSalvage salvage = open()) {
      assertTrue(salvage.rangeTombstonesLost());
      assertEquals(rows, read(salvage));
    }
  }

  @Test
  void withoutItsDictionaryWhatIsCompressedWithItIsLost() throws IOException {
    build(Compression.zstd(1), TableFixture.someDictionary());
    byte[] damaged = fixture.bytes();
    damaged[100] ^= 1;
    fixture.replace(damaged, damaged.length);
    try (TableSalvage salvage = open()) {
      for (Slice key : rows.keySet()) {
        assertTrue(read(salvage).containsKey(key) || isInGap(salvage, key));
      }
      assertTrue(salvage.dictionary().isEmpty());
    }
  }

  private static SortedMap<Slice, Slice> read(TableSalvage salvage) throws IOException {
    SortedMap<Slice, Slice> found = new TreeMap<>();
    for (TableSalvage.Piece piece : salvage.pieces()) {
      try (InternalCursor row = piece.reader().cursor(ScanBounds.all())) {
        for (row.seekFirst(); row.valid(); row.next()) {
          Slice key = Slice.copyOf(row.key());
          assertTrue(piece.firstKey().compareTo(key) <= 0 && piece.lastKey().compareTo(key) >= 0);
          found.put(key, Slice.copyOf(row.value()));
        }
      }
    }
    return found;
  }
}
