package io.sheaf.lsm.sstable;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.UnsupportedFormatException;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.value.ValueReference;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Damage is an error or has no effect; never a wrong row, never one gone. */
final class TableCorruptionTest {
  private static final PrefixExtractor RULE = TableFixture.fixed(8);
  private static final int GROUPS = 12;
  private static final int ROWS = 8;

  private final TableFixture fixture;

  TableCorruptionTest() throws IOException {
    fixture = new TableFixture();
  }

  @BeforeEach
  void write() throws IOException {
    ValueReference reference = new ValueReference();
    fixture.dictionary = TableFixture.someDictionary();
    try (TableBuilder builder = fixture.builder(RULE, 256, true)) {
      for (int group = 0; group < GROUPS; group++) {
        for (int row = 0; row < ROWS; row++) {
          Slice key = Slice.of(TableFixture.key(group, row));
          if (group % 2 == 0) {
            fixture.values.append(value(group, row), reference);
            builder.addReference(key, 500 + row, 1000 + row, reference);
          } else {
            builder.add(key, 500 + row, EntryKind.PUT, 1000 + row, Slice.of(value(group, row)));
          }
        }
      }
      fixture.values.endBlock();
      builder.addRangeTombstone(
          new RangeTombstone(
              Slice.of(TableFixture.key(1, 0)), Slice.of(TableFixture.key(2, 0)), 400));
      builder.finish();
    }
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static byte[] value(int group, int row) {
    byte[] value = new byte[10 + group + row];
    Arrays.fill(value, (byte) (group * ROWS + row));
    return value;
  }

  private void readAll() throws IOException {
    fixture.cache.forget(TableFixture.NUMBER);
    try (TableReader table = fixture.open();
        InternalCursor cursor = table.cursor(ScanBounds.all())) {
      assertEquals(1, table.rangeTombstones().size());
      cursor.seekFirst();
      for (int group = 0; group < GROUPS; group++) {
        for (int row = 0; row < ROWS; row++) {
          assertTrue(cursor.valid());
          assertEquals(Slice.of(TableFixture.key(group, row)), cursor.key());
          assertEquals(500 + row, cursor.sequence());
          assertEquals(1000 + row, cursor.timeMillis());
          assertArrayEquals(value(group, row), cursor.value().toByteArray());
          assertTrue(table.mayContainKey(cursor.key()));
          cursor.next();
        }
      }
      assertEquals(false, cursor.valid());
    }
  }

  private void expectDamage(String what) {
    try {
      readAll();
      fail(what + " was not noticed");
    } catch (CorruptionException e) {
      assertEquals(TableFixture.FILE.toString(), e.file());
      assertTrue(e.offset() >= 0);
    } catch (UnsupportedFormatException e) {
      assertTrue(what.startsWith("byte 8 ") || what.startsWith("byte 9 "), what);
    } catch (IOException | RuntimeException e) {
      throw new AssertionError(what, e);
    }
  }

  @Test
  void readsWhatIsWhole() throws IOException {
    readAll();
  }

  @Test
  void noticesEveryFlippedByte() throws IOException {
    byte[] bytes = fixture.bytes();
    assertTrue(bytes.length > 1200, bytes.length + " bytes: the table should have many parts");
    for (int i = 0; i < bytes.length; i++) {
      for (int mask : new int[] {0x01, 0x80}) {
        byte[] damaged = bytes.clone();
        damaged[i] ^= (byte) mask;
        fixture.replace(damaged, damaged.length);
        expectDamage("byte " + i + " xor " + mask);
      }
    }
  }

  @Test
  void noticesEveryTruncation() throws IOException {
    byte[] bytes = fixture.bytes();
    for (int length = 0; length < bytes.length; length++) {
      fixture.replace(bytes, length);
      expectDamage("truncation to " + length + " bytes");
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 100);
    fixture.replace(longer, longer.length);
    expectDamage("a longer file");
  }

  @Test
  void noticesGarbageAndSwappedPieces() throws IOException {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    byte[] bytes = fixture.bytes();
    for (int i = 0; i < 500; i++) {
      byte[] damaged = bytes.clone();
      int length = 1 + random.nextInt(200);
      int from = random.nextInt(bytes.length - length);
      int to = random.nextInt(bytes.length - length);
      System.arraycopy(bytes, from, damaged, to, length);
      if (Arrays.equals(bytes, damaged)) {
        continue;
      }
      fixture.replace(damaged, damaged.length);
      String what = to <= 9 && to + length > 8 ? "byte 8 and others" : "piece copied to " + to;
      expectDamage(what + ", seed " + seed);
    }
  }

  @Test
  void noticesAFileUnderAnotherNumber() {
    assertThrows(
        CorruptionException.class,
        () ->
            TableReader.open(
                fixture.files,
                TableFixture.FILE,
                TableFixture.NUMBER + 1,
                fixture.cache,
                fixture.budget,
                fixture.values,
                fixture.statistics));
  }
}
